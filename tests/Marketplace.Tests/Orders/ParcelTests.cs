using Marketplace.Orders;

namespace Marketplace.Tests.Orders;

/// <summary>Paid, packed, sent, arrived.</summary>
public sealed class ParcelTests : MarketTest
{
    [Fact]
    public async Task A_parcel_goes_to_the_address_of_its_order_and_its_money_waits_until_it_has_arrived()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, stranger) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var thing = await seller.PublishThing(5);
        await stranger.OpenShop();
        await buyer.TopUp(6_000);
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        (await buyer.Checkout()).MustRefuse(422, "shipping_address_missing");
        var wrong = await buyer.CheckoutParcel(to: new { name = "Ana", line1 = "12 rue des Lilas", postcode = "7501", city = "Paris", country = "FR" });
        wrong.MustRefuse(422, "invalid");
        wrong.Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/shipping_address/postcode");
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        var item = order.GetProperty("items")[0].Id();
        order.GetProperty("items")[0].State().ShouldBe("paid");
        (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);

        var parcel = (await seller.Visitor.Get("/api/v1/sales/parcels")).Must().Json.GetProperty("data")[0];
        parcel.GetProperty("address").GetProperty("city").GetString().ShouldBe("Genève");
        (await stranger.Visitor.Get("/api/v1/sales/parcels")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await stranger.Visitor.Post($"/api/v1/sales/{item}/shipment", new { })).MustRefuse(404, "not_found");
        (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item}/receipt")).MustRefuse(409, "not_shipped");
        (await seller.Visitor.Post($"/api/v1/sales/{item}/preparation")).Must().Json.State().ShouldBe("preparing");
        (await seller.Visitor.Post($"/api/v1/sales/{item}/shipment", new { carrier = "La Poste", tracking = "6A123" })).Must().Json.State().ShouldBe("shipped");
        (await seller.Visitor.Post($"/api/v1/sales/{item}/shipment", new { carrier = "La Poste", tracking = "6A1234" })).Must();
        (await seller.Visitor.Post($"/api/v1/sales/{item}/preparation")).MustRefuse(409, "not_to_ship");
        var line = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items")[0];
        line.GetProperty("shipment").GetProperty("tracking").GetString().ShouldBe("6A1234");
        (await stranger.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item}/receipt")).MustRefuse(404, "not_found");

        market.Clock.Walk(TimeSpan.FromDays(3));
        (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item}/receipt")).Must().Json.State().ShouldBe("delivered");
        (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item}/receipt")).Must();
        var done = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        done.State().ShouldBe("completed");
        done.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldBe(["placed", "paid", "preparing", "shipped", "delivered", "completed"]);
        (await seller.Visitor.Get("/api/v1/sales/parcels")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        var hold = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data")[0].GetProperty("hold");
        hold.GetProperty("rule").GetString().ShouldBe("after_delivery");
        hold.GetProperty("release_at").GetDateTimeOffset().ShouldBe(market.Clock.GetUtcNow() + TimeSpan.FromDays(14), TimeSpan.FromMinutes(5));

        // Another one, of which its buyer never says a word; things may be bought again.
        var silent = await buyer.BuyThing(thing.Offers[0]);
        (await seller.Visitor.Post($"/api/v1/sales/{silent.GetProperty("items")[0].Id()}/shipment", new { })).Must();
        async Task<string?> State() => (await buyer.Visitor.Get($"/api/v1/orders/{silent.Id()}")).Must().Json.GetProperty("items")[0].State();
        market.Clock.Walk(TimeSpan.FromDays(13));
        await market.Run<ArriveParcels>();
        (await State()).ShouldBe("shipped");
        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Run<ArriveParcels>();
        (await State()).ShouldBe("delivered");
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ArriveParcels>();
        (await State()).ShouldBe("completed");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Files_and_parcels_are_one_order_and_each_goes_its_way()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var (thing, beat) = (await seller.PublishThing(1), await seller.PublishBeat(price: 1_000));
        await buyer.TopUp(3_000);
        (await buyer.AddToCart(beat)).Must();
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        order.GetProperty("items").EnumerateArray().Select(i => i.State()).ShouldBe(["available", "paid"]);
        await Market.Drain();
        (await Market.Count("SELECT count(*) FROM orders.contracts c JOIN orders.order_items i ON i.id = c.item_id WHERE i.order_id = $1", order.Id())).ShouldBe(1);
    }
}
