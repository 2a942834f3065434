namespace Marketplace.Tests.Host;

/// <summary>What travels compressed, and what does not lest its length betray a secret.</summary>
public sealed class CompressionTests : MarketTest
{
    [Theory]
    [InlineData("/", null, null, "br")]
    [InlineData("/api/v1/products", null, null, "br")]
    [InlineData("/", "theme=night", null, null)]
    [InlineData("/", "theme=night", "cross-site", null)]
    [InlineData("/", "theme=night", "same-site", null)]
    [InlineData("/", "theme=night", "same-origin", "br")]
    [InlineData("/", "theme=night", "none", "br")]
    public async Task Only_what_our_own_page_asked_for_is_compressed_where_it_may_be_one_persons(string path, string? cookie, string? from, string? encoding)
    {
        using var visitor = Market.Visitor();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        if (cookie is not null) visitor.Cookies.Add(visitor.Http.BaseAddress!, new System.Net.Cookie("theme", "night"));
        if (from is not null) request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", from);
        using var answer = await visitor.Http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(200);
        answer.Content.Headers.ContentEncoding.FirstOrDefault().ShouldBe(encoding);
        if (encoding is not null) answer.Headers.Vary.ShouldContain("Accept-Encoding");
    }

    [Fact]
    public async Task Styles_and_scripts_are_compressed_when_they_are_built_and_light()
    {
        // Else the framework reads them anew from the disk, as somebody who writes them wants.
        await using var market = await OwnMarket.Open(new Dictionary<string, string?>(StringComparer.Ordinal) { ["ReloadStaticAssetsAtRuntime"] = "false" });
        using var visitor = market.Visitor();
        var page = (await visitor.Get("/")).Must().Html;
        foreach (var (path, most) in new[] { (page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!, 40_000), (page.QuerySelector("script[type=module]")!.GetAttribute("src")!, 60_000) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            using var answer = await visitor.Http.SendAsync(request);
            answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"], path);
            answer.Content.Headers.ContentLength!.Value.ShouldBeInRange(1_000, most, path);
        }
    }
}
