using System.Diagnostics;

namespace Marketplace.Bench;

/// <param name="PerSecond">Acts a second, all clients together.</param>
/// <param name="ServerCpu">Milliseconds of processor time an act: of the server's process, and of PostgreSQL.</param>
internal readonly record struct Round(double PerSecond, double ServerCpu, double PostgresCpu)
{
    /// <summary>Milliseconds within which half of the acts were done, and 99 of a hundred; 0 where nobody looked at each.</summary>
    public double Median { get; private init; }

    /// <inheritdoc cref="Median"/>
    public double P99 { get; private init; }

    /// <summary>Clients that each repeat an act until the time is over.</summary>
    /// <param name="act">Given the number of its client.</param>
    /// <param name="followed">Done when all that the acts have set off is done; its time and cost belong to them then.</param>
    public static async Task<Round> Of(int clients, double seconds, int server, int postmaster, Func<int, Task> act, Func<Task>? followed = null)
    {
        var (serverBefore, postgresBefore) = (Machine.Cpu(server), Machine.CpuOfFamily(postmaster));
        var clock = Stopwatch.StartNew();
        var each = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var took = new List<double>();
            for (var began = clock.Elapsed; began.TotalSeconds < seconds; began = clock.Elapsed)
            {
                await act(client);
                took.Add((clock.Elapsed - began).TotalMilliseconds);
            }

            return took;
        })));
        if (followed is not null) await followed();
        var elapsed = clock.Elapsed.TotalSeconds;
        var acts = each.SelectMany(took => took).Order().ToList();
        return new Round(acts.Count / elapsed, (Machine.Cpu(server) - serverBefore) * 1000 / acts.Count, (Machine.CpuOfFamily(postmaster) - postgresBefore) * 1000 / acts.Count)
        {
            Median = acts[acts.Count / 2], P99 = acts[acts.Count * 99 / 100],
        };
    }
}

/// <summary>The two sides in turns, so that what disturbs one disturbs the other; the ratio is the median of the turns' ratios.</summary>
internal sealed record Comparison(string What, int Clients, double? Threshold, IReadOnlyList<(Round Ours, Round Bar)> Turns)
{
    /// <summary>What one act may cost in processor time, of all programs together, compared with the bar; null: whatever it does.</summary>
    public double? MostCpu { get; init; }

    /// <summary>How long single acts take belongs to what is told.</summary>
    public bool Timed { get; init; }

    /// <summary>How much longer our slowest acts may take than the bar's; null: however long.</summary>
    public double? MostP99 { get; init; }

    public double P99Ratio => Median(Turns.Select(t => t.Ours.P99 / t.Bar.P99));

    public double CpuRatio => Median(Turns.Select(t => (t.Ours.ServerCpu + t.Ours.PostgresCpu) / (t.Bar.ServerCpu + t.Bar.PostgresCpu)));

    public double Ratio => Median(Turns.Select(t => t.Ours.PerSecond / t.Bar.PerSecond));

    public static async Task<Comparison> Run(string what, int clients, double? threshold, int turns, Func<Task<Round>> ours, Func<Task<Round>> bar)
    {
        var all = new List<(Round, Round)>();
        for (var turn = 0; turn < turns; turn++)
        {
            // Who goes first alternates, too.
            if (turn % 2 == 0)
            {
                var first = await ours();
                all.Add((first, await bar()));
            }
            else
            {
                var first = await bar();
                all.Add((await ours(), first));
            }
        }

        var comparison = new Comparison(what, clients, threshold, all);
        Place.Say($"{what}, {clients} clients: {comparison.Ratio:0.00}  ({string.Join("  ", all.Select(t => $"{t.Item1.PerSecond:0}/{t.Item2.PerSecond:0}"))})");
        return comparison;
    }

    public double OfOurs(Func<Round, double> figure) => Median(Turns.Select(t => figure(t.Ours)));

    public double OfBar(Func<Round, double> figure) => Median(Turns.Select(t => figure(t.Bar)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
