using Marketplace.Catalog;
using Marketplace.Orders;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>What runs out: fifty who want the last one, money that comes late, and what comes back.</summary>
public sealed class StockTests : MarketTest
{
    [Fact]
    public async Task Of_fifty_who_want_the_last_one_one_has_it_and_the_others_hear_it_before_they_pay()
    {
        var seller = await Market.SignUp("Nova");
        var thing = await seller.PublishThing(1);
        var buyers = new List<Person>();
        for (var i = 0; i < 50; i++)
        {
            var buyer = await Market.SignUp("Buyer");
            if (i % 2 == 0) await buyer.TopUp(2_000);
            (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
            buyers.Add(buyer);
        }

        var answers = await Task.WhenAll(buyers.Select((b, i) => i % 2 == 0 ? b.CheckoutParcel() : b.CheckoutParcel("sandbox_card", "tok_ok")));

        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && (a.Code == "out_of_stock" || a.Code == "cart_has_problems"));
        answers.Where(a => a.Code == "out_of_stock").ShouldAllBe(a => a.Json.GetProperty("errors")[0].GetProperty("pointer").GetString() == "/items/0");
        (await Market.Count("SELECT count(*) FROM orders.order_items WHERE offer = $1", thing.Offers[0])).ShouldBe(1);
        (await Market.Count("SELECT on_hand + reserved::bigint FROM catalog.stock WHERE offer_id = $1", thing.Offers[0])).ShouldBe(0);
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE id = $1 AND sold_out", thing.Product)).ShouldBe(1);
        (await buyers[0].Visitor.AddToCart(thing.Offers[0])).MustRefuse(409, "out_of_stock");
    }

    [Fact]
    public async Task Units_are_kept_while_somebody_pays_and_free_again_when_nobody_does()
    {
        await using var market = await OwnMarket.Open();
        var (seller, slow, quick) = (await market.SignUp("Nova"), await market.SignUp("Slow"), await market.SignUp("Quick"));
        var thing = await seller.PublishThing(1);
        (await slow.Visitor.AddToCart(thing.Offers[0])).Must();
        var unpaid = (await slow.CheckoutParcel("sandbox_card", "tok_declined")).Must(201).Json.Id();
        (await quick.Visitor.AddToCart(thing.Offers[0])).MustRefuse(409, "out_of_stock");

        // Another try keeps it for longer; then nobody comes.
        market.Clock.Walk(TimeSpan.FromMinutes(8));
        (await slow.Pay(unpaid, "sandbox_card", "tok_declined")).Must(201);
        market.Clock.Walk(TimeSpan.FromMinutes(8));
        await market.Run<FreeReservations>();
        (await quick.Visitor.AddToCart(thing.Offers[0])).MustRefuse(409, "out_of_stock");
        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await Task.WhenAll(market.Run<FreeReservations>(), market.Run<FreeReservations>());

        // Whoever is still there takes it again; whoever comes then is too late, and hears it before paying.
        await quick.BuyThing(thing.Offers[0]);
        (await slow.Pay(unpaid, "sandbox_card", "tok_ok")).MustRefuse(409, "out_of_stock");
        (await market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1 AND state = 'captured'", slow.Account)).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Money_that_comes_late_buys_what_is_there_and_goes_back_for_what_is_gone()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, other) = (await market.SignUp("Nova"), await market.SignUp("Late"), await market.SignUp("Quick"));
        var (there, gone) = (await seller.PublishThing(2), await seller.PublishThing(1));
        async Task<Guid> Lost(PublishedThing thing)
        {
            (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
            return (await buyer.CheckoutParcel("sandbox_card", "tok_timeout")).Must(201).Json.Id();
        }

        var (first, second) = (await Lost(there), await Lost(gone));
        market.Clock.Walk(TimeSpan.FromMinutes(31));
        await market.Run<ExpireOrders>();
        await other.BuyThing(gone.Offers[0]);
        await market.Run<SweepPayments>();
        await market.Drain();

        (await buyer.Visitor.Get($"/api/v1/orders/{first}")).Must().Json.State().ShouldBe("paid");
        var returned = (await buyer.Visitor.Get($"/api/v1/orders/{second}")).Must().Json;
        returned.State().ShouldBe("expired");
        returned.GetProperty("money_returned_at").GetDateTimeOffset().ShouldBe(market.Clock.GetUtcNow(), TimeSpan.FromMinutes(1));
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        await market.Run<SweepRefunds>();
        (await market.Count("SELECT sum(amount)::bigint FROM wallet.sandbox_refunds")).ShouldBe(2_000);
        (await market.Balance("order_funding", reference: second.ToString())).ShouldBe(0);
        (await seller.Pending()).ShouldBe((2_000 - 800) + (2_000 - 800 - 88));
        (await market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", there.Offers[0])).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData("wallet", null)]
    [InlineData("sandbox_card", "tok_ok")]
    public async Task A_crash_anywhere_and_the_same_key_again_take_one_unit(string method, string? token)
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var thing = await seller.PublishThing(50);
        var sold = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            var buyer = await market.SignUp("Ana");
            await buyer.TopUp(2_000);
            (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
            var key = WalletSteps.Key();
            var points = 0;
            market.Faults.Passing = point =>
            {
                if (Interlocked.Increment(ref points) == dieAt) throw new Faults.Crash(point);
            };
            await buyer.CheckoutParcel(method, token, key: key);
            var crashed = points >= dieAt;
            market.Faults.Passing = null;
            (await buyer.CheckoutParcel(method, token, key: key)).Must(201).Json.State().ShouldBe("paid");
            await market.Drain();
            sold++;
            (await market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", thing.Offers[0])).ShouldBe(50 - sold);
            (await market.Count("SELECT count(*) FROM catalog.reservations")).ShouldBe(0);
            if (!crashed) break;
        }

        sold.ShouldBeGreaterThan(3);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_was_not_sent_is_for_sale_again_when_it_is_refunded_and_what_was_sent_is_not()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var thing = await seller.PublishThing(2);
        var (kept, sent) = (await buyer.BuyThing(thing.Offers[0]), await buyer.BuyThing(thing.Offers[0]));
        (await buyer.Visitor.Get($"/api/v1/products/{thing.Slug}")).Must();
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE id = $1 AND sold_out", thing.Product)).ShouldBe(1);
        (await seller.Visitor.Post($"/api/v1/sales/{sent.GetProperty("items")[0].Id()}/shipment", new { })).Must();
        var staff = await Market.Staff(Marketplace.Users.Rights.Support);
        foreach (var order in new[] { kept, sent })
            (await staff.Visitor.Post($"/api/v1/orders/{order.Id()}/refunds", new { lines = new[] { new { item_id = order.GetProperty("items")[0].Id() } }, reason = "It broke." }, WalletSteps.Key())).Must(201);

        (await Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", thing.Offers[0])).ShouldBe(1);
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE id = $1 AND sold_out", thing.Product)).ShouldBe(0);
        (await Market.Count("SELECT sum(delta)::bigint FROM catalog.stock_movements WHERE offer_id = $1", thing.Offers[0])).ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => TestServer.Execute(Market.ConnectionString, "UPDATE catalog.stock_movements SET delta = 5 WHERE false"));
    }
}
