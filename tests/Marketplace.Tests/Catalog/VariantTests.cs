using System.Text.Json;

namespace Marketplace.Tests.Catalog;

/// <summary>Things in sizes and colours: one offer a combination, each with its price and stock.</summary>
public sealed class VariantTests : MarketTest
{
    private static readonly object[] Axes = [new { attribute = "size", values = new[] { "s", "xl" } }, new { attribute = "colour", values = new[] { "blue", "red" } }];

    private static object Variant(string size, string colour, long price = 2_000, int? stock = 3, string? sku = null, int? seen = null) =>
        new { values = new { size, colour }, price = new { amount = price, currency = "EUR" }, stock, sku, stock_seen = seen };

    [Fact]
    public async Task What_stays_is_the_same_offer_and_what_returns_is_too()
    {
        var seller = await Market.SignUp("Nova");
        var thing = await seller.PublishThing(Axes, [Variant("s", "blue", sku: "KIT-01"), Variant("xl", "red", 2_500, sku: "KIT-02")]);
        async Task<List<Guid>> Save(params object[] variants) =>
            (await seller.SaveVariants(thing.Product, Axes, variants)).Must().Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("offer_id").GetGuid()).ToList();

        // Turned round, with a new one between, and their numbers exchanged.
        var second = await Save(Variant("xl", "red", 2_600, sku: "KIT-01"), Variant("s", "red"), Variant("s", "blue", sku: "KIT-02"));
        (second[0], second[2]).ShouldBe((thing.Offers[1], thing.Offers[0]));
        (await Save(Variant("s", "red"))).ShouldBe([second[1]]);
        (await seller.Visitor.AddToCart(thing.Offers[0])).MustRefuse(409, "not_on_sale");
        (await Save(Variant("s", "blue"), Variant("s", "red")))[0].ShouldBe(thing.Offers[0]);
        var read = await seller.Variants(thing.Slug);
        (read[0].GetProperty("values").GetProperty("colour").GetString(), read[0].GetProperty("available").GetInt32()).ShouldBe(("blue", 3));
        var page = (await seller.Visitor.Get($"/api/v1/products/{thing.Slug}")).Must().Json;
        page.GetProperty("offers").EnumerateArray().Select(o => o.GetProperty("name").GetString()).ShouldBe(["S / Blue", "S / Red"]);
    }

    [Fact]
    public async Task A_number_is_once_in_a_shop_and_another_shop_may_have_it_too()
    {
        var (one, two) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"));
        await one.PublishThing(Axes, [Variant("s", "blue", sku: "KIT-01")]);
        await two.PublishThing(Axes, [Variant("s", "blue", sku: "KIT-01")]);
        var other = await one.DraftThing();
        var refused = await one.SaveVariants(other, Axes, [Variant("s", "red"), Variant("s", "blue", sku: " KIT-01 ")]);
        refused.MustRefuse(409, "sku_taken");
        refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/variants/1/sku");
        (await two.SaveVariants(other, Axes, [Variant("s", "blue")], 1)).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task Stock_counts_from_what_the_seller_saw()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var thing = await seller.PublishThing(5);
        var own = (await seller.Variants(thing.Slug))[0];
        own.GetProperty("on_hand").GetInt32().ShouldBe(5);
        await buyer.BuyThing(thing.Offers[0]);
        (await buyer.Variants(thing.Slug))[0].GetProperty("on_hand").ValueKind.ShouldBe(JsonValueKind.Null);

        // Ten came in; the seller had five before them, and did not see that one was sold.
        (await seller.SaveVariants(thing.Product, [], [new { price = new { amount = 2_000, currency = "EUR" }, stock = 15, stock_seen = 5 }])).Must().Json
            .GetProperty("variants")[0].GetProperty("available").GetInt32().ShouldBe(14);
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        (await buyer.CheckoutParcel("sandbox_card", "tok_declined")).Must(201);
        var reserved = (await seller.Variants(thing.Slug))[0];
        (reserved.GetProperty("on_hand").GetInt32(), reserved.GetProperty("available").GetInt32()).ShouldBe((14, 13));
        (await seller.SaveVariants(thing.Product, [], [new { price = new { amount = 2_000, currency = "EUR" }, stock = 0 }])).MustRefuse(409, "stock_reserved");
        (await seller.SaveVariants(thing.Product, [], [new { price = new { amount = 2_000, currency = "EUR" }, stock = 1 }])).Must();
        (await Market.Source.Command("SELECT delta FROM catalog.stock_movements WHERE offer_id = $1 ORDER BY id", thing.Offers[0]).List(r => r.GetInt32(0))).ShouldBe([5, -1, 10, -13]);
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE id = $1 AND sold_out", thing.Product)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_combination_is_refused_where_it_stands()
    {
        var seller = await Market.SignUp("Nova");
        var product = await seller.DraftThing();
        async Task Refused(object[] axes, object[] variants, string pointer)
        {
            var answer = await seller.SaveVariants(product, axes, variants);
            answer.MustRefuse(422, "invalid");
            answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe(pointer);
        }

        await Refused([new { attribute = "size", values = new[] { "s", "enormous" } }], [], "/axes/0/values/1");
        await Refused(Axes, [Variant("s", "blue"), Variant("s", "green")], "/variants/1/values");
        await Refused(Axes, [Variant("s", "blue"), Variant("s", "blue")], "/variants/1/values");
        await Refused(Axes, [new { values = new { size = "s" }, price = new { amount = 100, currency = "EUR" } }], "/variants/0/values");
        await Refused(Axes, [Variant("s", "blue", 0)], "/variants/0/price");
        await Refused([.. Axes, new { attribute = "material", values = new[] { "wool" } }, new { attribute = "format", values = new[] { "cd" } }], [], "/axes");
        (await seller.Edit(product, new { offers = new[] { new { licence = "standard", price = new { amount = 2_000, currency = "EUR" } } } })).MustRefuse(422, "invalid");
        (await seller.Visitor.Post($"/api/v1/products/{product}/publish")).MustRefuse(409, "not_ready");
    }

    [Fact]
    public async Task Staff_adds_attributes_and_values()
    {
        var (staff, seller) = (await Market.Staff(Marketplace.Users.Rights.Moderation), await Market.SignUp("Nova"));
        var name = $"Pickup {Guid.CreateVersion7().ToString("N")[^4..]}";
        var attribute = (await staff.Visitor.Post("/api/v1/attributes", new { name })).Must(201).Json.GetProperty("key").GetString()!;
        (await staff.Visitor.Post($"/api/v1/attributes/{attribute}/values", new { name = "Single coil" })).Must(201).Json.GetProperty("key").GetString().ShouldBe("singlecoil");
        (await staff.Visitor.Post($"/api/v1/attributes/{attribute}/values", new { name = "single-coil" })).MustRefuse(409, "attribute_taken");
        (await staff.Visitor.Post("/api/v1/attributes", new { name })).MustRefuse(409, "attribute_taken");
        (await seller.Visitor.Post("/api/v1/attributes", new { name = "Mine" })).MustRefuse(403, "forbidden");
        (await seller.SaveVariants(await seller.DraftThing(), [new { attribute, values = new[] { "singlecoil" } }], [new { values = new Dictionary<string, string> { [attribute] = "singlecoil" }, price = new { amount = 9_000, currency = "EUR" }, stock = 1 }])).Must();
    }
}
