using System.Net.Http.Headers;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Marketplace.Tests.Catalog;

public sealed class PageTests : MarketTest
{
    [Fact]
    public async Task A_seller_does_everything_on_pages_without_script()
    {
        var seller = await Market.SignUp("Nova");
        var name = "Page Shop " + seller.Account.ToString("N")[^6..];
        (await seller.Visitor.Get("/sell")).Must().Text.ShouldContain("/sell/shop");
        (await seller.Visitor.Submit("/sell/shop", "main form", new Dictionary<string, string?> { ["Input.Name"] = name, ["Input.Description"] = "Small room." })).Must(302).Location.ShouldBe("/sell");
        (await seller.Visitor.Get("/sell")).Must().Text.ShouldContain(name);

        var shopSlug = Slugs.From(name, 60);
        await (await seller.Moderator()).Visitor.Post($"/api/v1/shops/{shopSlug}/trust");
        var editor = (await seller.Visitor.Submit("/sell/products/new", "main form", new Dictionary<string, string?> { ["Input.Title"] = "Paper Boat" })).Must(302).Location!;
        var page = (await seller.Visitor.Get(editor)).Must();
        page.Html.QuerySelectorAll("aside li").Length.ShouldBe(6);      // what is missing
        (await seller.Visitor.Submit(page, editor, "form[action*='Publish']", new Dictionary<string, string?>())).Must(409);

        await UploadByForm(seller, editor, "original", "boat.wav", Sound.Wav(2));
        await UploadByForm(seller, editor, "cover", "boat.png", Picture.Png(8, 8));
        (await seller.Visitor.Submit(editor, "form:has([name='Input.Title'])", new Dictionary<string, string?>
        {
            ["Input.Title"] = "Paper Boat", ["Input.Details.Tempo"] = "92", ["Input.Details.Key"] = "F# minor", ["Input.Details.Genre"] = "Lo-Fi", ["Input.Tags"] = "Rain, rain, boat",
            ["Input.Offers.0.On"] = "true", ["Input.Offers.0.Price"] = "14,50",
        })).Must(302);
        (await seller.Visitor.Submit(editor, "form[action*='Publish']", new Dictionary<string, string?>())).Must(302);

        using var visitor = Market.Visitor();
        var shop = (await visitor.Get("/shops/" + shopSlug)).Must().Html;
        var link = shop.QuerySelector<IHtmlAnchorElement>(".product h3 a")!.GetAttribute("href")!;
        var shown = (await visitor.Get(link)).Must();
        shown.Text.ShouldContain("92 BPM");
        shown.Html.Body!.TextContent.ShouldContain("€14.50");
        shown.Text.ShouldContain("#rain");
        shown.Html.QuerySelector("meta[property='og:image']").ShouldNotBeNull();
        var data = JsonDocument.Parse(shown.Html.QuerySelector("script[type='application/ld+json']")!.TextContent).RootElement;
        data.GetProperty("offers")[0].GetProperty("price").GetString().ShouldBe("14.50");

        (await seller.Visitor.Submit(editor, "form[action*='Pause']", new Dictionary<string, string?>())).Must(302);
        (await visitor.Get(link)).Must(404);
        (await seller.Visitor.Get(link)).Must().Text.ShouldContain("Only you can see this page.");
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it()
    {
        var seller = await Market.SignUp("Nova");
        var id = (await seller.DraftBeat("Before")).GetProperty("id").GetGuid();
        var refused = (await seller.Visitor.Submit($"/sell/products/{id}", "form:has([name='Input.Title'])", new Dictionary<string, string?>
        {
            ["Input.Title"] = "After", ["Input.Details.Tempo"] = "9000", ["Input.Offers.0.On"] = "true", ["Input.Offers.0.Price"] = "12.50",
        })).Must(422).Html;
        refused.QuerySelector<IHtmlInputElement>("[name='Input.Title']")!.Value.ShouldBe("After");
        refused.QuerySelector<IHtmlInputElement>("[name='Input.Details.Tempo']")!.GetAttribute("aria-invalid").ShouldBe("true");
        refused.QuerySelector<IHtmlInputElement>("[name='Input.Offers.0.Price']")!.Value.ShouldBe("12.50");

        var price = (await seller.Visitor.Submit($"/sell/products/{id}", "form:has([name='Input.Title'])", new Dictionary<string, string?> { ["Input.Offers.1.On"] = "true", ["Input.Offers.1.Price"] = "cheap" })).Must(422).Html;
        price.QuerySelector<IHtmlInputElement>("[name='Input.Offers.1.Price']")!.GetAttribute("aria-invalid").ShouldBe("true");
    }

    [Fact]
    public async Task An_upload_without_the_forms_token_is_refused_and_a_wrong_file_is_explained_on_the_page()
    {
        var seller = await Market.SignUp("Nova");
        var editor = $"/sell/products/{(await seller.DraftBeat()).GetProperty("id").GetGuid()}";
        (await seller.Visitor.Post(editor + "/files", new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(8, 8)), "cover", "c.png" } })).Must(302);
        (await seller.Visitor.Get(editor)).Must().Html.QuerySelector("#files .cover img").ShouldBeNull();
        await UploadByForm(seller, editor, "cover", "cover.svg", "<svg/>"u8.ToArray());
        using (var script = new HttpRequestMessage(HttpMethod.Get, editor))
        {
            // The upload's script follows the redirect first, then sends the browser there.
            script.Headers.Add("Sec-Fetch-Dest", "empty");
            (await seller.Visitor.Http.SendAsync(script)).EnsureSuccessStatusCode();
        }

        var page = (await seller.Visitor.Get(editor)).Must();
        page.Text.ShouldContain("Files of this type are not taken here.");
        (await seller.Visitor.Get(editor)).Text.ShouldNotContain("Files of this type are not taken here.");
    }

    [Fact]
    public async Task Text_that_looks_like_markup_stays_text()
    {
        var seller = await Market.SignUp("Nova");
        const string Evil = "</script><img src=x onerror=alert(1)>";
        var beat = await seller.PublishBeat(Evil);
        using var visitor = Market.Visitor();
        foreach (var path in new[] { $"/p/{beat.Slug}", "/search?q=" + Uri.EscapeDataString(Evil), "/" })
            (await visitor.Get(path)).Must().Text.ShouldNotContain("<img src=x");
    }

    [Theory]
    [InlineData("/sell", 401, 302)]
    [InlineData("/sell/products", 401, 302)]
    [InlineData("/sell/products/new", 401, 302)]
    [InlineData("/sell/products/not-a-guid", 404, 404)]
    [InlineData("/p/nothing-here", 404, 404)]
    [InlineData("/p/%3Cscript%3E", 404, 404)]
    [InlineData("/shops/nobody", 404, 404)]
    [InlineData("/media/covers/not-a-guid/x", 404, 404)]
    [InlineData("/api/v1/products/..%2f..%2fetc", 404, 404)]
    [InlineData("/api/v1/shops/%27%20OR%201=1", 404, 404)]
    [InlineData("/api/v1/shop/products", 401, 401)]
    public async Task Guests_and_garbage_get_an_honest_answer(string path, int either, int or)
    {
        using var visitor = Market.Visitor();
        (await visitor.Get(path)).Status.ShouldBeOneOf(either, or);
    }

    [Theory]
    [InlineData("POST", "/api/v1/shops", "{}", 400)]
    [InlineData("POST", "/api/v1/shops", "{\"name\":\"x\"}", 422)]
    [InlineData("POST", "/api/v1/shops", "{\"name\":\"a\\u0000b\"}", 422)]
    [InlineData("POST", "/api/v1/shops", "{\"name\":\"Good\",\"owner_id\":\"x\"}", 400)]
    [InlineData("POST", "/api/v1/shops", "{\"name\":\"Good name\",\"currency\":\"DOGE\"}", 422)]
    [InlineData("POST", "/api/v1/shops", "{\"name\":\"Good name\",\"currency\":\"XPL\"}", 422)]
    [InlineData("POST", "/api/v1/products", "[]", 400)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"yacht\",\"title\":\"x\"}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"\"}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"state\":\"active\"}", 400)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"details\":7}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"details\":{\"tempo\":\"fast\"}}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"details\":{\"volume\":11}}", 400)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"tags\":[null]}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"offers\":[null]}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"offers\":[{\"licence\":\"personal\",\"price\":{\"amount\":-5,\"currency\":\"EUR\"}}]}", 422)]
    [InlineData("POST", "/api/v1/products", "{\"kind\":\"beat\",\"title\":\"x\",\"offers\":[{\"licence\":\"personal\",\"price\":{\"amount\":1e99,\"currency\":\"EUR\"}}]}", 400)]
    [InlineData("POST", "/api/v1/products/01a1fca9-9d44-7926-b441-103643d62700/publish", "", 404)]
    [InlineData("PATCH", "/api/v1/products/01a1fca9-9d44-7926-b441-103643d62700", "{}", 428)]
    [InlineData("DELETE", "/api/v1/products/01a1fca9-9d44-7926-b441-103643d62700", "", 405)]
    public async Task Garbage_is_refused_with_a_problem(string method, string path, string body, int status)
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop();
        var answer = (await seller.Visitor.Send(new HttpMethod(method), path, body.Length == 0 ? null : body)).Must(status);
        answer.Code.ShouldNotBeNullOrEmpty();
    }

    private static async Task UploadByForm(Person seller, string editor, string role, string fileName, byte[] bytes)
    {
        var form = (await seller.Visitor.Get(editor)).Must().Html.QuerySelector($"form:has(input[name='{role}'])")!;
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var body = new MultipartFormDataContent { { new StringContent(form.QuerySelector<IHtmlInputElement>("[name='__RequestVerificationToken']")!.Value), "__RequestVerificationToken" }, { file, role, fileName } };
        (await seller.Visitor.Post(form.GetAttribute("action")!, body)).Must(302).Location.ShouldBe(editor + "#files");
    }
}
