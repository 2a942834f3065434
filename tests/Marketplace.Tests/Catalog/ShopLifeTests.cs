using Marketplace.Catalog;
using Marketplace.Users;

namespace Marketplace.Tests.Catalog;

/// <summary>A shop's face, promises and vacation.</summary>
public sealed class ShopLifeTests : MarketTest
{
    [Fact]
    public async Task A_seller_gives_the_shop_a_face_and_promises_and_visitors_see_them()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        await seller.PublishBeat();
        var changed = await seller.Visitor.Submit("/sell/shop", "main form.form", new Dictionary<string, string?>
        {
            ["Input.Announcement"] = "New series on Friday.", ["Input.Links"] = "https://example.com/nova\nbandcamp.example.org", ["Input.Shipping"] = "Files at once. **No** post.",
            ["Input.Returns"] = "<script>alert(1)</script> [x](javascript:alert(1)) [ok](https://example.com)",
        });
        changed.Must(302);
        (await seller.SendPicture(shop.Slug, "logo")).Must().Json.GetProperty("logo_url").GetString().ShouldStartWith($"/media/shops/{shop.Id}/logo/");
        (await seller.SendPicture(shop.Slug, "banner")).Must();
        (await seller.SendPicture(shop.Slug, "portrait")).MustRefuse(422, "shop_picture_unknown");
        var other = await Market.SignUp("Bo");
        await other.OpenShop();
        (await other.SendPicture(shop.Slug, "logo")).MustRefuse(404, "not_found");

        using var visitor = Market.Visitor();
        var answer = (await visitor.Get($"/shops/{shop.Slug}")).Must();
        var page = answer.Html;
        page.Body!.TextContent.ShouldContain("New series on Friday.");
        page.QuerySelectorAll("header a[rel]").Select(a => a.GetAttribute("href")).ShouldBe(["https://example.com/nova", "https://bandcamp.example.org/"]);
        page.QuerySelector("#policies strong")!.TextContent.ShouldBe("No");
        page.QuerySelectorAll("#policies a").Select(a => a.GetAttribute("href")).ShouldBe(["#", "https://example.com"]);
        page.QuerySelectorAll("#policies a")[1].GetAttribute("rel")!.ShouldContain("noopener");
        answer.Text.ShouldNotContain("<script>alert");
        var banner = page.QuerySelector("header img")!.GetAttribute("src")!;
        (await visitor.Get(banner)).Must().ContentHeaders.ContentType!.MediaType.ShouldBeOneOf("image/webp", "image/png");
        (await visitor.Get(banner[..banner.LastIndexOf('/')])).Must(302).Location.ShouldBe(banner.Split('?')[0]);

        (await seller.Visitor.Delete($"/api/v1/shops/{shop.Slug}/files/banner")).Must().Json.GetProperty("banner_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await visitor.Get(banner)).Must(404);
        (await seller.EditShop(shop.Slug, new { links = new[] { "javascript:alert(1)" } })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task A_shop_on_vacation_shows_all_and_sells_nothing_until_its_day_comes()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp());
        var shop = await seller.OpenShop();
        var (beat, late) = (await seller.PublishBeat(), await seller.PublishBeat());
        (await buyer.AddToCart(beat)).Must();
        var now = market.Clock.GetUtcNow();
        var path = $"/api/v1/shops/{shop.Slug}/vacation";
        (await seller.Visitor.Put(path, new { until = now.AddDays(-1) })).MustRefuse(422, "invalid");
        (await seller.Visitor.Put(path, new { from = now.AddDays(1), until = now.AddDays(8), message = "At the sea." })).Must();
        (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0].GetProperty("problems").GetArrayLength().ShouldBe(0);

        market.Clock.Walk(TimeSpan.FromDays(2));
        var line = (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0];
        line.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("seller_away");
        (await buyer.Visitor.Get("/cart")).Must().Html.Body!.TextContent.ShouldContain("The shop is on vacation");
        (await buyer.AddToCart(late)).MustRefuse(409, "seller_away");
        (await buyer.Checkout()).MustRefuse(409, "cart_has_problems");
        var page = (await buyer.Visitor.Get($"/p/{beat.Slug}")).Must();
        page.Html.QuerySelectorAll("aside button[type=submit]").ShouldBeEmpty();
        page.Text.ShouldContain("At the sea.");
        page.Text.ShouldContain("schema.org/BackOrder");
        (await buyer.Visitor.Get($"/shops/{shop.Slug}")).Must().Html.QuerySelector("#away")!.TextContent.ShouldContain("At the sea.");
        (await buyer.Visitor.Get($"/api/v1/products?shop={shop.Slug}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);

        market.Clock.Walk(TimeSpan.FromDays(6.5));
        (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0].GetProperty("problems").GetArrayLength().ShouldBe(0);
        await market.Run<EndVacations>();
        (await buyer.Visitor.Get($"/api/v1/shops/{shop.Slug}")).Must().Json.GetProperty("vacation").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        // Without a day it lasts until the seller says so.
        await seller.SignIn();
        (await seller.Visitor.Put(path, new { })).Must();
        (await buyer.AddToCart(late)).MustRefuse(409, "seller_away");
        (await seller.Visitor.Submit("/sell/shop", "#vacation form", new Dictionary<string, string?>())).Must(302);
        (await buyer.AddToCart(late)).Must();
    }

    [Fact]
    public async Task A_plan_holds_so_many_products_and_no_more_however_many_come_at_once()
    {
        var (seller, staff) = (await Market.SignUp("Nova"), await Market.Staff(Rights.Moderation));
        var shop = await seller.OpenShop();
        for (var i = 0; i < 20; i++) await seller.DraftBeat($"Draft {i}");
        var many = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = $"At once {i}" })));
        many.Count(a => a.Status == 201).ShouldBe(5);
        many.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "plan_limit");
        (await seller.Visitor.Submit("/sell/products/new", "main form[method=post]", new Dictionary<string, string?> { ["Input.Title"] = "One more" })).Must(409).Text.ShouldContain("choose a larger plan");

        // What is archived makes room.
        (await seller.Visitor.Post($"/api/v1/products/{many.First(a => a.Status == 201).Json.Id()}/archive")).Must();
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "In its place" })).Must(201);
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "Too much" })).MustRefuse(409, "plan_limit");

        // Staff puts it on a larger plan, with a trace; a smaller one takes nothing away.
        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/plan", new { plan = "scale" })).Must(403);
        (await staff.Visitor.Put($"/api/v1/shops/{shop.Slug}/plan", new { plan = "endless" })).MustRefuse(422, "invalid");
        (await staff.Visitor.Submit($"/admin/shops/{shop.Id}", "main form", new Dictionary<string, string?> { ["Input.Plan"] = "pro" })).Must(302);
        (await Market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'catalog.shop_plan_set' AND subject = $1", shop.Id)).ShouldBe(1);
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "Room again" })).Must(201);
        (await staff.Visitor.Put($"/api/v1/shops/{shop.Slug}/plan", new { plan = "starter" })).Must();
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "None again" })).MustRefuse(409, "plan_limit");
        (await seller.Visitor.Get("/api/v1/shop/products?limit=100")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(26);
    }

    [Fact]
    public async Task Featured_products_come_first_and_a_tier_has_its_quota()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        var beats = new List<PublishedBeat>();
        for (var i = 0; i < 5; i++) beats.Add(await seller.PublishBeat());
        (await seller.Visitor.Put($"/api/v1/products/{beats[0].Product}/featured")).MustRefuse(409, "featured_limit");

        await Market.SetTier(seller.Account, SellerTier.Premium);
        var many = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => seller.Visitor.Put($"/api/v1/products/{beats[i % 5].Product}/featured")));
        many.ShouldAllBe(a => a.Status == 200 || a.Code == "featured_limit");
        var featured = (await seller.Visitor.Get($"/api/v1/shops/{shop.Slug}/featured")).Must().Json;
        featured.GetProperty("quota").GetInt32().ShouldBe(3);
        var ids = featured.GetProperty("products").EnumerateArray().Select(p => p.GetGuid()).ToList();
        ids.Count.ShouldBe(3);

        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/featured", new { products = new[] { ids[2], ids[0], ids[1] } })).Must();
        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/featured", new { products = new[] { ids[0] } })).MustRefuse(409, "featured_changed");
        using var visitor = Market.Visitor();
        var slugs = ids.ConvertAll(id => $"/p/{beats.Single(b => b.Product == id).Slug}");
        (await visitor.Get($"/shops/{shop.Slug}")).Must().Html.QuerySelectorAll("#featured h3 a").Select(a => a.GetAttribute("href")).ShouldBe([slugs[2], slugs[0], slugs[1]]);

        // Who loses the tier keeps what is featured, and may only take away.
        await Market.SetTier(seller.Account, SellerTier.Standard);
        (await visitor.Get($"/shops/{shop.Slug}")).Must().Html.QuerySelectorAll("#featured h3").Length.ShouldBe(3);
        var rest = beats.First(b => !ids.Contains(b.Product));
        (await seller.Visitor.Delete($"/api/v1/products/{ids[0]}/featured")).Must();
        (await seller.Visitor.Put($"/api/v1/products/{rest.Product}/featured")).MustRefuse(409, "featured_limit");
        (await seller.Visitor.Post($"/api/v1/products/{ids[1]}/archive")).Must();
        (await seller.Visitor.Delete($"/api/v1/products/{ids[2]}/featured")).Must();
        (await seller.Visitor.Submit("/sell/featured", "section form", new Dictionary<string, string?>())).Must(302);
        (await seller.Visitor.Get($"/api/v1/shops/{shop.Slug}/featured")).Must().Json.GetProperty("products").GetArrayLength().ShouldBe(1);
    }
}
