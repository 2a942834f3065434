using System.Diagnostics;
using System.Globalization;
using Marketplace.Kernel;

namespace Marketplace.Bench;

/// <summary>
/// A checkout over HTTP of three lines of two sellers, with a parcel from stock and its shipping, a coupon and taxes, against the frozen SQL that writes
/// the same rows; and by the same code in a market with many orders and in one with few. Carts stand ready on both sides: filling them is not measured.
/// </summary>
internal static class MixedCheckouts
{
    private const int Buyers = 16_384, Few = 10_000;

    private const string Body =
        """
        {"payment_method":"wallet","shipping_address":{"name":"Ana Martin","line1":"12 rue des Lilas","postcode":"75011","city":"Paris","country":"FR"}}
        """;

    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        await Make(place.FewOrders, Few);
        await Make(place.ManyOrders, options.Orders);
        var copy = (await File.ReadAllTextAsync(Place.File("reference/schema.sql"))).Replace("bench_reference", "bench_mixed", StringComparison.Ordinal);
        await Place.Execute(place.FewOrders, copy + Place.Sql("reference/mixed_schema.sql", ("BUYERS", Buyers)));
        var round = 0;
        var young = await place.StartHost(place.FewOrders);
        await Ours(young, place.FewOrders, 32, 25);     // the code of a purchase is long, and compiled anew as it grows hot
        await Bar(8, 2);
        foreach (var clients in (int[])[1, 8, 32])
        {
            report.Add(await Comparison.Run("mixed checkout", clients, clients == 32 ? 0.5 : null, options.Rounds,
                () => Ours(young, place.FewOrders, clients, options.Seconds), () => Bar(clients, options.Seconds)) with { Timed = true });
        }

        var old = await place.StartHost(place.ManyOrders);
        await Ours(old, place.ManyOrders, 32, 15);
        // A hundredth of the acts is looked at, so that there must be many of them.
        report.Add(await Comparison.Run($"mixed checkout, {Ledgers.Short(options.Orders)} orders in the tables against {Ledgers.Short(Few)}", 8, null, options.Rounds,
            () => Ours(old, place.ManyOrders, 8, options.Seconds * 4), () => Ours(young, place.FewOrders, 8, options.Seconds * 4)) with { Timed = true, MostP99 = 1.5 });

        async Task<Round> Ours(RunningServer host, string database, int clients, double seconds)
        {
            await Place.Execute(database, Place.Sql("carts.sql", ("SCHEMA", "orders"), ("ROUND", round++)));
            var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HttpConnection.Open(host.Port)));
            var turn = new int[clients];
            var measured = await Round.Of(clients, seconds, host.Process, place.Postmaster, async client =>
            {
                var buyer = client + (clients * turn[client]++);
                if (buyer >= Buyers) throw new InvalidOperationException($"More than {Buyers} checkouts in one round: measure fewer seconds.");
                var token = "bench" + (1_000_000 + buyer).ToString(CultureInfo.InvariantCulture).PadLeft(38, '0');
                var status = await connections[client].Send(host.Post("/api/v1/checkout", token, Body, $"Idempotency-Key: {Ids.New(TimeProvider.System)}\r\n"));
                if (status != 201) throw new InvalidOperationException($"Answered {status}: {connections[client].Body()}");
            });
            foreach (var connection in connections) connection.Dispose();
            await place.Settled(database);
            return measured;
        }

        async Task<Round> Bar(int clients, double seconds)
        {
            await Place.Execute(place.FewOrders, Place.Sql("carts.sql", ("SCHEMA", "bench_mixed"), ("ROUND", round++)));
            return await (await place.Pgbench("mixed_checkout.sql", place.FewOrders, $"clients={clients}", "turn=-1")).Round(clients, seconds, place.Postmaster);
        }
    }

    private static async Task Make(string database, long orders)
    {
        var clock = Stopwatch.StartNew();
        await Ledgers.MakePast(database, orders, Buyers, 1_000);
        await Place.Execute(database, await File.ReadAllTextAsync(Place.File("orders.sql")));
        await Place.Execute(database, Place.Sql("mixed.sql", ("BUYERS", Buyers)));
        await Place.Execute(database, "VACUUM ANALYZE");
        await Place.Execute(database, "CHECKPOINT");
        Place.Say($"Made {orders} orders in {clock.Elapsed.TotalSeconds:0} s");
    }
}
