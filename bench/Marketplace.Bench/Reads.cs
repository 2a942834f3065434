using System.Text.RegularExpressions;

namespace Marketplace.Bench;

/// <summary>Product page and list of the API against the bare endpoint.</summary>
internal static class Reads
{
    private static readonly string[] Genres = ["Trap", "Drill", "House", "Ambient", "Soul", "Jazz", "Phonk", "Grime", "Rock", "Funk"];

    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        var (host, bare) = (await place.StartHost(), await place.StartBare());
        var slugs = Enumerable.Range(0, 1000).Select(i => $"/api/v1/products/beat-number-{1 + (i * 7919 % 10_000)}").ToArray();
        var lists = Genres.Select(g => $"/api/v1/products?genre={g}&limit=20").ToArray();
        var cursor = await MustBeTheSame(host, bare, slugs[..20], lists);
        await Compare("product detail", 0.6, slugs, slugs);
        await Compare("product list (20)", 0.5, lists, lists.Select(l => $"{l}&cursor_length={cursor}").ToArray());

        async Task Compare(string what, double threshold, string[] ours, string[] bars)
        {
            var (oursRequests, barRequests) = (ours.Select(path => host.Get(path)).ToArray(), bars.Select(path => bare.Get(path)).ToArray());
            await Round(host, oursRequests, 8, 8);
            await Round(bare, barRequests, 8, 4);
            foreach (var clients in (int[])[8, 32])
                report.Add(await Comparison.Run(what, clients, threshold, options.Rounds, () => Round(host, oursRequests, clients, options.Seconds), () => Round(bare, barRequests, clients, options.Seconds)) with { MostCpu = 1.4 });
        }

        async Task<Round> Round(RunningServer server, byte[][] requests, int clients, double seconds)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HttpConnection.Open(server.Port)));
            var next = Enumerable.Range(0, clients).Select(c => c * 131).ToArray();
            var round = await Bench.Round.Of(clients, seconds, server.Process, place.Postmaster, async client =>
            {
                var status = await connections[client].Send(requests[next[client]++ % requests.Length]);
                if (status != 200) throw new InvalidOperationException($"Answered {status}: {connections[client].Body()}");
            });
            foreach (var connection in connections) connection.Dispose();
            return round;
        }
    }

    /// <returns>The length of the product's cursor.</returns>
    private static async Task<int> MustBeTheSame(RunningServer host, RunningServer bare, string[] details, string[] lists)
    {
        using var ours = await HttpConnection.Open(host.Port);
        using var bars = await HttpConnection.Open(bare.Port);
        foreach (var path in details) Same(path, await Read(ours, host, path), await Read(bars, bare, path));
        var length = 0;
        foreach (var path in lists)
        {
            var listed = await Read(ours, host, path);
            length = Regex.Match(listed, "\"next_cursor\":\"([^\"]*)\"").Groups[1].Length;
            Same(path, WithoutCursor(listed), WithoutCursor(await Read(bars, bare, $"{path}&cursor_length={length}")));
        }

        return length;
    }

    private static async Task<string> Read(HttpConnection connection, RunningServer server, string path)
    {
        var status = await connection.Send(server.Get(path));
        return status == 200 ? connection.Body() : throw new InvalidOperationException($"{path} answered {status}: {connection.Body()}");
    }

    private static string WithoutCursor(string json) => Regex.Replace(json, "(?<=\"next_cursor\":\")[^\"]*", "");

    private static void Same(string path, string ours, string bars)
    {
        if (ours == bars) return;
        var at = Enumerable.Range(0, Math.Min(ours.Length, bars.Length)).FirstOrDefault(i => ours[i] != bars[i], Math.Min(ours.Length, bars.Length));
        throw new InvalidOperationException($"{path} differs at {at}:\n{ours[Math.Max(0, at - 60)..Math.Min(ours.Length, at + 60)]}\n{bars[Math.Max(0, at - 60)..Math.Min(bars.Length, at + 60)]}");
    }
}
