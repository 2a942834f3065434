using System.Collections.Concurrent;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Who looked at what: once a visitor and day, without programs, counted in memory and written every few seconds. A request writes nothing, and who
/// the visitors were is never stored: a host that dies forgets its last seconds, one that starts may count a visitor of the day again.
/// </summary>
internal sealed class Views(NpgsqlDataSource source, TimeProvider clock, ILogger<Views> log) : BackgroundService
{
    /// <summary>Of visitors that are remembered; a busier day forgets and counts some of them twice.</summary>
    private const int Most = 500_000;

    private static readonly string[] Programs =
        ["bot", "crawl", "spider", "slurp", "preview", "fetch", "monitor", "scan", "curl", "wget", "python", "java/", "go-http", "okhttp", "httpclient", "headless", "lighthouse", "facebookexternalhit"];

    private readonly ConcurrentDictionary<Guid, int> counted = new();
    private readonly ConcurrentDictionary<int, byte> seen = new();
    private DateOnly day;

    /// <param name="seller">Who looks at their own is not counted.</param>
    public void Note(Guid product, Guid seller, HttpContext http, Caller caller)
    {
        if (caller.AccountOrNull == seller || caller.HoldsRights || caller.Impersonator is not null || http.Request.Headers.ContainsKey("Sec-Purpose")) return;
        var agent = http.Request.Headers.UserAgent.ToString();
        if (caller.AccountOrNull is null && (agent.Length == 0 || Programs.Any(p => agent.Contains(p, StringComparison.OrdinalIgnoreCase)))) return;

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (day != today || seen.Count > Most) (day, _) = (today, Forget());
        // Hashes differ from process to process: nobody can be found by one.
        var visitor = caller.AccountOrNull is { } account ? HashCode.Combine(account, product) : HashCode.Combine(AddressRange.Of(http.Connection.RemoteIpAddress), agent, product);
        if (seen.TryAdd(visitor, 0)) counted.AddOrUpdate(product, 1, (_, views) => views + 1);
    }

    public async Task Write(CancellationToken stop = default)
    {
        var batch = counted.Keys.Select(product => (Product: product, Views: counted.TryRemove(product, out var views) ? views : 0)).Where(b => b.Views > 0).ToList();
        if (batch.Count == 0) return;
        await source.Command(
            "INSERT INTO catalog.interest (product_id, views, points) SELECT product, views, views * $3 FROM unnest($1::uuid[], $2::int[]) v(product, views)",
            batch.Select(b => b.Product).ToArray(), batch.Select(b => b.Views).ToArray(), AddUpInterest.PointsOfView).Execute(stop);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var turn = new PeriodicTimer(TimeSpan.FromSeconds(10), clock);
        try
        {
            while (await turn.WaitForNextTickAsync(stoppingToken)) await Try();
        }
        catch (OperationCanceledException)
        {
            await Try();
        }
    }

    private async Task Try()
    {
        try
        {
            await Write();
        }
        catch (NpgsqlException error)
        {
            log.LogWarning(error, "Views of the last seconds could not be written and are forgotten");
        }
    }

    private bool Forget()
    {
        seen.Clear();
        return true;
    }
}
