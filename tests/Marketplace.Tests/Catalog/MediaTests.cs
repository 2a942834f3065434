using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

public sealed class MediaTests : MarketTest
{
    [Fact]
    public async Task A_preview_is_served_in_ranges_and_for_good()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        using var visitor = Market.Visitor();
        var url = (await visitor.Get($"/api/v1/products/{beat.Slug}")).Json.GetProperty("preview_url").GetString()!;
        var whole = (await visitor.Get(url)).Must();
        whole.Headers.CacheControl!.ToString().ShouldContain("immutable");
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        whole.ContentHeaders.ContentDisposition.ShouldBeNull();

        var part = await Range(visitor, url, new RangeHeaderValue(100, 199));
        ((int)part.StatusCode).ShouldBe(206);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(whole.Bytes[100..200]);
        part.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes 100-199/{whole.Bytes.Length}");
        ((int)(await Range(visitor, url, new RangeHeaderValue(10_000_000, null))).StatusCode).ShouldBe(416);
        var stale = await Range(visitor, url, new RangeHeaderValue(0, 9), "\"another\"");
        ((int)stale.StatusCode).ShouldBe(200);
        using var head = new HttpRequestMessage(HttpMethod.Head, url);
        using var headed = await visitor.Http.SendAsync(head);
        headed.Content.Headers.ContentLength.ShouldBe(whole.Bytes.Length);
    }

    [Fact]
    public async Task A_picture_comes_in_the_width_that_is_asked_for_and_its_copies_go_with_it()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beat = await seller.DraftBeat();
        var cover = (await seller.Upload(beat.Id(), "cover", "c.png", Picture.Png(640, 480))).Must(201).Json.GetProperty("cover_url").GetString()!;
        async Task<(string Type, int Width, int Bytes)> Get(string query)
        {
            var answer = (await seller.Visitor.Get(cover + query)).Must();
            return (answer.ContentHeaders.ContentType!.MediaType!, (await ImageSize.Of(new MemoryStream(answer.Bytes))).Width, answer.Bytes.Length);
        }

        var original = await Get("");
        (original.Type, original.Width).ShouldBe(("image/png", 640));
        foreach (var width in new[] { 96, 240, 384 })
        {
            var narrow = await Get($"?w={width}");
            (narrow.Type, narrow.Width).ShouldBe(("image/webp", width));
            narrow.Bytes.ShouldBeLessThan(original.Bytes);
        }

        (await Get("?w=960")).Width.ShouldBe(640, "nothing is blown up");
        foreach (var other in new[] { "?w=97", "?w=-1", "?w=1e9", "?w=" }) (await Get(other)).ShouldBe(original);
        // Whoever may not see it sees no copy of it either.
        using (var visitor = market.Visitor()) (await visitor.Get(cover + "?w=240")).Must(404);

        var page = (await seller.Visitor.Get($"/p/{beat.GetProperty("slug").GetString()}")).Must().Html.QuerySelector(".cover img")!;
        page.GetAttribute("srcset")!.ShouldContain($"{cover}?w=240 240w");
        page.GetAttribute("sizes").ShouldNotBeNull();

        var key = await market.Source.Command("SELECT cover_key FROM catalog.products").Scalar<string>();
        await market.Do(services => services.GetRequiredService<Blobs>().Forget(key!));
        market.Clock.Walk(TimeSpan.FromHours(25));
        await market.Run<SweepBlobs>();
        foreach (var copy in Pictures.Copies(key!)) Should.Throw<FileNotFoundException>(() => market.Services.GetRequiredService<IBlobStore>().Open(copy));
    }

    [Fact]
    public async Task No_guess_leads_from_a_preview_to_the_original()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        using var visitor = Market.Visitor();
        var (originals, previews) = (
            await Market.Source.Command("SELECT blob_key, id::text, encode(sha256, 'hex') FROM catalog.product_files WHERE product_id = $1", beat.Product).List(r => (Key: r.GetString(0), Id: r.GetString(1), Sha: r.GetString(2))),
            (await visitor.Get($"/api/v1/products/{beat.Slug}")).Json.GetProperty("preview_url").GetString()!);
        var original = originals.Single();
        foreach (var guess in new[]
        {
            $"/media/previews/{original.Id}", $"/media/previews/{beat.Product}/{original.Key}", $"/media/previews/{beat.Product}/{original.Sha[..16]}", $"/media/originals/{beat.Product}",
            $"/media/covers/{beat.Product}/{original.Key}", $"/media/{original.Key}", $"/blobs/{original.Key}", $"/media/previews/{beat.Product}/..%2f{original.Key}", previews + "/../" + original.Key,
        })
        {
            var answer = await visitor.Get(guess);
            answer.Status.ShouldBeOneOf(302, 404, 400);
            if (answer.Status == 302) (await visitor.Get(answer.Location!)).Bytes.ShouldNotBe(beat.Original);
        }

        // Nowhere in what anybody is told stands a key of the blob store.
        foreach (var page in new[] { $"/api/v1/products/{beat.Slug}", $"/p/{beat.Slug}", $"/api/v1/products?q={beat.Title[^6..]}" })
            (await visitor.Get(page)).Must().Text.ShouldNotContain(original.Key);
    }

    [Fact]
    public async Task What_was_never_on_sale_is_heard_by_its_seller_only()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        await seller.Upload(id, "original", "b.wav", Sound.Wav(1));
        var draft = (await seller.Upload(id, "cover", "c.png", Picture.Png(8, 8))).Json;
        foreach (var url in new[] { draft.GetProperty("preview_url").GetString()!, draft.GetProperty("cover_url").GetString()! })
        {
            (await seller.Visitor.Get(url)).Must().Headers.CacheControl!.ToString().ShouldNotContain("public");
            (await other.Visitor.Get(url)).Must(404);
        }
    }

    private static async Task<HttpResponseMessage> Range(Visitor visitor, string url, RangeHeaderValue range, string? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = range;
        if (ifRange is not null) request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return await visitor.Http.SendAsync(request);
    }
}
