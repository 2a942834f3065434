using System.Net;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

public sealed class AccountPagesTests : MarketTest
{
    private const string Form = "main form[method=post]";

    [Fact]
    public async Task Somebody_signs_up_and_out_and_in_again_by_page()
    {
        using var visitor = Market.Visitor();
        var email = UsersSteps.NewEmail();
        (await visitor.Submit("/sign-up?return_url=%2Faccount", Form, Fields(("DisplayName", "Zoé"), ("Email", email), ("Password", UsersSteps.Password)))).Must(302).Location.ShouldBe("/account");
        var account = (await visitor.Get("/account")).Must();
        account.Text.ShouldContain(email);
        account.Html.QuerySelector(".menu-list form[action='/sign-out']").ShouldNotBeNull();

        var planted = Cookie(visitor);
        (await visitor.Submit(account, "/account", ".menu-list form", Fields())).Must(302).Location.ShouldBe("/");
        visitor.Cookies.GetCookies(Market.Address)["session"].ShouldBeNull();
        (await visitor.Get("/account?x=1")).Must(302).Location!.ShouldEndWith("/sign-in?return_url=%2Faccount%3Fx%3D1");

        // Somebody planted a session of theirs: signing in does not go on with it, and ends it.
        var eve = await Market.SignUp("Eve");
        visitor.Cookies.Add(Market.Address, new Cookie("session", eve.Visitor.Token, "/"));
        var signedIn = (await visitor.Submit("/sign-in?return_url=%2Faccount", Form, Fields(("Email", email), ("Password", UsersSteps.Password)))).Must(302);
        signedIn.Location.ShouldBe("/account");
        Cookie(visitor).ShouldNotBeOneOf(planted, eve.Visitor.Token!);
        (await visitor.Get("/account")).Must().Text.ShouldContain(email);
        (await eve.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");

        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("session=", StringComparison.Ordinal));
        foreach (var flag in new[] { "httponly", "samesite=lax", "path=/", "max-age=7776000" }) cookie.ShouldContain(flag);
    }

    [Theory]
    [InlineData("/library", "/library")]
    [InlineData("/a?b=c", "/a?b=c")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    public async Task Signing_in_leads_to_addresses_of_this_market_only(string wanted, string led)
    {
        var ana = await Market.SignUp();
        using var visitor = Market.Visitor();
        var answer = await visitor.Submit("/sign-in", Form, Fields(("Email", ana.Email), ("Password", ana.Password), ("return_url", wanted)));
        answer.Must(302).Location.ShouldBe(led);
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_but_no_password_and_speaks_French()
    {
        var ana = await Market.SignUp();
        using var visitor = Market.Visitor();
        var wrong = (await visitor.Submit("/sign-in", Form, Fields(("Email", ana.Email), ("Password", "not the password")))).Must(401);
        wrong.Text.ShouldContain("The e-mail address or the password is wrong.");
        wrong.Html.QuerySelector("#Input_Email")!.GetAttribute("value").ShouldBe(ana.Email);
        wrong.Text.ShouldNotContain("not the password");
        Cookie(visitor).ShouldBeNull();

        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var empty = (await visitor.Submit("/sign-up", Form, Fields(("DisplayName", ""), ("Email", "x"), ("Password", "court")))).Must(422);
        empty.Html.QuerySelector("#Input_DisplayName-error")!.TextContent.ShouldBe("Un nom comporte de 1 à 60 caractères.");
        empty.Html.QuerySelectorAll(".field-error").Length.ShouldBe(3);
        empty.Text.ShouldNotContain("is required");
        (await visitor.Submit("/sign-up", Form, Fields(("DisplayName", "Ana"), ("Email", ana.Email), ("Password", UsersSteps.Password)))).Must(409).Html.QuerySelector("#Input_Email-error")!.TextContent.ShouldContain("Connectez-vous plutôt.");
    }

    [Fact]
    public async Task Who_guesses_by_page_is_told_to_wait()
    {
        await using var market = await OwnMarket.Open();
        using var visitor = market.Visitor();
        Task<Answer> Guess() => visitor.Submit("/sign-in", Form, Fields(("Email", "ana@example.com"), ("Password", "not the password")));
        for (var i = 0; i < 6; i++) (await Guess()).Must(401);
        var told = (await Guess()).Must(429);
        told.Html.QuerySelector(".errors")!.TextContent.ShouldContain("Wait a moment");
        told.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await Guess()).Must(401);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-up")]
    [InlineData("/sign-out")]
    [InlineData("/account")]
    [InlineData("/account/sessions?handler=Others")]
    public async Task A_form_without_its_token_is_refused(string page)
    {
        var ana = await Market.SignUp();
        var sent = new FormUrlEncodedContent(Fields(("Email", ana.Email), ("Password", ana.Password), ("DisplayName", "Eve")).Where(f => f.Value is not null)!);
        (await ana.Visitor.Post(page, sent)).Must(400);
        (await ana.Visitor.Post(page, new { x = 1 })).Must(400);
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("display_name").GetString().ShouldBe("Ana");
    }

    [Fact]
    public async Task Somebody_changes_name_and_username()
    {
        var ana = await Market.SignUp();
        var ben = await Market.SignUp();
        var username = $"ben-{ben.Account:N}"[..30];
        (await ben.Visitor.Submit("/account", Form, Fields(("DisplayName", "Bén"), ("Username", username)))).Must(302);
        var page = (await ben.Visitor.Get("/account")).Must();
        page.Html.QuerySelector("#Input_Username")!.GetAttribute("value").ShouldBe(username);
        page.Html.QuerySelector(".menu-list .eyebrow")!.TextContent.ShouldBe("Bén");

        (await ana.Visitor.Submit("/account", Form, Fields(("Username", username)))).Must(409).Text.ShouldContain("Somebody else has this username.");
        (await ana.Visitor.Patch("/api/v1/me", new { username })).MustRefuse(409, "username_taken");
        (await ana.Visitor.Patch("/api/v1/me", new { display_name = "Ana Lima" })).Must().Json.GetProperty("display_name").GetString().ShouldBe("Ana Lima");
        (await ana.Visitor.Patch("/api/v1/me", new { })).Must().Json.GetProperty("display_name").GetString().ShouldBe("Ana Lima");
    }

    [Fact]
    public async Task Somebody_sees_and_ends_own_sessions_and_no_others()
    {
        var ana = await Market.SignUp();
        var eve = await Market.SignUp("Eve");
        using var phone = Market.Visitor();
        phone.Http.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1");
        await (ana with { Visitor = phone }).SignIn();
        using var tablet = Market.Visitor();
        await (ana with { Visitor = tablet }).SignIn();

        var page = (await ana.Visitor.Get("/account/sessions")).Must();
        page.Html.QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        page.Html.QuerySelector("tbody tr")!.TextContent.ShouldContain("This one");
        page.Text.ShouldContain("Safari on iPhone");
        var row = page.Html.QuerySelectorAll("tbody tr").Single(r => r.TextContent.Contains("iPhone"));
        var id = row.QuerySelector("input[name=id]")!.GetAttribute("value")!;

        (await eve.Visitor.Submit("/account/sessions", "tbody form", Fields(("id", id)))).Must(404);
        (await eve.Visitor.Submit("/account/sessions", "tbody form", Fields(("id", "not an id")))).Must(422);
        (await phone.Get("/api/v1/me")).Must();

        (await ana.Visitor.Submit("/account/sessions", "tbody form", Fields(("id", id)))).Must(302);
        (await phone.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await tablet.Get("/api/v1/me")).Must();
        (await ana.Visitor.Submit("/account/sessions", ".page-actions form", Fields())).Must(302);
        (await tablet.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Get("/api/v1/me")).Must();
        (await eve.Visitor.Get("/api/v1/me")).Must();
    }

    [Fact]
    public async Task Staff_with_the_right_see_people_and_find_them()
    {
        var staff = await Market.Staff(Rights.People);
        var ana = await Market.SignUp("Ana & <b>Co</b>", Capabilities.CanSell);
        (await ana.Visitor.Get("/admin/people")).Must(403);
        (await Market.Visitor().Get("/admin/people")).Must(302);

        var found = (await staff.Visitor.Get($"/admin/people?q={Uri.EscapeDataString(ana.Email)}")).Must().Html.QuerySelectorAll("tbody tr").ShouldHaveSingleItem();
        found.TextContent.ShouldContain("Ana & <b>Co</b>");
        found.TextContent.ShouldContain("buy, sell");
        (await staff.Visitor.Get("/admin/people?q=%25")).Must().Html.QuerySelectorAll("tbody tr").ShouldBeEmpty();
        (await staff.Visitor.Get("/admin/people?q=%00%5C")).Must();
        (await staff.Visitor.Get("/admin/people?cursor=nonsense")).Must(400);
        (await staff.Visitor.Get("/admin")).Must(302).Location.ShouldBe("/admin/people");
    }

    [Fact]
    public async Task The_list_of_people_is_paged_and_names_everybody_once()
    {
        await using var market = await OwnMarket.Open();
        var staff = await market.Staff(Rights.People);
        await market.Source.Command(
            """
            INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, language, status, tier, created_at)
            SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@x.example', n || '@X.EXAMPLE', 'person-' || n, 'Person', '', 'en', 'active', 'basic', $1 FROM generate_series(1, 120) n
            """, market.Clock.GetUtcNow()).Execute();
        var names = new List<string>();
        for (var url = "/admin/people?q=person-"; url is not null;)
        {
            var page = (await staff.Visitor.Get(url)).Must().Html;
            names.AddRange(page.QuerySelectorAll("tbody tr td:first-child .quiet").Select(e => e.TextContent));
            url = page.QuerySelector(".pager a")?.GetAttribute("href");
        }

        names.Count.ShouldBe(120);
        names.Distinct().Count().ShouldBe(120);
        names[0].ShouldBe("@person-120");
    }

    private static Dictionary<string, string?> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name == "return_url" || f.Name == "id" ? f.Name : $"Input.{f.Name}", f => (string?)f.Value);

    private string? Cookie(Visitor visitor) => visitor.Cookies.GetCookies(Market.Address)["session"]?.Value;
}
