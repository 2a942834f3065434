using Marketplace.Users;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Users;

public sealed class SignInByPasskeyTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task A_passkey_is_made_by_the_page_and_signs_in_without_a_code()
    {
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey, "My phone");
        await market.SetUpAuthenticator(ana);
        var listed = (await ana.Visitor.Get("/api/v1/passkeys")).Must().Json.GetProperty("data").EnumerateArray().Single();
        listed.GetProperty("name").GetString().ShouldBe("My phone");
        (await ana.Visitor.Get("/account/passkeys")).Must().Text.ShouldContain("My phone");

        using var browser = market.Visitor();
        var (challenge, options) = await SoftPasskeys.Question(browser, "/sign-in/passkey");
        options.GetProperty("userVerification").GetString().ShouldBe("required");
        options.GetProperty("rpId").GetString().ShouldBe("localhost");
        options.GetProperty("timeout").GetInt64().ShouldBe(300_000);
        options.GetProperty("allowCredentials").GetArrayLength().ShouldBe(0);      // whose it is, the passkey says
        (await browser.Submit("/sign-in/passkey?return_url=%2Flibrary", "main form", SoftPasskeys.Answer(challenge, passkey.Get(options)))).Must(302).Location.ShouldBe("/library");
        (await browser.Get("/account")).Must().Text.ShouldContain(ana.Email);

        using var program = market.Visitor();
        (await passkey.SignIn(program)).Must(201).Json.GetProperty("account").Id().ShouldBe(ana.Account);
        (await market.Secured(ana.Account))[0].ShouldBe(SecurityChange.PasskeyAdded);
    }

    [Fact]
    public async Task An_answer_is_worth_nothing_a_second_time_even_among_twenty_at_once()
    {
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey);
        using var visitor = market.Visitor();
        var (challenge, options) = await SoftPasskeys.Question(visitor, "/sign-in/passkey");
        var credential = passkey.Get(options);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => visitor.Post("/api/v1/sessions/passkey", new { challenge, credential })));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "passkey_refused");
        // The same signature under a fresh challenge is another's, too.
        (await visitor.Post("/api/v1/sessions/passkey", new { challenge = (await SoftPasskeys.Question(visitor, "/sign-in/passkey")).Challenge, credential })).MustRefuse(401, "passkey_refused");
    }

    [Theory]
    [InlineData("https://localhost.evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("http://127.0.0.1:5080")]
    public async Task A_page_that_looks_like_ours_gets_nothing(string origin)
    {
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey { Origin = origin };
        using var ours = new SoftPasskey();
        (await ana.TryAddPasskey(passkey)).Must(401);
        await ana.AddPasskey(ours);
        using var visitor = market.Visitor();
        (await passkey.SignIn(visitor)).MustRefuse(401, "passkey_refused");
    }

    [Fact]
    public async Task A_passkey_for_another_domain_without_verification_or_from_a_copy_is_refused()
    {
        var ana = await market.SignUp();
        using var elsewhere = new SoftPasskey("evil.example");
        (await ana.TryAddPasskey(elsewhere)).Must(401);

        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey);
        using var visitor = market.Visitor();
        passkey.Verifies = false;
        (await passkey.SignIn(visitor)).MustRefuse(401, "passkey_refused");
        passkey.Verifies = true;
        passkey.Count = 50;
        (await passkey.SignIn(visitor)).Must(201);
        passkey.Count = 10;
        (await passkey.SignIn(visitor)).MustRefuse(401, "passkey_refused");
        passkey.Count = 60;
        (await passkey.SignIn(visitor)).Must(201);
    }

    [Fact]
    public async Task A_passkey_that_was_removed_signs_nobody_in_and_one_of_another_is_not_there()
    {
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey, "Old phone");
        var id = (await ana.Visitor.Get("/api/v1/passkeys")).Must().Json.GetProperty("data")[0].Id();
        (await ben.Visitor.Delete($"/api/v1/passkeys/{id}")).MustRefuse(404, "not_found");
        (await ben.Visitor.Patch($"/api/v1/passkeys/{id}", new { name = "Mine" })).MustRefuse(404, "not_found");
        (await ana.Visitor.Patch($"/api/v1/passkeys/{id}", new { name = " " })).MustRefuse(422, "invalid");
        (await ana.Visitor.Submit($"/account/passkeys/{id}", "main form", new Dictionary<string, string?> { ["Input.Name"] = "Drawer phone" })).Must(302);
        (await ana.Visitor.Get("/account/passkeys")).Must().Text.ShouldContain("Drawer phone");

        using var visitor = market.Visitor();
        (await passkey.SignIn(visitor)).Must(201);
        (await ana.Visitor.Submit($"/account/passkeys/{id}", "form[action$='/remove']", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/account/passkeys");
        (await passkey.SignIn(visitor)).MustRefuse(401, "passkey_refused");
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.PasskeyAdded, SecurityChange.PasskeyRemoved]);
        (await market.Source.Command("SELECT act FROM users.audit_log WHERE actor = $1 ORDER BY id", ana.Account).List(r => r.GetString(0))).ShouldBe(["users.passkey_added", "users.passkey_removed"]);
    }

    [Fact]
    public async Task A_question_lives_five_minutes_and_serves_one_purpose()
    {
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey);
        using var visitor = market.Visitor();
        var (challenge, options) = await SoftPasskeys.Question(visitor, "/sign-in/passkey");
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { passkey = new { challenge, credential = passkey.Get(options) } })).MustRefuse(401, "passkey_refused");
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        (await visitor.Post("/api/v1/sessions/passkey", new { challenge, credential = passkey.Get(options) })).MustRefuse(401, "passkey_refused");
        (await visitor.Post("/api/v1/sessions/passkey", new { challenge = "AAAA", credential = passkey.Get(options) })).MustRefuse(401, "passkey_refused");
        (await visitor.Post("/api/v1/sessions/passkey", new { challenge = (await SoftPasskeys.Question(visitor, "/sign-in/passkey")).Challenge, credential = "{\"id\":1}" })).MustRefuse(401, "passkey_refused");
    }

    [Fact]
    public async Task A_passkey_is_a_proof_for_its_owner_alone()
    {
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        using var anas = new SoftPasskey();
        using var bens = new SoftPasskey();
        await ana.AddPasskey(anas);
        await ben.AddPasskey(bens);
        market.Clock.Walk(TimeSpan.FromMinutes(6));
        var asked = (await ana.Visitor.Post("/api/v1/passkey-challenges")).Must().Json;
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { passkey = new { challenge = asked.GetProperty("challenge").GetString(), credential = bens.Get(asked.GetProperty("options")) } })).MustRefuse(401, "passkey_refused");

        var (challenge, options) = await SoftPasskeys.Question(ana.Visitor, "/account/confirm");
        options.GetProperty("allowCredentials").GetArrayLength().ShouldBe(1);
        var page = await ana.Visitor.Submit("/account/confirm?return_url=%2Faccount%2Fauthenticator", "form[data-passkey]", new Dictionary<string, string?>
        {
            ["Input.Passkey.Challenge"] = challenge, ["Input.Passkey.Credential"] = anas.Get(options),
        });
        page.Must(302).Location.ShouldBe("/account/authenticator");
        (await ana.Visitor.Get("/account/authenticator")).Must();
    }

    [Fact]
    public async Task Who_is_banned_does_not_get_in_by_a_passkey_and_who_is_slowed_elsewhere_does()
    {
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey);
        using var stranger = market.Visitor();
        stranger.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");
        for (var i = 0; i < 8; i++) await stranger.Post("/api/v1/sessions", new { email = ana.Email, password = "not the password" });
        (await stranger.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).MustRefuse(429, "too_many_attempts");
        (await passkey.SignIn(stranger)).Must(201);
        await market.Source.Command("UPDATE users.accounts SET status = 'banned' WHERE id = $1", ana.Account).Execute();
        (await passkey.SignIn(stranger)).MustRefuse(403, "account_banned");
    }

    [Fact]
    public void Where_the_market_is_says_the_configuration_alone()
    {
        PasskeySettings Of(params (string Name, string Value)[] settings) => new(
            new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build(), new SignUpTests.Production());

        Of().Domain.ShouldBeNull();
        var set = Of(("Host:PublicUrl", "https://market.example/"));
        set.Domain.ShouldBe("market.example");
        set.IsOurs("https://market.example").ShouldBeTrue();
        foreach (var other in new[] { "http://market.example", "https://market.example:8443", "https://market.example.evil.example", "https://shop.market.example", "null", "" }) set.IsOurs(other).ShouldBeFalse(other);
        Of(("Users:Passkeys:Origin", "https://shop.market.example"), ("Users:Passkeys:Domain", "market.example")).Domain.ShouldBe("market.example");
        Should.Throw<InvalidOperationException>(() => Of(("Users:Passkeys:Origin", "https://market.example"), ("Users:Passkeys:Domain", "evil.example")));
        Should.Throw<InvalidOperationException>(() => Of(("Users:Passkeys:Origin", "market")));
    }
}
