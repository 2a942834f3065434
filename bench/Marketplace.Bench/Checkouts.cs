using System.Globalization;
using Marketplace.Kernel;

namespace Marketplace.Bench;

/// <summary>A purchase from the wallet over HTTP (into the cart, then checkout) against the frozen SQL that writes the same rows.</summary>
internal static class Checkouts
{
    private const int BuyersEach = 12, Products = 10_000;

    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        var host = await place.StartHost();
        var pgbench = await place.Pgbench("checkout.sql");
        var bought = new int[384];
        await Round(32, 25);    // the code of a purchase is long, and compiled anew as it grows hot
        await pgbench.Round(8, 2, place.Postmaster);
        foreach (var clients in (int[])[1, 8, 32])
            report.Add(await Comparison.Run("wallet checkout", clients, clients == 32 ? 0.4 : null, options.Rounds, () => Round(clients, options.Seconds), () => pgbench.Round(clients, options.Seconds, place.Postmaster)));
        report.Add(await Comparison.Run("wallet checkout with all that follows it", 32, null, options.Rounds, () => Round(32, options.Seconds, whole: true), () => pgbench.Round(32, options.Seconds, place.Postmaster)));

        async Task<Round> Round(int clients, double seconds, bool whole = false)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HttpConnection.Open(host.Port)));
            var turn = new int[clients];
            var round = await Bench.Round.Of(clients, seconds, host.Process, place.Postmaster, async client =>
            {
                // Each client has buyers of its own, and nobody buys a thing twice.
                var buyer = client + (32 * (turn[client]++ % BuyersEach));
                var product = 1 + (((buyer * 7919) + (4649 * bought[buyer]++)) % Products);
                var token = "bench" + buyer.ToString(CultureInfo.InvariantCulture).PadLeft(38, '0');
                await Must(connections[client], 200, host.Post("/api/v1/cart/items", token, $$"""{"offer_id":"00000000-0000-7000-a000-{{product * 4:x12}}"}"""));
                await Must(connections[client], 201, host.Post("/api/v1/checkout", token, """{"payment_method":"wallet"}""", $"Idempotency-Key: {Ids.New(TimeProvider.System)}\r\n"));
            }, whole ? () => place.Settled() : null);
            foreach (var connection in connections) connection.Dispose();
            await place.Settled();
            return round;
        }
    }

    private static async Task Must(HttpConnection connection, int expected, byte[] request)
    {
        var status = await connection.Send(request);
        if (status != expected) throw new InvalidOperationException($"Answered {status}: {connection.Body()}");
    }
}
