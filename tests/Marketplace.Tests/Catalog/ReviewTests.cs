using System.Text.Json;
using Marketplace.Catalog;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>What a shop that nobody trusts yet wants to sell is looked at first.</summary>
public sealed class ReviewTests : MarketTest
{
    public static TheoryData<string> Kinds => [.. Ware.All.Select(w => w.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_new_shops_product_waits_and_a_moderator_lets_it_on_sale(string kind)
    {
        var (seller, product) = await Pending(Ware.Of(kind));
        var moderator = await seller.Moderator();
        var slug = product.GetProperty("slug").GetString()!;
        using var visitor = Market.Visitor();
        product.State().ShouldBe("pending");
        (await visitor.Get($"/api/v1/products/{slug}")).Must(404);
        (await visitor.Get($"/api/v1/products?shop={product.GetProperty("shop").GetProperty("slug").GetString()}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);

        var reply = (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/approval", new { note = "Lovely." })).Must().Json;
        reply.State().ShouldBe("active");
        (await visitor.Get($"/api/v1/products/{slug}")).Must().Json.GetProperty("verdicts").ValueKind.ShouldBe(JsonValueKind.Null);
        var own = (await seller.Visitor.Get($"/api/v1/products/{slug}")).Must().Json.GetProperty("verdicts")[0];
        own.GetProperty("verdict").GetString().ShouldBe("approved");
        own.GetProperty("note").GetString().ShouldBe("Lovely.");
    }

    [Fact]
    public async Task What_is_sent_back_says_why_and_comes_again_only_when_it_was_changed()
    {
        var (seller, product) = await Pending();
        var moderator = await seller.Moderator();
        var id = product.Id();
        (await moderator.Visitor.Post($"/api/v1/products/{id}/rejection", new { note = "The cover shows\na brand." })).Must().Json.State().ShouldBe("rejected");

        var line = (await seller.Visitor.Get("/api/v1/shop/products?state=rejected")).Must().Json.GetProperty("data")[0];
        line.GetProperty("note").GetString().ShouldBe("The cover shows\na brand.");
        (await seller.Visitor.Get("/sell/products?state=rejected")).Must().Text.ShouldContain("a brand.");
        (await seller.Visitor.Get($"/sell/products/{id}")).Must().Text.ShouldContain("a brand.");
        (await seller.Visitor.Post($"/api/v1/products/{id}/publish")).MustRefuse(409, "unchanged");
        (await seller.Upload(id, "cover", "other.png", Picture.Png(9, 9))).Must(201);
        (await seller.Visitor.Post($"/api/v1/products/{id}/publish")).Must().Json.State().ShouldBe("pending");
        (await moderator.Visitor.Post($"/api/v1/products/{id}/approval", new { })).Must();
        (await seller.Visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json.GetProperty("verdicts").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Of_many_moderators_at_once_one_decides()
    {
        var (seller, product) = await Pending();
        var moderators = new[] { await seller.Moderator(), await Market.Staff(Rights.Moderation), await Market.Staff(Rights.Moderation) };
        var answers = await Task.WhenAll(moderators.SelectMany((m, i) => new[]
        {
            m.Visitor.Post($"/api/v1/products/{product.Id()}/approval", new { note = $"Yes {i}" }),
            m.Visitor.Post($"/api/v1/products/{product.Id()}/rejection", new { note = $"No {i}" }),
        }));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "not_pending");
        (await Market.Source.Command("SELECT count(*) FROM catalog.verdicts WHERE product_id = $1", product.Id()).Scalar<long>()).ShouldBe(1);
    }

    [Fact]
    public async Task A_moderator_judges_the_version_that_they_saw()
    {
        var (seller, product) = await Pending();
        var moderator = await seller.Moderator();
        var seen = product.GetProperty("version").GetInt32();
        (await seller.Edit(product.Id(), new { title = "Something else" })).Must();
        (await Judge(moderator, product.Id(), "approval", new { }, seen)).MustRefuse(412, "stale");
        (await Judge(moderator, product.Id(), "approval", new { }, seen + 1)).Must();
    }

    [Fact]
    public async Task Verdict_and_event_are_one_and_the_seller_is_named()
    {
        var heard = new List<object>();
        await using var market = await OwnMarket.Open(adjust: services =>
        {
            services.AddSingleton(heard);
            services.AddReaction<ProductApproved, HearApproved>();
            services.AddReaction<ProductRejected, HearRejected>();
        });
        var seller = await market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        var (one, two) = (await seller.Publish(Ware.Beat), await seller.Publish(Ware.Digital));
        var moderator = await seller.Moderator();
        (await moderator.Visitor.Post($"/api/v1/products/{one.Id()}/approval", new { })).Must();
        (await moderator.Visitor.Post($"/api/v1/products/{two.Id()}/rejection", new { note = "No." })).Must();
        (await moderator.Visitor.Post($"/api/v1/products/{two.Id()}/approval", new { })).MustRefuse(409, "not_pending");
        await market.Drain();
        var shop = one.GetProperty("shop").Id();
        heard.ShouldBe([new ProductApproved(one.Id(), shop, seller.Account), new ProductRejected(two.Id(), shop, seller.Account)], ignoreOrder: true);
    }

    [Fact]
    public async Task Nobody_decides_about_their_own()
    {
        var judge = await Market.Staff(Rights.Moderation);
        var shop = await judge.OpenShop(trusted: false);
        await judge.SignIn();
        var product = await judge.Publish(Ware.Beat);
        (await judge.Visitor.Post($"/api/v1/products/{product.Id()}/approval", new { })).MustRefuse(403, "own_product");
        (await judge.Visitor.Post($"/api/v1/products/{product.Id()}/rejection", new { note = "No." })).MustRefuse(403, "own_product");
        (await judge.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).MustRefuse(403, "own_shop");
        product = (await judge.Visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json;
        product.State().ShouldBe("pending");
        (await judge.Visitor.Get($"/admin/products/{product.Id()}")).Must().Html.QuerySelector("form[action*='Approve']").ShouldBeNull();
    }

    [Theory]
    [InlineData("POST", "/api/v1/products/{0}/approval", "{}")]
    [InlineData("POST", "/api/v1/products/{0}/rejection", "{\"note\":\"no\"}")]
    [InlineData("POST", "/api/v1/shops/{1}/trust", null)]
    [InlineData("DELETE", "/api/v1/shops/{1}/trust", null)]
    [InlineData("GET", "/api/v1/moderation/products", null)]
    [InlineData("GET", "/admin/products", null)]
    [InlineData("GET", "/admin/products/{0}", null)]
    public async Task Moderation_is_for_moderators(string method, string path, string? body)
    {
        var (seller, product) = await Pending();
        var at = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, product.Id(), product.GetProperty("shop").GetProperty("slug").GetString());
        using var guest = Market.Visitor();
        var everyOther = await Market.Staff(Rights.Finance, Rights.People, Rights.Support, Rights.System);
        (await guest.Send(new HttpMethod(method), at, body)).Status.ShouldBeOneOf(401, 302);
        (await seller.Visitor.Send(new HttpMethod(method), at, body)).Status.ShouldBeOneOf(403, 302);
        (await everyOther.Visitor.Send(new HttpMethod(method), at, body)).Status.ShouldBeOneOf(403, 302);
    }

    [Theory]
    [InlineData("/approval", "[]", 400)]
    [InlineData("/approval", "{\"verdict\":\"yes\"}", 400)]
    [InlineData("/approval", "{\"note\":\"a\\u0000b\"}", 422)]
    [InlineData("/rejection", "{}", 400)]
    [InlineData("/rejection", "{\"note\":\"\"}", 422)]
    [InlineData("/rejection", "{\"note\":\"   \\n \"}", 422)]
    [InlineData("/rejection", "{\"note\":null}", 400)]
    [InlineData("/rejection", "{\"note\":7}", 400)]
    public async Task Garbage_for_a_verdict_is_refused_and_changes_nothing(string route, string body, int status)
    {
        var (seller, product) = await Pending();
        var moderator = await seller.Moderator();
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}{route}", body)).Must(status).Code.ShouldNotBeNull();
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/rejection", new { note = new string('x', 2001) })).MustRefuse(422, "invalid");
        (await moderator.Visitor.Post($"/api/v1/products/{Guid.CreateVersion7()}{route}", new { note = "x" })).MustRefuse(404, "not_found");
        (await moderator.Visitor.Post("/api/v1/products/not-a-guid" + route, new { note = "x" })).Must(404);
        (await moderator.Visitor.Post("/api/v1/shops/nobody-at-all/trust")).MustRefuse(404, "not_found");
        (await moderator.Visitor.Get("/api/v1/moderation/products?state=fine")).MustRefuse(422, "invalid");
        (await moderator.Visitor.Get("/api/v1/moderation/products?cursor=forged")).MustRefuse(400, "cursor_invalid");
        (await moderator.Visitor.Get("/admin/products?state=fine")).Must();
        (await moderator.Visitor.Get($"/admin/products/{Guid.CreateVersion7()}")).Must(404);
        (await seller.Visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json.State().ShouldBe("pending");
    }

    [Fact]
    public async Task Staff_trusts_a_shop_and_ceases_to_and_says_it_once()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop(trusted: false);
        var first = await seller.Publish(Ware.Beat);
        first.State().ShouldBe("pending");
        var moderator = await seller.Moderator();
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).Must().Json.GetProperty("trusted").GetBoolean().ShouldBeTrue();
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).Must();
        (await seller.Publish(Ware.Beat)).State().ShouldBe("active");
        (await seller.Visitor.Post($"/api/v1/products/{first.Id()}/publish")).Must().Json.State().ShouldBe("active");
        (await moderator.Visitor.Delete($"/api/v1/shops/{shop.Slug}/trust")).Must().Json.GetProperty("trusted").GetBoolean().ShouldBeFalse();
        (await seller.Publish(Ware.Beat)).State().ShouldBe("pending");
        (await Market.Source.Command("SELECT count(*) FROM catalog.trust_decisions WHERE shop_id = $1", shop.Id).Scalar<long>()).ShouldBe(2);
    }

    [Fact]
    public async Task The_tenth_completed_sale_earns_trust_once_however_they_come_and_what_staff_withdrew_stays_so()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop(trusted: false);
        var product = await seller.Draft(Ware.Beat);
        Task Complete() => Market.Do(services => services.GetRequiredService<ICatalog>().RecordCompletion(product.Id()));
        for (var i = 0; i < 4; i++) await Complete();
        (await Trusted(shop)).ShouldBeFalse();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Complete()));
        (await Trusted(shop)).ShouldBeTrue();
        (await Market.Source.Command("SELECT completed_sales FROM catalog.shops WHERE id = $1", shop.Id).Scalar<long>()).ShouldBe(16);
        (await Market.Source.Command("SELECT count(*) FROM catalog.trust_decisions WHERE shop_id = $1 AND moderator_id IS NULL", shop.Id).Scalar<long>()).ShouldBe(1);

        (await (await seller.Moderator()).Visitor.Delete($"/api/v1/shops/{shop.Slug}/trust")).Must();
        await Complete();
        (await Trusted(shop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_sale_that_its_buyer_has_received_counts_for_the_shop()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat();
        var order = await buyer.Buy(beat);
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        await market.Drain();
        (await market.Source.Command("SELECT completed_sales FROM catalog.shops WHERE owner_id = $1", seller.Account).Scalar<long>()).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_on_sale_comes_back_from_a_pause_without_another_review()
    {
        var (seller, product) = await Pending();
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/pause")).MustRefuse(409, "not_on_sale");
        (await (await seller.Moderator()).Visitor.Post($"/api/v1/products/{product.Id()}/approval", new { })).Must();
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/pause")).Must();
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/publish")).Must().Json.State().ShouldBe("active");
    }

    [Fact]
    public async Task A_moderator_works_through_the_queue_on_pages_oldest_first()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        await seller.OpenShop("Sunday Tapes", trusted: false);
        var titles = new[] { "First in line", "Second in line", "Third in line" };
        foreach (var (title, ware) in titles.Zip([Ware.Beat, Ware.Kit, Ware.Digital]))
        {
            await seller.Publish(ware, title);
            market.Clock.Walk(TimeSpan.FromMinutes(5));
        }

        var moderator = await seller.Moderator();
        var queue = (await moderator.Visitor.Get("/admin/products")).Must();
        queue.Html.QuerySelectorAll("tbody tr a[href^='/admin/products/']").Select(a => a.TextContent.Trim()).ShouldBe(titles);
        queue.Text.ShouldContain("Sunday Tapes");
        (await moderator.Visitor.Get("/admin/products?state=rejected")).Must().Html.QuerySelectorAll("tbody tr").ShouldBeEmpty();

        var first = queue.Html.QuerySelector("tbody a[href^='/admin/products/']")!.GetAttribute("href")!;
        var page = (await moderator.Visitor.Get(first)).Must();
        foreach (var seen in new[] { "First in line", "Made for a test.", "beat.wav", "For yourself, without earning money with it.", "Sunday Tapes" }) page.Text.ShouldContain(seen);
        var preview = page.Html.QuerySelector("[data-play]")!.GetAttribute("data-play")!;
        (await moderator.Visitor.Get(preview)).Must();
        (await moderator.Visitor.Submit(page, first, "form[action*='SendBack']", new Dictionary<string, string?> { ["Input.Note"] = " " })).Must(422);

        // A verdict opens the next one.
        var second = (await moderator.Visitor.Submit(first, "form[action*='Approve']", new Dictionary<string, string?>())).Must(302).Location!;
        (await moderator.Visitor.Get(second)).Must().Text.ShouldContain("Second in line");
        var third = (await moderator.Visitor.Submit(second, "form[action*='SendBack']", new Dictionary<string, string?> { ["Input.Note"] = "Say where the sounds are from." })).Must(302).Location!;
        (await moderator.Visitor.Get(third)).Must().Text.ShouldContain("Third in line");
        (await moderator.Visitor.Submit(third, "form[action*='Approve']", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/admin/products");
        (await moderator.Visitor.Get("/admin/products?state=rejected")).Must().Text.ShouldContain("Say where the sounds are from.");
        (await seller.Visitor.Get("/sell/products?state=rejected")).Must().Text.ShouldContain("Say where the sounds are from.");
    }

    [Fact]
    public async Task A_sellers_list_has_tabs_with_counts_and_finds_a_product_by_its_title()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        await seller.Draft(Ware.Beat, "Été à Lyon");
        await seller.Publish(Ware.Sample, "Night bus");
        await seller.Publish(Ware.Kit, "Night drums");
        var page = (await seller.Visitor.Get("/sell/products")).Must().Html;
        page.QuerySelectorAll("nav.filters a").Select(a => string.Join(' ', a.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .ShouldBe(["All 3", "Drafts 1", "In review 2", "On sale 0", "Sent back 0", "Paused 0", "Archived 0"]);
        (await seller.Visitor.Get("/sell/products?q=ete")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await seller.Visitor.Get("/sell/products?state=pending&q=night")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        (await seller.Visitor.Get("/sell/products?state=draft&q=night")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(0);
        (await seller.Visitor.Get("/api/v1/shop/products?q=%25")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await seller.Visitor.Get("/api/v1/shop/products?state=lost")).MustRefuse(422, "invalid");
    }

    private async Task<(Person Seller, JsonElement Product)> Pending(Ware? ware = null)
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        return (seller, await seller.Publish(ware ?? Ware.Beat));
    }

    private Task<bool> Trusted(Shop shop) => Market.Source.Command("SELECT trusted FROM catalog.shops WHERE id = $1", shop.Id).Scalar<bool>();

    private static async Task<Answer> Judge(Person moderator, Guid product, string verdict, object body, int version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/products/{product}/{verdict}") { Content = System.Net.Http.Json.JsonContent.Create(body, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", moderator.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await moderator.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    private sealed class HearApproved(List<object> heard) : IReaction<ProductApproved>
    {
        public Task Handle(ProductApproved happened, CancellationToken stop)
        {
            heard.Add(happened);
            return Task.CompletedTask;
        }
    }

    private sealed class HearRejected(List<object> heard) : IReaction<ProductRejected>
    {
        public Task Handle(ProductRejected happened, CancellationToken stop)
        {
            heard.Add(happened);
            return Task.CompletedTask;
        }
    }
}
