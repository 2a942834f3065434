using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>What every answer has in common.</summary>
public sealed class WebTests : MarketTest
{
    [Fact]
    public async Task An_API_path_that_is_not_there_is_a_problem_and_a_page_is_a_page()
    {
        using var visitor = Market.Visitor();
        var api = (await visitor.Get("/api/v1/nothing")).MustRefuse(404, "not_found");
        api.Json.GetProperty("request_id").GetString().ShouldBe(api.Headers.GetValues("X-Request-Id").Single());
        api.Json.GetProperty("instance").GetString().ShouldBe("/api/v1/nothing");

        var page = (await visitor.Get("/nothing")).Must(404);
        page.ContentHeaders.ContentType!.MediaType.ShouldBe("text/html");
        page.Html.QuerySelector("h1, h2")!.TextContent.ShouldContain("There is nothing here");
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_know_is_refused_with_those_it_knows()
    {
        using var visitor = Market.Visitor();
        var answer = (await visitor.Delete("/api/v1/accounts")).MustRefuse(405, "method_not_allowed");
        answer.ContentHeaders.Allow.ShouldContain("POST");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/sign-in")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/health/live")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        using var visitor = Market.Visitor();
        var headers = (await visitor.Get(path)).Headers;
        headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self';");
        headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
        headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        headers.Contains("Server").ShouldBeFalse();
        headers.Contains("X-Request-Id").ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, "203.0.113.9")]
    [InlineData("127.0.0.1, 10.0.0.0/8", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "127.0.0.1")]
    public async Task Only_a_known_proxy_is_believed_about_where_a_request_came_from(string? proxies, string seen)
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Host:Proxies"] = proxies });
        var ana = await market.SignUp();
        using var visitor = market.Visitor();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        (await visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
        // The first is that of her sign-up, from this machine.
        (await market.Everything.Command("SELECT host(max(address)) FROM users.sessions WHERE account = $1", ana.Account).Scalar<string>()).ShouldBe(seen);
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_stops_the_start() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => OwnMarket.Open(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Host:Proxies"] = "the balancer" })))
            .Message.ShouldContain("'the balancer'");

    [Fact]
    public async Task The_language_is_the_readers_and_stays_chosen()
    {
        using var visitor = Market.Visitor();
        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        (await visitor.Get("/")).Html.DocumentElement.GetAttribute("lang").ShouldBe("fr");

        var chosen = await visitor.Submit("/", "form[action='/preferences']", new Dictionary<string, string?> { ["culture"] = "en", ["theme"] = "night" });
        chosen.Must(302);
        var html = (await visitor.Get("/")).Html.DocumentElement;
        html.GetAttribute("lang").ShouldBe("en");
        html.GetAttribute("data-theme").ShouldBe("night");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\\evil.example")]
    public async Task Preferences_do_not_send_people_elsewhere(string url)
    {
        using var visitor = Market.Visitor();
        (await visitor.Submit("/", "form[action='/preferences']", new Dictionary<string, string?> { ["return_url"] = url })).Must(302).Location.ShouldBe("/");
    }

    [Fact]
    public async Task The_API_document_names_every_route()
    {
        using var visitor = Market.Visitor();
        var document = (await visitor.Get("/swagger/v1/swagger.json")).Must().Json;
        document.GetProperty("openapi").GetString().ShouldStartWith("3.1");
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var routes = Market.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Where(r => r.StartsWith("/api/v1", StringComparison.Ordinal)).Distinct().ToList();
        routes.ShouldNotBeEmpty();
        routes.Where(r => !paths.Contains(System.Text.RegularExpressions.Regex.Replace(r, @":[a-z]+(?=\})", ""))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_larger_than_256_KiB_is_refused()
    {
        using var visitor = Market.Visitor();
        (await visitor.Post("/api/v1/accounts", $$"""{"email":"{{new string('a', 300_000)}}"}""")).MustRefuse(413, "body_too_large");
    }
}
