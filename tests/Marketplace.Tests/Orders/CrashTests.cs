using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>The process "dies" at every point that it passes, in turn; the client repeats with the same key.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData("wallet", null, 1_000, 600)]
    [InlineData("sandbox_card", "tok_ok", 0, 541)]
    [InlineData("sandbox_card", "tok_ok", 400, 553)]
    public async Task A_crash_anywhere_and_the_same_key_again_make_one_order_and_one_charge(string method, string? token, long wallet, long share)
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_000);
        var passed = new HashSet<string>(StringComparer.Ordinal);
        var sold = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            var buyer = await market.SignUp("Ana");
            await buyer.TopUp(wallet);
            (await buyer.AddToCart(beat)).Must();
            var key = WalletSteps.Key();
            var points = 0;
            market.Faults.Passing = point =>
            {
                passed.Add(point);
                if (Interlocked.Increment(ref points) == dieAt) throw new Faults.Crash(point);
            };

            var first = await buyer.Checkout(method, token, key, walletFirst: wallet > 0);
            var crashed = points >= dieAt;
            market.Faults.Passing = null;
            if (crashed) first.Status.ShouldBe(500);
            var second = (await buyer.Checkout(method, token, key, walletFirst: wallet > 0)).Must(201).Json;
            sold++;

            second.State().ShouldBe("paid");
            (await market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1", buyer.Account)).ShouldBe(1);
            (await market.Count("SELECT count(*) FROM wallet.sandbox_charges s JOIN wallet.payments p ON p.id = s.payment_id WHERE p.payer_id = $1 AND p.purpose = 'order'", buyer.Account))
                .ShouldBe(method == "wallet" ? 0 : 1);
            (await buyer.Available()).ShouldBe(0);
            (await seller.Pending()).ShouldBe(sold * share);
            await market.Drain();
            (await seller.Pending()).ShouldBe(sold * share);
            (await market.Count("SELECT count(*) FROM orders.order_events e JOIN orders.orders o ON o.id = e.order_id WHERE o.buyer = $1 AND e.what = 'paid'", buyer.Account)).ShouldBe(1);
            if (!crashed) break;
        }

        sold.ShouldBeGreaterThan(method == "wallet" ? 3 : 8);
        passed.ShouldBe(method == "wallet" ? Faults.Points.Except([Faults.AfterProviderCall]) : Faults.Points, ignoreOrder: true);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_crash_after_the_charge_that_nobody_repeats_is_finished_by_the_sweep()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        market.Faults.Passing = point =>
        {
            if (point == Faults.AfterProviderCall) throw new Faults.Crash(point);
        };
        (await buyer.CheckoutByCard()).Status.ShouldBe(500);
        market.Faults.Passing = null;
        await market.Drain();
        (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0].State().ShouldBe("pending");

        market.Clock.Walk(TimeSpan.FromMinutes(5));
        await market.Run<SweepPayments>();
        await market.Drain();

        (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0].State().ShouldBe("paid");
        (await seller.Pending()).ShouldBe(541);
        await market.BooksMustHold();
    }
}
