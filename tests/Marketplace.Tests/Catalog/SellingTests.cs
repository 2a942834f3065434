using System.Text.Json;
using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

public sealed class SellingTests : MarketTest
{
    [Fact]
    public async Task A_person_opens_a_shop_makes_a_beat_and_publishes_it_and_everybody_finds_it()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        var beat = await seller.PublishBeat("Midnight Ferry " + shop.Slug[^6..]);

        using var visitor = Market.Visitor();
        var shown = (await visitor.Get($"/api/v1/products/{beat.Slug}")).Must().Json;
        shown.GetProperty("state").GetString().ShouldBe("active");
        shown.GetProperty("shop").GetProperty("slug").GetString().ShouldBe(shop.Slug);
        shown.GetProperty("offers")[0].GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(2999);
        shown.GetProperty("offers")[0].GetProperty("terms").GetString().ShouldNotBeNullOrWhiteSpace();
        shown.GetProperty("files").ValueKind.ShouldBe(JsonValueKind.Null);
        shown.GetProperty("missing").ValueKind.ShouldBe(JsonValueKind.Null);
        (await visitor.Get($"/api/v1/products?shop={shop.Slug}")).Must().Json.GetProperty("data").EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(beat.Product);
    }

    [Fact]
    public async Task The_promise_gives_carts_the_offer_and_orders_the_files()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1250);
        await using var scope = Market.Services.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<ICatalog>();

        var offer = (await catalog.Offers([beat.Offer, Guid.CreateVersion7()])).Values.Single();
        offer.ShouldSatisfyAllConditions(
            () => offer.Id.ShouldBe(beat.Offer), () => offer.Product.ShouldBe(beat.Product), () => offer.Price.ShouldBe(Money.Of(1250, "EUR")), () => offer.OnSale.ShouldBeTrue(),
            () => offer.Seller.ShouldBe(seller.Account), () => offer.Kind.ShouldBe("beat"), () => offer.CoverUrl.ShouldNotBeNull());

        var file = (await catalog.Files([beat.Product]))[beat.Product].Single();
        file.FileName.ShouldBe(beat.FileName);
        file.Sha256.ShouldBe(System.Security.Cryptography.SHA256.HashData(beat.Original));
        await using var bytes = scope.ServiceProvider.GetRequiredService<Blobs>().Open(file.BlobKey);
        using var read = new MemoryStream();
        await bytes.CopyToAsync(read);
        read.ToArray().ShouldBe(beat.Original);

        (await catalog.ShopOf(seller.Account))!.Id.ShouldBe(offer.Shop);
        (await catalog.Shops([offer.Shop]))[offer.Shop].Owner.ShouldBe(seller.Account);

        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/pause")).Must();
        (await catalog.Offers([beat.Offer]))[beat.Offer].OnSale.ShouldBeFalse();
    }

    [Fact]
    public async Task Sales_are_counted_by_the_unit_under_concurrency_and_only_with_the_transaction()
    {
        var seller = await Market.SignUp("Nova");
        var (a, b) = (await seller.PublishBeat(), await seller.PublishBeat());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await Market.Do(services => services.GetRequiredService<ICatalog>().RecordSale(i % 2 == 0 ? [a.Product, b.Product] : [b.Product, a.Product, a.Product]));
            if (i % 5 == 0) await Market.Run<AddUpSales>();
        }));
        await Should.ThrowAsync<InvalidOperationException>(() => Market.Do(async services =>
        {
            await services.GetRequiredService<ICatalog>().RecordSale([a.Product]);
            throw new InvalidOperationException("The order failed.");
        }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Market.Run<AddUpSales>()));
        (await Sold(a)).ShouldBe(30);
        (await Sold(b)).ShouldBe(20);
    }

    [Fact]
    public async Task A_shop_is_one_a_person_and_its_name_is_nobody_elses()
    {
        var (ana, bo) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        var shop = await ana.OpenShop();
        (await ana.Visitor.Post("/api/v1/shops", new { name = "A second one of " + shop.Slug })).MustRefuse(409, "shop_exists");
        (await bo.Visitor.Post("/api/v1/shops", new { name = shop.Name.ToUpperInvariant() + " !" })).MustRefuse(409, "shop_name_taken");
        (await bo.Visitor.Post("/api/v1/products", new { kind = "beat", title = "Without a shop" })).MustRefuse(403, "forbidden");

        var races = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => bo.Visitor.Post("/api/v1/shops", new { name = $"Race {i} {shop.Slug}" })));
        races.Count(r => r.Status == 201).ShouldBe(1);
        races.Where(r => r.Status != 201).ShouldAllBe(r => r.Code == "shop_exists");
    }

    [Fact]
    public async Task A_shop_named_in_another_script_has_an_address_too()
    {
        var seller = await Market.SignUp("Yuki");
        var shop = (await seller.Visitor.Post("/api/v1/shops", new { name = "夜の音" + "楽" })).Must(201).Json;
        shop.GetProperty("slug").GetString()!.ShouldStartWith("shop-");
        shop.GetProperty("name").GetString().ShouldBe("夜の音楽");
    }

    [Fact]
    public async Task What_is_not_complete_is_not_published_and_says_what_is_missing()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop();
        var draft = (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "Half a beat" })).Must(201).Json;
        var id = draft.GetProperty("id").GetGuid();
        var refused = (await seller.Visitor.Post($"/api/v1/products/{id}/publish")).MustRefuse(409, "not_ready");
        refused.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString())
            .ShouldBe(["file_missing", "preview_missing", "cover_missing", "offer_missing", "genre_missing", "tempo_missing"], ignoreOrder: true);
        (await seller.Visitor.Post($"/api/v1/products/{id}/pause")).MustRefuse(409, "not_on_sale");
    }

    [Fact]
    public async Task A_draft_and_a_paused_product_are_seen_by_their_seller_only()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        var slug = (await seller.DraftBeat()).GetProperty("slug").GetString()!;
        await Visible(seller, other, slug, false);
        var beat = await seller.PublishBeat();
        await Visible(seller, other, beat.Slug, true);
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/pause")).Must();
        await Visible(seller, other, beat.Slug, false);
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/publish")).Must();
        await Visible(seller, other, beat.Slug, true);
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/archive")).Must();
        await Visible(seller, other, beat.Slug, false);
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/publish")).MustRefuse(409, "product_archived");
    }

    [Fact]
    public async Task Another_sellers_product_is_not_there_the_same_as_a_random_one()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        await other.OpenShop();
        var beat = await seller.PublishBeat();
        foreach (var act in new Func<Guid, Task<Answer>>[]
        {
            id => Edit(other, id, 1, new { title = "Mine now" }),
            id => other.Visitor.Post($"/api/v1/products/{id}/publish"),
            id => other.Visitor.Post($"/api/v1/products/{id}/pause"),
            id => other.Visitor.Post($"/api/v1/products/{id}/archive"),
            id => other.Visitor.Delete($"/api/v1/products/{id}/files/{id}"),
            id => other.Upload(id, "cover", "cover.png", Picture.Png(8, 8)),
            id => other.Visitor.Get($"/sell/products/{id}"),
        })
        {
            var (theirs, random) = ((await act(beat.Product)).Must(404), (await act(Guid.CreateVersion7())).Must(404));
            theirs.Code.ShouldBe(random.Code);
        }

        var offers = (await other.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data");
        offers.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_edit_needs_the_version_that_was_read_and_one_of_two_editors_is_told()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.DraftBeat();
        var (id, version) = (draft.GetProperty("id").GetGuid(), draft.GetProperty("version").GetInt32());
        (await seller.Visitor.Patch($"/api/v1/products/{id}", new { title = "No version" })).MustRefuse(428, "if_match_missing");
        var both = await Task.WhenAll(Edit(seller, id, version, new { title = "First" }), Edit(seller, id, version, new { title = "Second" }));
        both.Select(a => a.Status).ShouldBe([200, 412], ignoreOrder: true);
        both.Single(a => a.Status == 412).Code.ShouldBe("stale");
    }

    [Fact]
    public async Task Licences_are_one_list_and_a_licence_that_returns_keeps_its_id()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.DraftBeat();
        var id = draft.GetProperty("id").GetGuid();
        var personal = draft.GetProperty("offers")[0].GetProperty("id").GetGuid();

        var two = (await Edit(seller, id, 1 + draft.GetProperty("version").GetInt32() - 1, new { offers = new object[] { Offer("personal", 2000), Offer("commercial", 6000) } })).Must().Json;
        two.GetProperty("offers").GetArrayLength().ShouldBe(2);
        var one = (await Edit(seller, id, two.GetProperty("version").GetInt32(), new { offers = new[] { Offer("commercial", 7000) } })).Must().Json;
        one.GetProperty("offers").EnumerateArray().Single().GetProperty("licence").GetString().ShouldBe("commercial");
        await using (var scope = Market.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<ICatalog>().Offers([personal]))[personal].OnSale.ShouldBeFalse();
        var back = (await Edit(seller, id, one.GetProperty("version").GetInt32(), new { offers = new[] { Offer("personal", 2500) } })).Must().Json;
        back.GetProperty("offers")[0].GetProperty("id").GetGuid().ShouldBe(personal);

        var refused = (await Edit(seller, id, back.GetProperty("version").GetInt32(), new { offers = new object[] { new { licence = "personal", price = new { amount = 1000, currency = "USD" } } } })).MustRefuse(422, "invalid");
        refused.Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("currency_mismatch");
        (await Edit(seller, id, back.GetProperty("version").GetInt32(), new { offers = new[] { Offer("personal", 99) } })).MustRefuse(422, "invalid");
        (await Edit(seller, id, back.GetProperty("version").GetInt32(), new { offers = new[] { Offer("personal", 1000), Offer("personal", 2000) } })).MustRefuse(422, "invalid");
        (await Edit(seller, id, back.GetProperty("version").GetInt32(), new { offers = new[] { Offer("eternal", 1000) } })).MustRefuse(400, "malformed");
    }

    [Fact]
    public async Task What_is_on_sale_stays_complete()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        var shown = (await seller.Visitor.Get($"/api/v1/products/{beat.Slug}")).Must().Json;
        (await Edit(seller, beat.Product, shown.GetProperty("version").GetInt32(), new { offers = Array.Empty<object>() })).MustRefuse(409, "not_ready");
        var file = shown.GetProperty("files")[0].GetProperty("id").GetGuid();
        (await seller.Visitor.Delete($"/api/v1/products/{beat.Product}/files/{file}")).MustRefuse(409, "not_ready");
    }

    [Fact]
    public async Task The_owners_reply_has_an_etag_and_a_known_one_costs_no_body()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/products/{beat.Slug}");
        var tag = (await seller.Visitor.Get($"/api/v1/products/{beat.Slug}")).Headers.ETag!;
        request.Headers.IfNoneMatch.Add(tag);
        request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
        using var again = await seller.Visitor.Http.SendAsync(request);
        ((int)again.StatusCode).ShouldBe(304);
    }

    private static object Offer(string licence, long amount) => new { licence, price = new { amount, currency = "EUR" } };

    private static async Task<Answer> Edit(Person seller, Guid id, int version, object change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/products/{id}") { Content = System.Net.Http.Json.JsonContent.Create(change, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await seller.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    private async Task Visible(Person seller, Person other, string slug, bool toAll)
    {
        using var visitor = Market.Visitor();
        (await seller.Visitor.Get($"/api/v1/products/{slug}")).Must();
        (await visitor.Get($"/api/v1/products/{slug}")).Must(toAll ? 200 : 404);
        (await other.Visitor.Get($"/api/v1/products/{slug}")).Must(toAll ? 200 : 404);
    }

    private Task<long> Sold(PublishedBeat beat) => Market.Source.Command("SELECT sold_count FROM catalog.products WHERE id = $1", beat.Product).Scalar<long>();
}
