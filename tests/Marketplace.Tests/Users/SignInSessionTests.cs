using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Where somebody is signed in, on which platform, and the way out.</summary>
public sealed class SignInSessionTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task Sessions_are_listed_by_platform_newest_first()
    {
        var ana = await market.SignUp();
        foreach (var platform in new[] { "stam", "weokto" })
        {
            market.Clock.Walk(TimeSpan.FromSeconds(1));
            (await At(ana, market, platform)).Dispose();
        }

        var all = (await ana.Visitor.Get("/api/v1/sessions")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        all.Select(s => s.GetProperty("platform").GetString()).ShouldBe(["weokto", "stam", "market"]);
        all.Select(s => s.GetProperty("is_current").GetBoolean()).ShouldBe([false, false, true]);
        var first = (await ana.Visitor.Get("/api/v1/sessions?limit=2")).Must().Json;
        var rest = (await ana.Visitor.Get($"/api/v1/sessions?limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).Must().Json;
        rest.GetProperty("data").EnumerateArray().Single().Id().ShouldBe(all[2].Id());
        (await ana.Visitor.Get("/api/v1/sessions?platform=stam")).Must().Json.GetProperty("data").EnumerateArray().Single().GetProperty("platform").GetString().ShouldBe("stam");
        (await ana.Visitor.Get("/api/v1/sessions?platform=elsewhere")).MustRefuse(422, "invalid");
        (await ana.Visitor.Get("/account/sessions")).Must().Html.QuerySelectorAll("main tbody tr").Length.ShouldBe(3);
    }

    [Fact]
    public async Task One_or_all_others_are_ended_at_once_here_and_within_five_seconds_on_another_host()
    {
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        var ben = await market.SignUp();
        var (phone, tablet, laptop) = (await At(ana, other), await At(ana, other), await At(ana, market));
        foreach (var device in new[] { phone, tablet, laptop }) (await device.Get("/api/v1/me")).Must();
        var sessions = (await ana.Visitor.Get("/api/v1/sessions")).Must().Json.GetProperty("data").EnumerateArray().Select(s => s.Id()).ToList();

        var ofPhone = (await phone.Get("/api/v1/sessions")).Must().Json.GetProperty("data").EnumerateArray().Single(s => s.GetProperty("is_current").GetBoolean()).Id();
        (await ben.Visitor.Delete($"/api/v1/sessions/{ofPhone}")).MustRefuse(404, "not_found");
        (await ana.Visitor.Delete($"/api/v1/sessions/{ofPhone}")).Must(204);
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await phone.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await tablet.Get("/api/v1/me")).Must();

        (await ana.Visitor.Delete("/api/v1/sessions")).Must(204);
        (await laptop.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await tablet.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Get("/api/v1/me")).Must();
        (await ben.Visitor.Get("/api/v1/me")).Must();
        sessions.Count.ShouldBe(4);
        foreach (var device in new[] { phone, tablet, laptop }) device.Dispose();
    }

    [Fact]
    public async Task A_token_planted_before_a_sign_in_is_worth_nothing_after()
    {
        var eve = await market.SignUp();
        var ana = await market.SignUp();
        using var browser = market.Visitor();
        browser.Cookies.Add(market.Address, new System.Net.Cookie("session", eve.Visitor.Token, "/"));
        (await browser.Submit("/sign-in", "main form", new Dictionary<string, string?> { ["Input.Email"] = ana.Email, ["Input.Password"] = ana.Password })).Must(302);
        browser.Cookies.GetCookies(market.Address)["session"]!.Value.ShouldNotBe(eve.Visitor.Token);
        (await browser.Get("/account")).Must().Text.ShouldContain(ana.Email);
        (await eve.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task A_sign_in_from_a_new_range_or_browser_is_told_to_the_owner_and_a_known_one_is_not()
    {
        var ana = await market.SignUp();
        await ana.SignIn();
        (await market.Secured(ana.Account)).ShouldBeEmpty();

        const string firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        await From("198.51.100.7", "");
        await From("198.51.100.9", "");             // the same household
        await From("127.0.0.1", firefox);
        await From("127.0.0.1", firefox);
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.NewDevice, SecurityChange.NewDevice]);

        await market.Drain();
        var mail = (await market.Mails(ana)).Single(m => m.Subject == "A sign-in from a new device: Firefox, Linux");
        mail.Plain.ShouldContain("/account/sessions");
        mail.Plain.ShouldContain("the safety of your account");
        (await ana.Told("security")).Count.ShouldBe(2);

        async Task From(string address, string agent)
        {
            using var visitor = market.Visitor();
            visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            if (agent.Length > 0) visitor.Http.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
            (await visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
        }
    }

    [Theory]
    [InlineData("session")]
    [InlineData("mailed-link")]
    [InlineData("pending")]
    public void In_production_no_cookie_of_a_sign_in_leaves_its_host_or_tls_or_is_read_by_a_script(string name)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        var production = new SignUpTests.Production();
        HostCookie cookie = name switch { "session" => new SessionCookie(production), "pending" => new PendingCookie(production), _ => new LinkCookie(production) };
        cookie.Write(http, "token", TimeSpan.FromMinutes(10));
        var written = http.Response.Headers.SetCookie.ToString();
        written.ShouldStartWith($"__Host-{name}=token;");
        foreach (var flag in new[] { "secure", "httponly", "samesite=lax", "path=/", "max-age=600" }) written.ShouldContain(flag);
        written.ShouldNotContain("domain");
    }

    private static async Task<Visitor> At(Person person, Market host, string platform = "market")
    {
        var visitor = host.Visitor();
        visitor.Token = (await visitor.Post("/api/v1/sessions", new { email = person.Email, password = person.Password, platform })).Must(201).Json.GetProperty("token").GetString();
        return visitor;
    }
}
