using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Bench;

/// <summary>The two postings of an order through the wallet's promise, in a transaction of its own, against the same function called by pgbench.</summary>
internal static class Postings
{
    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        await using var market = await place.Market();
        var pgbench = await place.Pgbench("posting.sql");
        await Round(market, place, 8, 3);
        await pgbench.Round(8, 2, place.Postmaster);
        foreach (var clients in (int[])[8, 32])
            report.Add(await Comparison.Run("posting", clients, 0.7, options.Rounds, () => Round(market, place, clients, options.Seconds), () => pgbench.Round(clients, options.Seconds, place.Postmaster)));
    }

    /// <summary>Orders of one line each, paid from wallets, all of them into the market's one commission.</summary>
    public static Task<Round> Round(WebApplication market, Place place, int clients, double seconds)
    {
        var clock = TimeProvider.System;
        var turn = new int[clients];
        return Bench.Round.Of(clients, seconds, Environment.ProcessId, place.Postmaster, async client =>
        {
            var number = turn[client]++;
            var (order, item) = (Ids.New(clock), Ids.New(clock));
            var (buyer, seller) = (Guid.Parse($"00000000-0000-7000-c000-{client + (32 * (number % 12)):x12}"), Guid.Parse($"00000000-0000-7000-b000-{(client + number) % 50:x12}"));
            var price = Money.Of(1000, "EUR");
            await using var scope = market.Services.CreateAsyncScope();
            var wallet = scope.ServiceProvider.GetRequiredService<IWallet>();
            await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => wallet.Settle(new Settlement(order, buyer, price, [new Sale(item, seller, price, 0, null, 400, 0, 600, new HoldTerms(HoldTerms.AfterSale))])));
        });
    }
}
