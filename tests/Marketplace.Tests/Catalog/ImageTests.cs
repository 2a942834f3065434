using System.Text.Json;

namespace Marketplace.Tests.Catalog;

/// <summary>Pictures in order: what may be one, who sees it, and where it stands.</summary>
public sealed class ImageTests : MarketTest
{
    [Fact]
    public async Task Pictures_keep_their_order_their_size_and_their_texts()
    {
        var (seller, stranger) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        var thing = await seller.DraftThing();
        var slug = (await seller.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data").EnumerateArray().First(p => p.Id() == thing).GetProperty("slug").GetString()!;
        var first = (await seller.AddImage(thing, "front.png", Picture.Png(12, 8))).Must(201).Json.GetProperty("data")[0];
        (first.GetProperty("width").GetInt32(), first.GetProperty("height").GetInt32()).ShouldBe((12, 8));
        (await seller.AddImage(thing, "again.png", Picture.Png(12, 8))).Must(201).Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        var images = (await seller.AddImage(thing, "back.png", Picture.Png(8, 9))).Must(201).Json.GetProperty("data").EnumerateArray().ToList();
        var (front, back) = (images[0].Id(), images[1].Id());

        // The first is the cover of what has none, and nobody else sees either before it is on sale.
        var cover = (await seller.Visitor.Get($"/api/v1/products/{slug}")).Must().Json.GetProperty("cover_url").GetString()!;
        (await seller.Visitor.Get(cover)).Must();
        var url = images[0].GetProperty("url").GetString()!;
        (await seller.Visitor.Get(url)).Must();
        (await stranger.Visitor.Get(url)).Must(404);
        (await stranger.Visitor.Get($"/media/images/{front}")).Must(404);

        async Task<Answer> Arrange(params object[] lines)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/products/{thing}/images") { Content = System.Net.Http.Json.JsonContent.Create(new { images = lines }, options: JsonStyle.Options) };
            request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
            using var response = await seller.Visitor.Http.SendAsync(request);
            return await Answer.Read(response);
        }

        var turned = (await Arrange(new { id = back, alt = "From behind" }, new { id = front })).Must().Json.GetProperty("data");
        (turned[0].Id(), turned[0].GetProperty("alt").GetString()).ShouldBe((back, "From behind"));
        (await Arrange(new { id = back })).MustRefuse(422, "image_list");
        (await Arrange(new { id = back }, new { id = back })).MustRefuse(422, "image_list");

        var saved = await seller.SaveVariants(thing, [], [new { price = new { amount = 2_000, currency = "EUR" }, stock = 1, image_id = front }]);
        saved.Must().Json.GetProperty("variants")[0].GetProperty("image_url").GetString().ShouldBe(url);
        (await seller.SaveVariants(thing, [], [new { price = new { amount = 2_000, currency = "EUR" }, image_id = Guid.CreateVersion7() }])).MustRefuse(422, "invalid");
        (await seller.Visitor.Post($"/api/v1/products/{thing}/publish")).Must();
        var page = (await stranger.Visitor.Get($"/p/{slug}")).Must().Html;
        page.QuerySelectorAll("[data-gallery] li img").Select(i => i.GetAttribute("alt")).ToList()[0].ShouldBe("From behind");
        page.QuerySelectorAll("[data-gallery] nav a").Length.ShouldBe(2);
        (await stranger.Visitor.Get(url)).Must();

        (await seller.Visitor.Delete($"/api/v1/products/{thing}/images/{front}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await seller.Visitor.Get(url)).Must(404);
        (await seller.Visitor.Get(cover)).Must();
        (await seller.Variants(slug))[0].GetProperty("image_url").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task There_are_ten_and_the_eleventh_is_refused()
    {
        var seller = await Market.SignUp("Nova");
        var beat = (await seller.DraftBeat()).Id();
        for (var i = 1; i <= 10; i++) (await seller.AddImage(beat, "p.png", Picture.Png(8, 8 + i))).Must(201);
        (await seller.AddImage(beat, "p.png", Picture.Png(9, 9))).MustRefuse(409, "too_many_images");
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_by_every_way_in()
    {
        var seller = await Market.SignUp("Nova");
        var product = (await seller.DraftBeat()).Id();
        var tried = 0;
        foreach (var row in UploadTests.Corpus.Where(row => (string)row[1] == "cover"))
        {
            var file = ((string)row[2]).Split('|');
            (await seller.AddImage(product, file[0], UploadTests.Bytes(file[1]))).MustRefuse((int)row[3], (string)row[4]);
            tried++;
        }

        tried.ShouldBeGreaterThan(8);

        (await seller.AddImage(product, "empty.png", [])).MustRefuse(422, "file_empty");
        (await Market.Count("SELECT count(*) FROM catalog.product_images WHERE product_id = $1", product)).ShouldBe(0);
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE id = $1 AND cover_key IS NULL", product)).ShouldBe(1);
    }
}
