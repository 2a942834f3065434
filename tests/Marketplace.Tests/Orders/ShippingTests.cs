using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;

namespace Marketplace.Tests.Orders;

/// <summary>What sending costs: once an order and shop, by country and weight, without commission, done with the last parcel.</summary>
public sealed class ShippingTests : MarketTest
{
    private static object Eur(long minor) => new { amount = minor, currency = "EUR" };

    [Fact]
    public async Task A_parcel_of_a_shop_is_paid_once_by_weight_and_country_and_done_with_its_last_thing()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var shop = await seller.OpenShop();
        var (one, two) = (await seller.PublishThing(5), await seller.PublishThing(5));
        // A thing weighs 250 g.
        (await seller.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new
        {
            rates = new object[]
            {
                new { country = "CH", max_grams = 500, price = Eur(500) }, new { country = "CH", max_grams = 1_000, price = Eur(800), free_from = Eur(10_000) }, new { price = Eur(2_000) },
            },
        })).Must();
        (await buyer.Visitor.AddToCart(one.Offers[0])).Must();
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = two.Offers[0], units = 2 })).Must();
        async Task<long?> Sent(string country) =>
            (await buyer.Visitor.Get($"/api/v1/cart?country={country}")).Must().Json.GetProperty("baskets")[0].GetProperty("shipping") is { ValueKind: JsonValueKind.Object } cost ? cost.Minor() : null;
        (await Sent("CH")).ShouldBe(800);
        (await Sent("DE")).ShouldBe(2_000);

        await buyer.TopUp(6_800);
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        order.GetProperty("total").Minor().ShouldBe(6_800);
        order.Lines().Select(l => (l.GetProperty("kind").GetString(), l.GetProperty("units").GetInt32(), l.GetProperty("price").Minor())).ShouldBe([("physical", 1, 2_000), ("physical", 2, 4_000), ("shipping", 1, 800)]);
        (await market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", two.Offers[0])).ShouldBe(3);
        (await market.Balance("revenue_commission")).ShouldBe(2_400);
        (await seller.Pending()).ShouldBe(3_600 + 800);
        order.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldBe(["placed", "paid"], "a parcel's postage is in nobody's library");
        foreach (var (reader, page) in new[] { (buyer, $"/orders/{order.Id()}"), (staff, $"/admin/orders/{order.Id()}") })
            (await reader.Visitor.Get(page)).Must().Html.QuerySelectorAll(".timeline li").Length.ShouldBe(2, page);
        (await seller.Visitor.Get("/sell/orders")).Must();

        async Task<IReadOnlyList<string?>> States() => (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.Lines().Select(l => l.State()).ToList();
        foreach (var line in new[] { 0, 1 })
        {
            (await seller.Visitor.Post($"/api/v1/sales/{order.Item(line)}/shipment", new { })).Must();
            (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{order.Item(line)}/receipt")).Must();
            (await States())[2].ShouldBe(line == 0 ? "available" : "completed");
        }

        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("completed");
        await market.Drain();
        (await market.Count("SELECT count(*) FROM kernel.deliveries WHERE state = 'poisoned'")).ShouldBe(0);
        foreach (var line in new[] { 0, 1, 2 }) (await staff.Refund(order.Id(), order.Item(line))).Must(201);
        (await buyer.Available()).ShouldBe(6_800);
        foreach (var (reader, page) in new[] { (buyer, $"/orders/{order.Id()}"), (staff, $"/admin/orders/{order.Id()}") })
        {
            reader.Visitor.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");
            var main = (await reader.Visitor.Get(page)).Must().Html.QuerySelector("main")!.TextContent;
            main.ShouldContain("Livraison");
            main.ShouldNotContain("Shipping");
        }

        await market.BooksMustHold();
    }

    [Fact]
    public async Task Where_no_rate_fits_nothing_is_sent_and_it_is_said_before_paying()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var shop = await seller.OpenShop();
        var thing = await seller.PublishThing(99);
        (await buyer.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new { rates = Array.Empty<object>() })).Status.ShouldBeOneOf(403, 404);
        (await seller.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new { rates = new[] { new { country = "XX", price = Eur(500) } } })).MustRefuse(422, "invalid");
        (await seller.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new { rates = new[] { new { country = "CH", max_grams = 1_000, price = Eur(500), free_from = Eur(8_000) } } })).Must();
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        await buyer.TopUp(100_000);
        (await buyer.CheckoutParcel(to: new { name = "Ana", line1 = "Lange Str. 1", postcode = "10115", city = "Berlin", country = "DE" })).MustRefuse(409, "cart_has_problems");
        var cart = (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = thing.Offers[0], units = 5 })).Must().Json;
        (await buyer.Visitor.Get("/api/v1/cart?country=CH")).Must().Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("too_heavy_to_send");
        (await buyer.Visitor.Patch($"/api/v1/cart/items/{cart.GetProperty("items")[0].Id()}", new { units = 100 })).MustRefuse(422, "invalid");
        (await buyer.Visitor.Patch($"/api/v1/cart/items/{cart.GetProperty("items")[0].Id()}", new { units = 4 })).Must();

        // Four of them weigh 1,000 g and cost enough to be sent for nothing.
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        order.GetProperty("total").Minor().ShouldBe(8_000);
        order.Lines().Count.ShouldBe(1);
    }

    [Fact]
    public async Task There_is_more_than_one_of_things_only_and_never_more_than_there_are()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var (thing, beat) = (await seller.PublishThing(3), await seller.PublishBeat(price: 500));
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = beat.Offer, units = 2 })).MustRefuse(409, "one_only");
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = thing.Offers[0], units = 4 })).MustRefuse(409, "not_enough");
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = thing.Offers[0], units = 3 })).Must();
        await buyer.TopUp(6_000);
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        async Task<long> OnHand() => await Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", thing.Offers[0]);
        (await OnHand()).ShouldBe(0);
        (await staff.Refund(order.Id(), order.Item(), 1_000)).Must(201);
        (await OnHand()).ShouldBe(0);
        (await staff.Refund(order.Id(), order.Item())).Must(201);
        (await OnHand()).ShouldBe(3);
    }

    [Fact]
    public async Task By_page_a_seller_keeps_the_table_and_a_buyer_sees_what_it_costs_before_paying()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var thing = await seller.PublishThing(5);
        var wrong = await seller.Visitor.Submit("/sell/shipping", "main form", new Dictionary<string, string?>
        {
            ["Input.Rates[1].Country"] = "Everywhere else", ["Input.Rates[1].Price"] = "x", ["Input.Rates[2].Country"] = "Frence", ["Input.Rates[2].Price"] = "3", ["Input.Rates[3].Price"] = "2",
        });
        wrong.Must(422);
        (string? Typed, string? Why) Field(int row, string field) =>
            (wrong.Html.GetElementById($"Input_Rates_{row}__{field}")!.GetAttribute("value"), wrong.Html.GetElementById($"Input_Rates_{row}__{field}-error")?.TextContent);
        Field(0, "Price").ShouldBe(("x", "Write an amount such as 25 or 25.00."));
        Field(1, "Country").ShouldBe(("Frence", "There is no such country."));
        Field(1, "Price").ShouldBe(("3", null));
        Field(2, "Country").Why.ShouldBe("Choose a country.");
        (await seller.Visitor.Submit("/sell/shipping", "main form", new Dictionary<string, string?>
        {
            ["Input.Rates[0].Country"] = " france ", ["Input.Rates[0].Price"] = "3", ["Input.Rates[1].Country"] = "RÉUNION", ["Input.Rates[1].Price"] = "9", ["Input.Rates[2].Country"] = "everywhere else", ["Input.Rates[2].Price"] = "4,50",
        })).Must(302);
        (await seller.Visitor.Submit("/sell/shipping", "main form", new Dictionary<string, string?> { ["Input.Rates[0].Country"] = "", ["Input.Rates[0].Price"] = "" })).Must(302);
        var table = (await seller.Visitor.Get("/sell/shipping")).Must();
        table.Html.QuerySelectorAll("input[list]").Select(i => i.GetAttribute("value")).Where(v => !string.IsNullOrEmpty(v)).ShouldBe(["Réunion", "Everywhere else"]);
        table.Text.Length.ShouldBeLessThan(40_000);
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        await buyer.TopUp(2_450);
        var typed = new Dictionary<string, string?>
        {
            ["Input.ShippingAddress.Name"] = "Ana", ["Input.ShippingAddress.Line1"] = "12 rue des Lilas", ["Input.ShippingAddress.Postcode"] = "75011", ["Input.ShippingAddress.City"] = "Paris",
            ["Input.ShippingAddress.Country"] = "FR", ["payment_method"] = "wallet",
        };
        // Paying at once shows the total with sending first: nothing is taken that was not seen.
        var raised = await buyer.Visitor.Submit("/checkout", "main form", typed);
        raised.Status.ShouldBe(409);
        raised.Html.Body!.TextContent.ShouldContain("€24.50");
        var shown = await buyer.Visitor.Submit(raised, "/checkout", "main form", typed);
        shown.Must(302);
        (await buyer.Available()).ShouldBe(0);
    }
}
