using Marketplace.Users;

namespace Marketplace.Tests.Users;

public sealed class SignInByMailTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task A_link_signs_in_by_the_pages_once_and_opening_it_uses_up_nothing()
    {
        var ana = await market.SignUp();
        using var browser = market.Visitor();
        (await browser.Get("/sign-in?return_url=/library")).Must().Html.QuerySelector("a[href='/sign-in/mail?return_url=%2Flibrary']").ShouldNotBeNull();
        var asked = await browser.Submit("/sign-in/mail?return_url=%2Flibrary", "main form", Email(ana.Email.ToUpperInvariant()));
        (await browser.Get(asked.Must(302).Location!)).Must().Html.QuerySelector("main form").ShouldBeNull();

        var path = await market.MailedLink(ana.Account, LinkPurpose.SignIn);
        using (var scanner = market.Visitor())
        {
            // A mail scanner opens links, and does not run away with the account.
            for (var i = 0; i < 3; i++) (await scanner.Get(path)).Must().Html.QuerySelector("main form").ShouldBeNull();
        }

        var shown = (await browser.Get(path)).Must();
        shown.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        shown.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await browser.Get("/account")).Must(302);
        (await browser.Submit(path, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/library");
        (await browser.Get("/account")).Must().Text.ShouldContain(ana.Email);
        (await market.Count("SELECT count(*) FROM users.accounts WHERE id = $1 AND email_verified_at IS NOT NULL", ana.Account)).ShouldBe(1);

        (await market.TryMailedLink(ana.Account, LinkPurpose.SignIn)).ShouldBeNull();
    }

    [Fact]
    public async Task Fifty_at_once_make_one_session()
    {
        var ana = await market.SignUp();
        using var asker = market.Visitor();
        var nonce = await Ask(asker, ana.Email);
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));
        var before = await market.Everything.Command("SELECT count(*) FROM users.sessions WHERE account = $1", ana.Account).Scalar<long>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => asker.Post("/api/v1/magic-links/consume", new { token, nonce })));

        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "magic_link_refused");
        (await market.Everything.Command("SELECT count(*) FROM users.sessions WHERE account = $1", ana.Account).Scalar<long>()).ShouldBe(before + 1);
        asker.Token = answers.Single(a => a.Status == 201).Json.GetProperty("token").GetString();
        (await asker.Get("/api/v1/me")).Must().Json.Id().ShouldBe(ana.Account);
    }

    [Fact]
    public async Task Another_browser_another_platform_and_a_later_time_fail()
    {
        var ana = await market.SignUp();
        using var asker = market.Visitor();
        using var thief = market.Visitor();
        var nonce = await Ask(asker, ana.Email, "stam");
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));

        // The thief reads the mail and has a nonce of their own, even for the same address.
        var own = await Ask(thief, ana.Email, "stam");
        (await thief.Post("/api/v1/magic-links/consume", new { token, nonce = own, platform = "stam" })).MustRefuse(401, "magic_link_refused");
        (await thief.Post("/api/v1/magic-links/consume", new { token, nonce = token, platform = "stam" })).MustRefuse(401, "magic_link_refused");
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce })).MustRefuse(401, "magic_link_refused");
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce, platform = "weokto" })).MustRefuse(401, "magic_link_refused");
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce, platform = "elsewhere" })).MustRefuse(400, "malformed");
        market.Clock.Walk(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce, platform = "stam" })).Must(201);

        nonce = await Ask(asker, ana.Email);
        token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));
        market.Clock.Walk(TimeSpan.FromMinutes(10));
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce })).MustRefuse(401, "magic_link_refused");
    }

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_and_the_same_rows_and_both_are_slowed()
    {
        var ana = await market.SignUp();
        using var asker = market.Visitor();
        var answers = new Dictionary<string, List<Answer>>(StringComparer.Ordinal);
        foreach (var email in new[] { ana.Email, UsersSteps.NewEmail() })
        {
            answers[email] = [];
            for (var i = 0; i < 7; i++) answers[email].Add(await asker.Post("/api/v1/magic-links", new { email }));
        }

        var (known, unknown) = (answers[ana.Email], answers.Values.Last());
        known.Select(a => (a.Status, a.Code, a.Bytes.Length)).Take(5).ShouldBe(unknown.Select(a => (a.Status, a.Code, a.Bytes.Length)).Take(5));
        known.Select(a => a.Status).ShouldBe(unknown.Select(a => a.Status));
        known[^1].MustRefuse(429, "too_many_attempts").Headers.RetryAfter.ShouldNotBeNull();
        (await market.Count("SELECT count(*) FROM users.mailed_links WHERE account IS NULL")).ShouldBe(await market.Count("SELECT count(*) FROM users.mailed_links WHERE account IS NOT NULL"));
        (await market.Events("users.mailed_link_asked", ana.Account)).Count.ShouldBe(known.Count(a => a.Status == 202));
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'users.mailed_link_asked' AND key <> $1", ana.Account.ToString())).ShouldBe(0);
    }

    [Fact]
    public async Task The_token_lies_nowhere_in_clear_and_the_mail_has_it()
    {
        var ana = await market.SignUp();
        using var asker = market.Visitor();
        await Ask(asker, ana.Email);
        var path = await market.MailedLink(ana.Account, LinkPurpose.SignIn);
        var bytes = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(SignInSteps.TokenOf(path));
        var payload = (await market.Events("users.mailed_link_asked", ana.Account)).Single();
        payload.ShouldNotContain(SignInSteps.TokenOf(path));
        payload.ShouldNotContain(Convert.ToBase64String(bytes));
        (await market.Count("SELECT count(*) FROM users.mailed_links WHERE token_hash = $1 OR nonce_hash = $1", bytes)).ShouldBe(0);

        await market.Drain();
        var mail = (await market.Mails(ana)).Single(m => m.Subject == "Your link to sign in");
        mail.Plain.ShouldContain(path);
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE secret IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_is_banned_gets_no_link_and_a_link_from_before_does_not_open()
    {
        var ana = await market.SignUp();
        using var asker = market.Visitor();
        var nonce = await Ask(asker, ana.Email);
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));
        await market.Source.Command("UPDATE users.accounts SET status = 'banned' WHERE id = $1", ana.Account).Execute();
        (await asker.Post("/api/v1/magic-links/consume", new { token, nonce })).MustRefuse(403, "account_banned");
        await Ask(asker, ana.Email);
        (await market.Events("users.mailed_link_asked", ana.Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_link_leads_to_pages_of_this_market_and_nowhere_else()
    {
        var ana = await market.SignUp();
        foreach (var elsewhere in new[] { "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)" })
            (await ana.Visitor.Post("/api/v1/magic-links", new { email = ana.Email, return_url = elsewhere })).MustRefuse(422, "invalid");
        using var browser = market.Visitor();
        (await browser.Submit("/sign-in/mail?return_url=%2F%2Fevil.example", "main form", Email(ana.Email))).Must(302);
        (await browser.Submit(await market.MailedLink(ana.Account, LinkPurpose.SignIn), "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Old_links_are_forgotten()
    {
        var ana = await market.SignUp();
        await Ask(ana.Visitor, ana.Email);
        market.Clock.Walk(TimeSpan.FromDays(31));
        await market.Run<PurgeMailedLinks>();
        (await market.Count("SELECT count(*) FROM users.mailed_links")).ShouldBe(0);
    }

    private static async Task<string> Ask(Visitor asker, string email, string platform = "market") =>
        (await asker.Post("/api/v1/magic-links", new { email, platform })).Must(202).Json.GetProperty("nonce").GetString()!;

    private static Dictionary<string, string?> Email(string email) => new() { ["Input.Email"] = email };
}
