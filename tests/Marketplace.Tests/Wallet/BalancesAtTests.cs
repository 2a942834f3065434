using System.Diagnostics;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests;

/// <summary>What every account had at any past moment, whether it is summed up already or not.</summary>
public class BalancesAtTests
{
    [Theory]
    [InlineData("EUR", 1_000)]
    [InlineData("USD", 1_001)]
    [InlineData("JPY", 999)]
    [InlineData("KWD", 12_345)]
    public async Task Balances_of_every_moment_stay_what_they_were(string currency, long minor)
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        var moments = new List<(DateTimeOffset At, Dictionary<(string, string), long> Totals, long Ben)>();
        await ana.TopUp(100_000, currency);
        for (var step = 0; step < 6; step++)
        {
            await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, minor, currency);
            if (step % 2 == 1) await market.Run<ReleaseHolds>();
            moments.Add((market.Clock.GetUtcNow(), await Totals(market, null), await market.Balance("user_available", ben.Account, currency: currency)));
            if (step == 2) await market.Run<TakeCheckpoints>();
            market.Clock.Walk(step % 2 == 0 ? TimeSpan.FromDays(7) : TimeSpan.FromSeconds(20));
        }

        await Check();
        await market.Run<TakeCheckpoints>();
        await Check();
        await market.BooksMustHold();

        async Task Check()
        {
            foreach (var (at, totals, available) in moments)
            {
                (await Totals(market, at)).ShouldBe(totals, ignoreOrder: true);
                var then = await BalancesAt.Handle(new BalancesAt.Request(at.ToString("O")), Caller.For(ben.Account), market.Source, market.Clock, default);
                then.Data.Single().Available.ShouldBe(Money.Of(available, currency));
                foreach (var account in await market.Source.Command("SELECT id FROM wallet.accounts WHERE NOT stored").List(r => r.GetInt64(0)))
                {
                    (await market.Source.Command("SELECT wallet.balance_at($1, $2)", account, at).Scalar<long>())
                        .ShouldBe(await market.Count("SELECT coalesce(sum(amount), 0)::bigint FROM wallet.postings WHERE account_id = $1 AND effective_at <= $2", account, at));
                }
            }

            var finance = await market.Staff(Rights.Finance);
            var page = (await finance.Visitor.Get($"/admin/ledger/accounts?currency={currency}&at={moments[2].At:yyyy-MM-ddTHH:mm}")).Must().Html;
            var sums = page.QuerySelector("tfoot tr")!;
            sums.QuerySelector("[data-label=Debit]")!.TextContent.Trim().ShouldBe(sums.QuerySelector("[data-label=Credit]")!.TextContent.Trim());
        }
    }

    [Fact]
    public async Task A_moment_that_is_none_is_refused_and_one_before_everything_is_empty()
    {
        var market = await Market.Shared;
        var ana = await market.SignUp();
        await ana.TopUp(1_000);
        (await ana.Visitor.Get("/api/v1/wallet/balances?at=yesterday")).MustRefuse(422, "time_invalid");
        (await ana.Visitor.Get("/api/v1/wallet/balances?at=2001-01-01T00:00Z")).Must().Json.GetProperty("data")[0].GetProperty("available").GetProperty("amount").GetInt64().ShouldBe(0);
        (await ana.Visitor.Get("/api/v1/wallet/balances")).Must().Json.GetProperty("data")[0].GetProperty("available").GetProperty("amount").GetInt64().ShouldBe(1_000);
        (await ana.Visitor.Get("/wallet?at=2001-01-01T00:00")).Must().Html.QuerySelector("#then dl")!.TextContent.ShouldContain("€0.00");
    }

    [Fact]
    public async Task Two_hosts_sum_up_each_posting_once_and_one_that_is_late_is_not_lost()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var from = market.Clock.GetUtcNow().AddDays(-3);
        var (bank, _) = await market.FillLedger(2_000, from, TimeSpan.FromSeconds(100));
        await Task.WhenAll(market.Run<TakeCheckpoints>(), other.Run<TakeCheckpoints>(), market.Run<TakeCheckpoints>());
        await market.FillLedger(10, from, TimeSpan.FromHours(1));     // effective before what is summed up
        await market.BooksMustHold();
        await Task.WhenAll(market.Run<TakeCheckpoints>(), other.Run<TakeCheckpoints>());
        foreach (var at in new[] { from.AddHours(5), from.AddDays(1), from.AddDays(9) })
        {
            (await market.Source.Command("SELECT wallet.balance_at($1, $2)", bank, at).Scalar<long>())
                .ShouldBe(await market.Count("SELECT sum(amount)::bigint FROM wallet.postings WHERE account_id = $1 AND effective_at <= $2", bank, at));
        }

        await market.BooksMustHold();
    }

    [Fact]
    public async Task Three_months_of_partitions_stand_ready()
    {
        var market = await Market.Shared;
        await market.Run<MakePartitions>();
        (await market.Count(
            """
            SELECT count(*) FROM unnest(ARRAY['postings', 'ledger_transactions']) t, generate_series(0, 3) m
            WHERE to_regclass('wallet.' || t || to_char((now() AT TIME ZONE 'UTC')::date + make_interval(months => m), '_YYYY_MM')) IS NOT NULL
            """)).ShouldBe(8);
    }

    private static async Task<Dictionary<(string, string), long>> Totals(Market market, DateTimeOffset? at) =>
        (await BrowseLedger.Totals(at, market.Source, default)).Where(t => t.Balance.Minor != 0).ToDictionary(t => (t.Kind, t.Balance.Currency.Code), t => t.Balance.Minor);
}
