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
    public async Task What_is_sold_out_says_so_on_its_card_and_page_and_has_another_tag()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var thing = await seller.PublishThing(1);
        using var visitor = Market.Visitor();
        var shop = (await visitor.Get($"/api/v1/products/{thing.Slug}")).Must();
        var (slug, tag) = (shop.Json.GetProperty("shop").GetProperty("slug").GetString(), shop.Headers.ETag!.Tag);
        (shop.Json.GetProperty("sold_out").GetBoolean(), shop.Json.GetProperty("offers")[0].GetProperty("available").GetInt32()).ShouldBe((false, 1));
        (await visitor.Get($"/shops/{slug}")).Must().Html.QuerySelectorAll(".product-gone").ShouldBeEmpty();
        await buyer.BuyThing(thing.Offers[0]);

        var gone = (await visitor.Get($"/api/v1/products/{thing.Slug}")).Must();
        (gone.Json.GetProperty("sold_out").GetBoolean(), gone.Json.GetProperty("offers")[0].GetProperty("available").GetInt32()).ShouldBe((true, 0));
        gone.Headers.ETag!.Tag.ShouldNotBe(tag);
        (await visitor.Get($"/api/v1/products?shop={slug}")).Must().Json.GetProperty("data")[0].GetProperty("sold_out").GetBoolean().ShouldBeTrue();
        foreach (var page in new[] { $"/shops/{slug}", $"/search?shop={slug}" }) (await visitor.Get(page)).Must().Html.QuerySelector(".product-gone .chip")!.TextContent.ShouldBe("Sold out");
        (await visitor.Get($"/p/{thing.Slug}")).Must().Text.ShouldContain("schema.org/OutOfStock");
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

    [Fact]
    public async Task Blue_and_XL_is_one_variant_and_every_number_is_the_number_of_results_after_the_click()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        var random = new Random(7);
        var (sizes, colours) = (new[] { "s", "m", "xl" }, new[] { "blue", "red", "black" });
        await seller.PublishThing(Axes, [Variant("s", "blue"), Variant("xl", "red")]);
        for (var i = 0; i < 8; i++)
        {
            var combinations = sizes.SelectMany(s => colours.Select(c => (s, c))).OrderBy(_ => random.Next()).Take(random.Next(1, 5)).ToList();
            await seller.PublishThing(
                [new { attribute = "size", values = combinations.Select(c => c.s).Distinct() }, new { attribute = "colour", values = combinations.Select(c => c.c).Distinct() }],
                [.. combinations.Select(c => Variant(c.s, c.c, 1_000 + (random.Next(4) * 2_000)))]);
        }

        await seller.PublishThing(3);
        async Task<JsonElement> Search(string? attr, string more = "") =>
            (await seller.Visitor.Get($"/api/v1/products?shop={shop.Slug}&facets=true&limit=100{more}{(attr is null ? "" : "&attr=" + attr)}")).Must().Json;

        var followed = 0;
        foreach (var attr in new[] { null, "colour:blue", "colour:blue,size:xl", "size:m", "size:s,colour:red", "size:3xl" })
        {
            foreach (var more in new[] { "", "&price_min=3000", "&kind=physical&price_max=5000" })
            {
                var page = await Search(attr, more);
                page.GetProperty("facets").GetProperty("total").GetInt32().ShouldBe(page.GetProperty("data").GetArrayLength());
                foreach (var facet in page.GetProperty("facets").GetProperty("attributes").EnumerateArray())
                {
                    foreach (var value in facet.GetProperty("values").EnumerateArray())
                    {
                        var (key, chosen) = (facet.GetProperty("key").GetString()!, value.GetProperty("value").GetString()!);
                        var clicked = string.Join(',', (attr?.Split(',') ?? []).Where(a => !a.StartsWith(key + ":", StringComparison.Ordinal)).Append($"{key}:{chosen}"));
                        (await Search(clicked, more)).GetProperty("data").GetArrayLength().ShouldBe(value.GetProperty("count").GetInt32(), $"{attr} {more} → {clicked}");
                        followed++;
                    }
                }
            }
        }

        followed.ShouldBeGreaterThan(40);
        // By brute force over what the market says of each.
        var blueXl = new List<Guid>();
        foreach (var product in (await Search(null)).GetProperty("data").EnumerateArray())
        {
            var variants = await seller.Variants(product.GetProperty("slug").GetString()!);
            if (variants.Any(v => v.GetProperty("values") is var x && x.TryGetProperty("colour", out var c) && c.GetString() == "blue" && x.GetProperty("size").GetString() == "xl")) blueXl.Add(product.Id());
        }

        (await Search("size:xl,colour:blue")).GetProperty("data").EnumerateArray().Select(p => p.Id()).ShouldBe(blueXl, ignoreOrder: true);
        (await seller.Visitor.Get($"/api/v1/products?attr=colour:blue,colour:red")).MustRefuse(422, "invalid");
        (await seller.Visitor.Get($"/api/v1/products?attr=%27%3B--")).MustRefuse(422, "invalid");
        var html = (await seller.Visitor.Get($"/search?shop={shop.Slug}&attr=colour:blue")).Must().Html;
        html.QuerySelector("[aria-label='Chosen filters']")!.TextContent.ShouldContain("Colour: Blue");
    }

    [Fact]
    public async Task The_names_that_are_translated_are_those_that_are_planted() =>
        (await Market.Source.Command("SELECT name FROM catalog.attributes WHERE key IN ('size', 'colour', 'material', 'format') UNION ALL SELECT name FROM catalog.attribute_values WHERE attribute IN ('colour', 'material', 'format') AND name !~ '^(CD|LP)$'")
            .List(r => r.GetString(0))).ShouldBe(Marketplace.Catalog.AttributeList.Names, ignoreOrder: true);

    [Fact]
    public async Task Sellers_and_buyers_choose_variants_on_pages()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var product = await seller.DraftThing();
        var page = (await seller.Visitor.Get($"/sell/products/{product}/variants?combine=true&size=s&size=xl&colour=blue")).Must().Html;
        page.QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        string Token(AngleSharp.Html.Dom.IHtmlDocument html) => html.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var fields = new Dictionary<string, string> { ["__RequestVerificationToken"] = Token(page), ["version"] = page.QuerySelector("input[name=version]")!.GetAttribute("value")! };
        async Task<Answer> Save(string stock) => await seller.Visitor.Post($"/sell/products/{product}/variants", new FormUrlEncodedContent(
            fields.Select(f => KeyValuePair.Create(f.Key, f.Value)).Concat(
            [
                new("axis", "size:s"), new("axis", "size:xl"), new("axis", "colour:blue"), new("on-0", "true"), new("price-0", "20.00"), new("stock-0", stock), new("sku-0", "A-1"), new("on-1", "true"), new("price-1", "22.50"), new("stock-1", "0"),
            ])));
        (await Save("minus three")).Must(302);
        (await seller.Upload(product, "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var slug = (await seller.Visitor.Post($"/api/v1/products/{product}/publish")).Must().Json.GetProperty("slug").GetString()!;
        var own = (await seller.Visitor.Get($"/sell/products/{product}/variants")).Must().Html;
        own.QuerySelector("input[name=sku-0]")!.GetAttribute("value").ShouldBe("A-1");
        fields["version"] = own.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        (await Save("4")).Must(302);

        var shown = (await buyer.Visitor.Get($"/p/{slug}")).Must().Html;
        var options = shown.QuerySelectorAll("select[name=offer] option");
        options.Select(o => o.HasAttribute("disabled")).ShouldBe([false, true]);
        options[0].TextContent.ShouldContain("4 left");
        (await buyer.Visitor.Post("/cart?handler=Add", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = Token(shown), ["offer"] = options[0].GetAttribute("value")!, ["then"] = "checkout" }))).Must(302);
        var checkout = (await buyer.Visitor.Get("/checkout")).Must().Html;
        checkout.QuerySelector("[name='Input.ShippingAddress.City']").ShouldNotBeNull();
    }
}
