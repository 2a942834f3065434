using System.Text;

namespace Marketplace.Bench;

/// <summary>The tables, and their copy in docs/performance.md between two marks.</summary>
internal sealed class Report(string machine)
{
    private const string Begin = "<!-- ./dev bench --record writes from here -->", End = "<!-- to here -->";

    private readonly List<Comparison> comparisons = [];
    private readonly string load = Machine.Load;

    public string Postgres { get; set; } = "";

    public void Add(Comparison comparison) => comparisons.Add(comparison);

    public string Table()
    {
        var table = new StringBuilder();
        table.AppendLine("| what | clients | ours a second | bar a second | ratio | at least | CPU ms an act: ours (PostgreSQL) | bar (PostgreSQL) | CPU ratio | at most |");
        table.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var c in comparisons)
        {
            var verdict = c.Threshold is { } least ? $"{least:0.0}{(c.Ratio >= least ? "" : " **missed**")}" : "";
            var cost = c.MostCpu is { } most ? $"{most:0.0}{(c.CpuRatio <= most ? "" : " **missed**")}" : "";
            table.AppendLine($"| {c.What} | {c.Clients} | {c.OfOurs(r => r.PerSecond):0} | {c.OfBar(r => r.PerSecond):0} | {c.Ratio:0.00} | {verdict} "
                + $"| {c.OfOurs(r => r.ServerCpu):0.00} ({c.OfOurs(r => r.PostgresCpu):0.00}) | {c.OfBar(r => r.ServerCpu):0.00} ({c.OfBar(r => r.PostgresCpu):0.00}) | {c.CpuRatio:0.00} | {cost} |");
        }

        var timed = comparisons.Where(c => c.Timed).ToList();
        if (timed.Count == 0) return table.ToString();
        table.AppendLine();
        table.AppendLine("| how long one takes, ms | clients | ours: median | p99 | bar: median | p99 | p99 ratio | at most |");
        table.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var c in timed)
        {
            var bar = c.MostP99 is { } most ? $"{c.OfBar(r => r.Median):0.0} | {c.OfBar(r => r.P99):0.0} | {c.P99Ratio:0.00} | {most:0.0}{(c.P99Ratio <= most ? "" : " **missed**")}" : "| | |";
            table.AppendLine($"| {c.What} | {c.Clients} | {c.OfOurs(r => r.Median):0.0} | {c.OfOurs(r => r.P99):0.0} | {bar} |");
        }

        return table.ToString();
    }

    public void Write(string file)
    {
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"{file} has lost the marks between which the figures stand.");
        var figures = $"\n\nMeasured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}: {machine}, {Postgres}; load before the run {load}.\n\n{Table()}\n";
        File.WriteAllText(file, text[..(from + Begin.Length)] + figures + text[to..]);
        Console.WriteLine($"Written to {file}.");
    }
}
