using FsCheck;
using FsCheck.Fluent;
using Marketplace.Orders;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>Refunds in the books: whatever is refunded in whatever parts, before, while and after the release.</summary>
public class RefundLedgerTests
{
    /// <param name="Coupon">What the market added.</param>
    /// <param name="Parts">Weights of the partial refunds, in order.</param>
    /// <param name="ReleaseBefore">The hold is released before this part; beyond the last: never.</param>
    /// <param name="SpentPerMille">What the seller spends of what is available after the release.</param>
    public sealed record Story(long Gross, long Coupon, long Tax, long Commission, long Fee, int[] Parts, int ReleaseBefore, int SpentPerMille)
    {
        public long SellerShare => Gross + Coupon - Tax - Commission - Fee;

        internal RefundSplit Whole => new(Gross, Tax, Commission, Coupon);

        /// <summary>The parts in money: they make the whole.</summary>
        public IEnumerable<long> Amounts => Money.Allocate(Gross, Parts.Select(p => (long)p).ToArray()).Where(a => a > 0);
    }

    private static readonly Gen<Story> Stories =
        from gross in Gen.OneOf(Gen.Choose(1, 12), Gen.Choose(13, 1_000), Gen.Choose(1_001, 2_000_000_000))
        from coupon in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, gross)))
        from tax in Gen.Choose(0, 10_000)
        from commission in Gen.Choose(0, 10_000)
        from fee in Gen.Choose(0, 10_000)
        from parts in Gen.Choose(1, 9).SelectMany(n => Gen.ArrayOf(Gen.Choose(1, 1_000), n))
        from release in Gen.Choose(0, 12)
        from spent in Gen.Elements(0, 0, 500, 1_000)
        let split = Money.Allocate((long)gross + coupon, [tax, commission, fee, Math.Max(1, 10_000 - (tax / 4))])
        select new Story(gross, coupon, split[0], split[1], split[2], parts, release, spent);

    [Fact]
    public void Two_thousand_random_sequences_of_partial_refunds_end_with_every_leg_but_the_fee_at_nothing()
    {
        var (negative, debts) = (0, 0);
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var (gone, held, available, debt, spent) = (default(RefundSplit), story.SellerShare, 0L, 0L, 0L);
            var part = 0;
            foreach (var amount in story.Amounts)
            {
                if (part++ == story.ReleaseBefore)
                {
                    (available, held) = (available + held - Math.Min(held, debt), 0);
                    spent = available * story.SpentPerMille / 1_000;
                    available -= spent;
                }

                var split = RefundSplit.Of(story.Whole, gone, amount);
                split.Tax.ShouldBeGreaterThanOrEqualTo(0);
                split.Commission.ShouldBeGreaterThanOrEqualTo(0);
                if (split.SellerGives < 0) negative++;
                var pays = SellerPays.Of(split.SellerGives, held, available, debt);
                (pays.Held + pays.Available + pays.Debt).ShouldBe(split.SellerGives);
                (held, available, debt) = (held - pays.Held, available - pays.Available, debt + pays.Debt);
                held.ShouldBeGreaterThanOrEqualTo(0);
                available.ShouldBeGreaterThanOrEqualTo(0);
                debt.ShouldBeGreaterThanOrEqualTo(0);
                gone += split;
            }

            if (debt > 0) debts++;
            gone.ShouldBe(story.Whole);
            (held + available + spent - debt).ShouldBe(-story.Fee, "the seller has lost the processor's fee and nothing else");
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        negative.ShouldBeGreaterThan(0, "the generator finds the roundings that take a cent too early");
        debts.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Random_sequences_through_the_database_leave_every_account_but_the_fee_as_it_was()
    {
        await using var market = await OwnMarket.Open();
        var buyer = await market.SignUp();
        foreach (var currency in new[] { "EUR", "JPY", "KWD" })
            await market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting($"topup:{WalletSteps.NewId()}", "topup", null,
                Account.Clearing("test").Minus(Money.Of(1L << 45, currency)), Account.Available(buyer.Account).Plus(Money.Of(1L << 45, currency)))));

        var stories = Stories.Sample(120, 120).ToList();
        stories.Count.ShouldBe(120);
        await Parallel.ForEachAsync(stories.Select((s, i) => (s, i)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) =>
            await Play(market, buyer.Account, one.s, new[] { "EUR", "JPY", "KWD" }[one.i % 3]));

        foreach (var currency in new[] { "EUR", "JPY", "KWD" })
        {
            (await buyer.Available(currency)).ShouldBe(1L << 45);
            (await market.Balance("revenue_commission", currency: currency)).ShouldBe(0);
            (await market.Balance("tax_payable", currency: currency)).ShouldBe(0);
            (await market.Balance("expense_coupon", currency: currency)).ShouldBe(0);
            (await market.Balance("refund_transit", currency: currency)).ShouldBe(0);
            (await market.Balance("user_pending", currency: currency)).ShouldBe(0);
            (await market.Balance("revenue_fee_recovered", currency: currency)).ShouldBe(stories.Where((_, i) => new[] { "EUR", "JPY", "KWD" }[i % 3] == currency).Sum(s => s.Fee));
        }

        await market.BooksMustHold();
    }

    private static async Task Play(OwnMarket market, Guid buyer, Story story, string currency)
    {
        var (order, item, seller) = (WalletSteps.NewId(), WalletSteps.NewId(), WalletSteps.NewId());
        Money Of(long minor) => Money.Of(minor, currency);
        await market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            order, buyer, Of(story.Gross), [new Sale(item, seller, Of(story.Gross), story.Tax, "FR", story.Commission, story.Fee, story.SellerShare, new HoldTerms(HoldTerms.AfterSale, null)) { Coupon = story.Coupon }])));
        var (gone, part) = (default(RefundSplit), 0);
        foreach (var amount in story.Amounts)
        {
            if (part++ == story.ReleaseBefore)
            {
                await market.Source.Command("UPDATE wallet.holds SET release_at = created_at WHERE owner_id = $1 AND state = 'held'", seller).Execute();
                await using var scope = market.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ReleaseTurn>().Handle(seller, Currency.Of(currency), market.Clock.GetUtcNow(), default);
            }

            var split = RefundSplit.Of(story.Whole, gone, amount);
            await market.Do(services => services.GetRequiredService<IWallet>().Refund(new OrderRefund(
                order, buyer, [new SaleRefund(WalletSteps.NewId(), item, seller, Of(amount), split.Tax, "FR", split.Commission) { Coupon = split.Coupon }])));
            gone += split;
        }

        var left = await market.Balance("user_pending", seller, currency: currency) + await market.Balance("user_available", seller, currency: currency) + await market.Balance("user_debt", seller, currency: currency);
        left.ShouldBe(-story.Fee);
    }

    [Fact]
    public async Task A_refund_and_the_release_that_race_for_a_hold_are_exact_a_hundred_times()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var (buyer, seller) = (await market.SignUp(), await market.SignUp());
        await buyer.TopUp(1_000_000);
        var sales = new List<(Guid Order, Guid Item)>();
        for (var i = 0; i < 100; i++)
        {
            sales.Add((WalletSteps.NewId(), WalletSteps.NewId()));
            await market.Settle(sales[i].Order, sales[i].Item, buyer.Account, seller.Account, 1_000);
        }

        market.Clock.Walk(TimeSpan.FromDays(7));
        var (fromHold, afterRelease) = (0, 0);
        foreach (var (order, item) in sales)
        {
            // Only this one is due for the turn: the race is for its row.
            await market.Source.Command("UPDATE wallet.holds SET release_at = $2::timestamptz + CASE WHEN subject_id = $1 THEN interval '0' ELSE interval '1 day' END WHERE state = 'held'", item, market.Clock.GetUtcNow()).Execute();
            await Task.WhenAll(
                other.Run<ReleaseHolds>(),
                market.Do(services => services.GetRequiredService<IWallet>().Refund(new OrderRefund(
                    order, buyer.Account, [new SaleRefund(WalletSteps.NewId(), item, seller.Account, Money.Of(400, "EUR"), 0, null, 40)]))));
            await market.Run<ReleaseHolds>();
            var hold = (await market.Do(services => services.GetRequiredService<IWallet>().Holds([item]))).Single().Value;
            hold.State.ShouldBe(HoldState.Released);
            hold.Released.Minor.ShouldBeOneOf(900, 540);
            if (hold.Released.Minor == 540) fromHold++;
            else afterRelease++;
        }

        (await seller.Available(), await seller.Pending()).ShouldBe((100 * 540, 0));
        (await buyer.Available()).ShouldBe(1_000_000 - (100 * 600));
        (fromHold + afterRelease).ShouldBe(100);
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions WHERE kind = 'release'")).ShouldBe(100);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(1_000, 900, 0, 0, 900, 0, 100)]
    [InlineData(900, 900, 500, 0, 900, 0, 0)]
    [InlineData(1_000, 400, 700, 0, 400, 600, 0)]
    [InlineData(1_000, 0, 300, 0, 0, 300, 700)]
    [InlineData(1_000, 0, 0, 50, 0, 0, 1_000)]
    [InlineData(-1, 0, 0, 0, 0, -1, 0)]
    [InlineData(-1, 0, 0, 5, 0, 0, -1)]
    [InlineData(0, 500, 500, 0, 0, 0, 0)]
    public void A_seller_pays_from_the_hold_then_from_the_wallet_then_as_debt(long amount, long held, long available, long debt, long fromHold, long fromAvailable, long asDebt)
    {
        var pays = SellerPays.Of(amount, held, available, debt);
        (pays.Held, pays.Available, pays.Debt).ShouldBe((fromHold, fromAvailable, asDebt));
    }
}
