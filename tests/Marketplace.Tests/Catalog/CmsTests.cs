using AngleSharp.Html.Parser;
using Marketplace.Ui;
using Marketplace.Users;

namespace Marketplace.Tests.Catalog;

/// <summary>Pages of the market's team: drafts, versions, languages, moves; and Markdown that can do no harm.</summary>
public sealed class CmsTests : MarketTest
{
    [Fact]
    public async Task Staff_writes_a_page_publishes_it_and_everybody_reads_it_in_their_language()
    {
        var (staff, reader) = (await Market.Staff(Rights.Moderation), await Market.SignUpIn("fr"));
        var slug = $"about-{Guid.CreateVersion7().ToString("N")[^8..]}";
        var title = $"About {slug[^4..]}";
        var made = await staff.Visitor.Submit("/admin/pages/new", "main form.form", new Dictionary<string, string?>
        {
            ["Input.Slug"] = slug, ["Input.EnTitle"] = title, ["Input.EnSummary"] = "Who we are.", ["Input.EnBody"] = "## Us\n\nWe **listen**.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            ["Input.FrTitle"] = "À propos", ["Input.FrBody"] = "Nous **écoutons**.", ["Input.InFooter"] = "true",
        });
        var editor = made.Must(302).Location!;
        var id = Guid.Parse(editor.Split('/')[^1]);
        using var visitor = Market.Visitor();
        (await visitor.Get($"/pages/{slug}")).Must(404);
        (await staff.Visitor.Submit(editor, "header.page-head form", new Dictionary<string, string?>())).Must(302);
        var page = (await visitor.Get($"/pages/{slug}")).Must().Html;
        page.QuerySelector("h1")!.TextContent.ShouldBe(title);
        page.QuerySelector(".prose strong")!.TextContent.ShouldBe("listen");
        page.QuerySelectorAll(".prose td").Length.ShouldBe(2);
        page.QuerySelector("meta[name=description]")!.GetAttribute("content").ShouldBe("Who we are.");
        (await reader.Visitor.Get($"/pages/{slug}")).Must().Html.QuerySelector("h1")!.TextContent.ShouldBe("À propos");
        (await visitor.Get("/")).Must().Html.QuerySelectorAll(".colophon a").Select(a => a.GetAttribute("href")).ShouldContain($"/pages/{slug}");

        // A change waits for its publication; who saw an older version is told; the address moves with one hop.
        var change = new { slug = slug + "-us", en = new { title, summary = "", body = "Newer." }, in_footer = true, position = 0 };
        (await staff.Visitor.Put($"/api/v1/pages/{id}", change)).MustRefuse(428, "if_match_missing");
        (await Put(staff, id, 7, change)).MustRefuse(412, "stale");
        (await Put(staff, id, 1, change)).Must();
        (await visitor.Get($"/pages/{slug}?a=b")).Must(301).Location.ShouldBe($"/pages/{slug}-us?a=b");
        (await visitor.Get($"/pages/{slug}-us")).Must().Text.ShouldContain("listen");
        (await staff.Visitor.Post($"/api/v1/pages/{id}/publication")).Must();
        (await visitor.Get($"/pages/{slug}-us")).Must().Text.ShouldContain("Newer.");
        (await visitor.Get($"/api/v1/pages/{slug}-us")).Must().Json.GetProperty("body").GetString().ShouldBe("Newer.");
        (await Market.Count("SELECT count(DISTINCT version) FROM catalog.page_versions WHERE page_id = $1", id)).ShouldBe(2);
        (await Market.Count("SELECT count(*) FROM users.audit_log WHERE subject = $1 AND act LIKE 'catalog.page_%'", id)).ShouldBe(4);

        (await staff.Visitor.Delete($"/api/v1/pages/{id}/publication")).Must();
        (await visitor.Get($"/pages/{slug}-us")).Must(404);
        (await reader.Visitor.Post("/api/v1/pages", change)).MustRefuse(403, "forbidden");
    }

    public static TheoryData<string> Attacks => new(
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=javascript:alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))", "[x](&#x6A&#x61vascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox(1))", "<javascript:alert(1)>", "![x](javascript:alert(1))", "![x](https://evil.example/pixel.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)", "[x]: javascript:alert(1)\n\n[x]", "[x](//evil.example)", "[x](/\\evil.example)", "[x](\\\\evil.example)", "[a](https://ok.example \"onclick=alert(1)\")", "[a](https://ok.example\" onclick=\"alert(1))",
        "`<script>alert(1)</script>`", "```html\n<script>alert(1)</script>\n```", "| <script>alert(1)</script> |\n|---|\n| <b onclick=x> |", "<a href=\"javascript:alert(1)\">x</a>", "<style>*{display:none}</style>", "<!-- --><script>alert(1)</script>",
        "[x](  javascript:alert(1)  )", "[x](<javascript:alert(1)>)", "www.evil.example/<script>", "<base href=//evil.example>", "[![x](javascript:alert(1))](javascript:alert(2))", "<meta http-equiv=refresh content=0;url=//evil.example>",
        "[x](file:///etc/passwd)", "[x](blob:https://a)", "https://ok.example/\"><script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "[x](https://ok.example/%0d%0aSet-Cookie:a=b)", "<https://ok.example/\" onmouseover=alert(1)>");

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Markdown_makes_nothing_that_acts(string attack)
    {
        var html = Html(attack);
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        body.QuerySelectorAll("script, style, iframe, object, embed, svg, base, meta, form, input, link").ShouldBeEmpty(html);
        foreach (var element in body.QuerySelectorAll("*"))
        {
            element.Attributes.Select(a => a.Name).ShouldNotContain(name => name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name == "style", html);
            var leads = element.GetAttribute("href") ?? element.GetAttribute("src");
            if (leads is null) continue;
            (leads.StartsWith("https://", StringComparison.Ordinal) || leads.StartsWith("http://", StringComparison.Ordinal) || leads.StartsWith("mailto:", StringComparison.Ordinal) || leads.StartsWith('#') || (leads[0] == '/' && leads.ElementAtOrDefault(1) is not ('/' or '\\'))).ShouldBeTrue(html);
            if (element.LocalName == "img") leads.ShouldStartWith("/");
            if (element.LocalName == "a" && leads.StartsWith("http", StringComparison.Ordinal)) (element.GetAttribute("rel") ?? "").ShouldContain("noopener", Case.Sensitive, html);
        }
    }

    [Fact]
    public void What_is_nested_too_deep_is_shown_as_it_is_and_ordinary_words_are_formed()
    {
        Html(new string('>', 20_000) + " deep").ShouldNotBeEmpty();
        Html(string.Concat(Enumerable.Repeat("[", 20_000))).ShouldNotBeEmpty();
        var page = new HtmlParser().ParseDocument(Html("# One\n\n- a\n- b\n\n[here](/pages/terms) ![logo](/mark.svg) https://example.com"));
        page.QuerySelector("h2")!.TextContent.ShouldBe("One");
        page.QuerySelectorAll("li").Length.ShouldBe(2);
        page.QuerySelectorAll("a").Select(a => (a.GetAttribute("href"), a.HasAttribute("rel"))).ShouldBe([("/pages/terms", false), ("https://example.com", true)]);
        page.QuerySelector("img")!.GetAttribute("src").ShouldBe("/mark.svg");
    }

    private static string Html(string markdown)
    {
        using var text = new StringWriter();
        Prose.Of(markdown).WriteTo(text, System.Text.Encodings.Web.HtmlEncoder.Default);
        return text.ToString();
    }

    private static async Task<Answer> Put(Person staff, Guid id, int version, object change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/pages/{id}") { Content = System.Net.Http.Json.JsonContent.Create(change, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", staff.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await staff.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }
}
