using FsCheck;
using FsCheck.Fluent;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>Income that is earned by time.</summary>
public class DeferralTests
{
    [Fact]
    public void Two_thousand_random_sequences_end_at_exactly_the_whole()
    {
        var from = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var stories =
            from total in Gen.OneOf(Gen.Choose(1, 12), Gen.Choose(13, 100_000), Gen.Choose(100_001, 2_000_000_000))
            from seconds in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(3_600, 366 * 86_400))
            from looks in Gen.Choose(0, 12).SelectMany(n => Gen.ArrayOf(Gen.Choose(-100, 1_200), n))
            from stop in Gen.Choose(-100, 1_200)
            select (Total: (long)total, Whole: TimeSpan.FromSeconds(seconds), Looks: looks, Stop: stop);
        Prop.ForAll(stories.ToArbitrary(), story =>
        {
            var recognised = 0L;
            foreach (var look in story.Looks.Order())
            {
                var earned = Deferrals.Earned(story.Total, from, from + story.Whole, from + (story.Whole * (look / 1_000d)));
                earned.ShouldBeInRange(recognised, story.Total, "what is earned only grows");
                recognised = earned;
            }

            var last = Math.Max(recognised, Deferrals.Earned(story.Total, from, from + story.Whole, from + (story.Whole * (story.Stop / 1_000d))));
            (last + (story.Total - last)).ShouldBe(story.Total);
            Deferrals.Earned(story.Total, from, from + story.Whole, from + story.Whole).ShouldBe(story.Total);
            Deferrals.Earned(story.Total, from, from + story.Whole, from).ShouldBe(0);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Theory]
    [InlineData("EUR", 500, 214, 286)]
    [InlineData("JPY", 7, 3, 4)]
    [InlineData("KWD", 12_345, 5_291, 7_054)]
    public async Task A_boost_sold_out_on_day_three_gives_back_exactly_the_rest(string currency, long total, long earned, long back)
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        await ana.TopUp(20_000, currency);
        var (deferral, start) = (WalletSteps.NewId(), market.Clock.GetUtcNow());
        await Defer(market, deferral, ana, total, currency, 7);
        await Defer(market, deferral, ana, total, currency, 7);
        (await ana.Available(currency)).ShouldBe(20_000 - total);
        foreach (var hours in new[] { 1, 20, 40 })
        {
            market.Clock.Walk(start.AddHours(hours) - market.Clock.GetUtcNow());
            await market.Run<RecogniseIncome>();
            await market.BooksMustHold();
        }

        market.Clock.Walk(start.AddDays(3) - market.Clock.GetUtcNow());
        (await Stop(market, deferral)).ShouldBe(Money.Of(back, currency));
        (await Stop(market, deferral)).ShouldBe(Money.Of(back, currency), "a second time changes nothing");
        await market.Run<RecogniseIncome>();
        (await ana.Available(currency), await market.Balance("revenue_boost", currency: currency), await market.Balance("deferred_boost", currency: currency)).ShouldBe((20_000 - earned, earned, 0));
        (await ana.Visitor.Get($"/api/v1/wallet/entries?type=boost&currency={currency}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Two_hosts_and_crashes_recognise_every_cent_once()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        await ana.TopUp(100_000);
        for (var i = 0; i < 120; i++) await Defer(market, WalletSteps.NewId(), ana, 101 + i, "EUR", 1 + (i % 5));
        var whole = Enumerable.Range(0, 120).Sum(i => 101L + i);
        for (var turn = 0; turn < 6; turn++)
        {
            market.Clock.Walk(TimeSpan.FromHours(17));
            market.Faults.Passing = turn != 2 ? null : at =>
            {
                if (at == Faults.BeforeCommit) throw new Faults.Crash(at);
            };
            if (turn == 2) await Should.ThrowAsync<Faults.Crash>(() => market.Run<RecogniseIncome>());
            market.Faults.Passing = null;
            await Task.WhenAll(market.Run<RecogniseIncome>(), other.Run<RecogniseIncome>());
            await market.BooksMustHold();
        }

        market.Clock.Walk(TimeSpan.FromDays(5));
        await market.Run<RecogniseIncome>();
        (await market.Balance("revenue_boost"), await market.Balance("deferred_boost")).ShouldBe((whole, 0));
        (await market.Count("SELECT count(*) FROM wallet.deferrals WHERE state = 'earned' AND recognised = total")).ShouldBe(120);
    }

    private static Task Defer(Market market, Guid id, Person payer, long total, string currency, int days) => market.Do(services =>
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return services.GetRequiredService<IWallet>().Defer(new Deferral(id, DeferredIncome.Boost, id, payer.Account, Money.Of(total, currency), now, now.AddDays(days)));
    });

    private static Task<Money> Stop(Market market, Guid id) => market.Do(services => services.GetRequiredService<IWallet>().StopDeferring(id, services.GetRequiredService<TimeProvider>().GetUtcNow()));
}
