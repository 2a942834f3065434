using System.Diagnostics;
using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>What the ledger's design promises: an account that every sale touches, sales of many legs, a long past, long statements.</summary>
internal static class Ledgers
{
    private const int Clients = 32, LegsOfAnOrder = 5, FewPostings = 10_000, LongStatement = 1_000_000, BuyersOfThePast = 384;

    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        await HotAccount(place, options, report);
        await SixLegs(place, options, report);
        await MakePast(place.SmallLedger, FewPostings / LegsOfAnOrder, BuyersOfThePast, 1_000);
        await MakePast(place.LargeLedger, options.Postings / LegsOfAnOrder, BuyersOfThePast, LongStatement);
        await LongPast(place, options, report);
        await LongStatements(place, options, report);
    }

    /// <summary>
    /// All sales credit one commission: aggregated in the product, a stored balance in the bar. An act is a whole order: two transactions of five
    /// legs, an account for its money and the seller's hold. On few cores its processor time, not the hot row, bounds our side.
    /// </summary>
    private static async Task HotAccount(Place place, BenchOptions options, Report report)
    {
        var copy = (await File.ReadAllTextAsync(Place.File("reference/schema.sql"))).Replace("bench_reference", "bench_hot", StringComparison.Ordinal);
        await Place.Execute(place.ConnectionString, "DROP SCHEMA IF EXISTS bench_hot CASCADE");
        await Place.Execute(place.ConnectionString, copy + await File.ReadAllTextAsync(Place.File("reference/hot_balance_schema.sql")));
        await using var market = await place.Market();
        var stored = await place.Pgbench("hot_balance.sql");
        await Postings.Round(market, place, Clients, 3);
        await stored.Round(Clients, 2, place.Postmaster);
        report.Add(await Comparison.Run("posting, against a stored hot balance", Clients, 3, options.Rounds,
            () => Postings.Round(market, place, Clients, options.Seconds), () => stored.Round(Clients, options.Seconds, place.Postmaster)));
    }

    private static async Task SixLegs(Place place, BenchOptions options, Report report)
    {
        var (ours, bar) = (await place.Pgbench("six_legs.sql"), await place.TpcB());
        await bar.MakeTables(Clients);
        await ours.Round(Clients, 2, place.Postmaster);
        await bar.Round(Clients, 2, place.Postmaster);
        report.Add(await Comparison.Run("sale of 6 legs, against TPC-B-like", Clients, 1.1, options.Rounds,
            () => ours.Round(Clients, options.Seconds, place.Postmaster), () => bar.Round(Clients, options.Seconds, place.Postmaster)));
    }

    /// <summary>The same act by the same code, on a ledger with many postings and on one with few.</summary>
    private static async Task LongPast(Place place, BenchOptions options, Report report)
    {
        await using var large = await place.Market(place.LargeLedger);
        await using var small = await place.Market(place.SmallLedger);
        await Postings.Round(large, place, Clients, 4);
        await Postings.Round(small, place, Clients, 4);
        report.Add(await Comparison.Run($"posting, {Short(options.Postings)} in the ledger against {Short(FewPostings)}", Clients, 0.9, options.Rounds,
            () => Postings.Round(large, place, Clients, options.Seconds), () => Postings.Round(small, place, Clients, options.Seconds)));
    }

    /// <summary>The same question about an account of a million entries and of a thousand; within twice the time.</summary>
    private static async Task LongStatements(Place place, BenchOptions options, Report report)
    {
        var host = await place.StartHost(place.LargeLedger);
        var against = $", {Short(LongStatement)} entries against {Short(1_000)}";
        var (longOne, shortOne) = (host.Get("/api/v1/wallet/entries?limit=20", Token(0)), host.Get("/api/v1/wallet/entries?limit=20", Token(1)));
        await Read(host, place, longOne, 4);
        await Read(host, place, shortOne, 4);
        report.Add(await Comparison.Run("statement page" + against, Clients, 0.5, options.Rounds,
            () => Read(host, place, longOne, options.Seconds), () => Read(host, place, shortOne, options.Seconds)));

        await using var source = NpgsqlDataSource.Create(place.LargeLedger);
        var accounts = await source.Command("SELECT id FROM wallet.accounts WHERE owner_id::text LIKE '00000000-0000-7000-c200-00000000000_' AND right(owner_id::text, 1) IN ('0', '1') ORDER BY owner_id")
            .List(r => r.GetInt64(0));
        var (of, ofShort) = (await place.Pgbench("balance_at.sql", place.LargeLedger, $"account={accounts[0]}"), await place.Pgbench("balance_at.sql", place.LargeLedger, $"account={accounts[1]}"));
        await of.Round(Clients, 1, place.Postmaster);
        await ofShort.Round(Clients, 1, place.Postmaster);
        report.Add(await Comparison.Run("balance at a time" + against, Clients, 0.5, options.Rounds,
            () => of.Round(Clients, options.Seconds, place.Postmaster), () => ofShort.Round(Clients, options.Seconds, place.Postmaster)));
    }

    private static async Task<Round> Read(RunningServer host, Place place, byte[] request, double seconds)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => HttpConnection.Open(host.Port)));
        var round = await Round.Of(Clients, seconds, host.Process, place.Postmaster, async client =>
        {
            var status = await connections[client].Send(request);
            if (status != 200) throw new InvalidOperationException($"Answered {status}: {connections[client].Body()}");
        });
        foreach (var connection in connections) connection.Dispose();
        return round;
    }

    /// <param name="orders">So many sales, of five postings each.</param>
    /// <param name="buyers">Who bought, in turn.</param>
    /// <param name="entries">Of the person with the long statement.</param>
    public static async Task MakePast(string database, long orders, int buyers, long entries)
    {
        var clock = Stopwatch.StartNew();
        await Place.Execute(database, Place.Sql("ledger.sql", ("ORDERS", orders), ("BUYERS", buyers), ("ENTRIES", entries)));
        await Place.Execute(database, "VACUUM ANALYZE");
        await Place.Execute(database, "CHECKPOINT");
        Place.Say($"Made a past of {orders * LegsOfAnOrder} postings in {clock.Elapsed.TotalSeconds:0} s");
    }

    private static string Token(int reader) => "bench" + (900_000 + reader).ToString(CultureInfo.InvariantCulture).PadLeft(38, '0');

    internal static string Short(long count) => count >= 1_000_000 ? $"{count / 1_000_000.0:0.#} M" : $"{count / 1_000.0:0.#} k";
}
