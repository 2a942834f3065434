using Marketplace.Users;

namespace Marketplace.Tests.Users;

public sealed class SignInCodeTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long second, string code) =>
        Totp.Code("12345678901234567890"u8.ToArray(), Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(second))).ShouldBe(code);

    [Fact]
    public async Task A_password_alone_is_half_a_sign_in_and_a_code_is_taken_once()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(2));

        var (first, second) = (await ana.Challenge(), await ana.Challenge());
        var code = market.Code(seed);
        var entry = (await Enter(first, code)).Must(201).Json;
        entry.GetProperty("account").Id().ShouldBe(ana.Account);
        (await Enter(second, code)).MustRefuse(401, "code_refused");
        (await Enter(first, market.Code(seed, 1))).MustRefuse(401, "challenge_expired");
        (await Enter(second, market.Code(seed, 1))).Must(201);      // a clock that is a little ahead
        ana.Visitor.Token = entry.GetProperty("token").GetString();
        (await ana.Visitor.Get("/api/v1/me")).Must();
    }

    [Fact]
    public async Task The_code_that_confirmed_the_app_does_not_sign_in_too()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        (await Enter(await ana.Challenge(), market.Code(seed))).MustRefuse(401, "code_refused");
    }

    [Theory]
    [InlineData(-2, 401)]
    [InlineData(-1, 201)]
    [InlineData(0, 201)]
    [InlineData(1, 201)]
    [InlineData(2, 401)]
    public async Task A_code_is_good_for_its_step_and_the_two_beside_it(int steps, int status)
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        (await Enter(await ana.Challenge(), market.Code(seed, steps))).Must(status);
    }

    [Fact]
    public async Task The_same_code_from_twenty_at_once_lets_one_in()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        var challenges = new List<string>();
        for (var i = 0; i < 6; i++) challenges.Add(await ana.Challenge());
        var answers = await Task.WhenAll(challenges.Select(c => Enter(c, market.Code(seed))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "code_refused" || a.Code == "too_many_attempts" || a.Code == "try_again");
    }

    [Fact]
    public async Task Guesses_are_slowed_by_account_whatever_the_challenge()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        var challenge = await ana.Challenge();
        var answers = new List<Answer>();
        for (var i = 0; i < 8; i++) answers.Add(await Enter(challenge, "000000"));
        answers.Take(6).ShouldAllBe(a => a.Code == "code_refused");
        var slowed = answers[^1].MustRefuse(429, "too_many_attempts");
        (await Enter(await ana.Challenge(), market.Code(seed))).MustRefuse(429, "too_many_attempts");
        market.Clock.Walk(slowed.Headers.RetryAfter!.Delta!.Value);
        (await Enter(await ana.Challenge(), market.Code(seed))).Must(201);
    }

    [Fact]
    public async Task A_recovery_code_works_once_and_new_ones_make_the_old_worthless()
    {
        var ana = await market.SignUp();
        var (_, codes) = await market.SetUpAuthenticator(ana);
        codes.Count.ShouldBe(10);
        codes.Distinct().Count().ShouldBe(10);
        codes.ShouldAllBe(c => c.Length == 29);
        (await Enter(await ana.Challenge(), codes[0].ToLowerInvariant())).Must(201);
        (await Enter(await ana.Challenge(), codes[0])).MustRefuse(401, "code_refused");
        (await market.Source.Command("SELECT string_agg(c::text, ' ') FROM users.recovery_codes c").Scalar<string>())!.ShouldNotContain(codes[1].Replace("-", ""));

        var renewed = (await ana.Visitor.Post("/api/v1/authenticator/recovery-codes")).Must().Json.GetProperty("codes").EnumerateArray().Select(c => c.GetString()!).ToList();
        (await Enter(await ana.Challenge(), codes[1])).MustRefuse(401, "code_refused");
        (await Enter(await ana.Challenge(), renewed[1])).Must(201);
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.AuthenticatorOn, SecurityChange.RecoveryCodeUsed, SecurityChange.RecoveryCodesMade, SecurityChange.RecoveryCodeUsed]);
    }

    [Fact]
    public async Task A_recovery_code_from_many_at_once_lets_one_in()
    {
        var ana = await market.SignUp();
        var (_, codes) = await market.SetUpAuthenticator(ana);
        var challenges = new List<string>();
        for (var i = 0; i < 6; i++) challenges.Add(await ana.Challenge());
        (await Task.WhenAll(challenges.Select(c => Enter(c, codes[3])))).Count(a => a.Status == 201).ShouldBe(1);
    }

    [Fact]
    public async Task A_mailed_link_is_half_a_sign_in_too_and_a_new_password_by_mail_as_well()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        using var browser = market.Visitor();
        (await browser.Submit("/sign-in/mail", "main form", new Dictionary<string, string?> { ["Input.Email"] = ana.Email })).Must(302);
        (await browser.Submit(await market.MailedLink(ana.Account, LinkPurpose.SignIn), "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/sign-in/code");
        (await browser.Get("/account")).Must(302);
        (await browser.Submit("/sign-in/code", "main form", Code("123456"))).Must(401).Html.QuerySelector(".errors").ShouldNotBeNull();
        (await browser.Submit("/sign-in/code?return_url=%2Flibrary", "main form", Code(market.Code(seed)))).Must(302).Location.ShouldBe("/library");
        (await browser.Get("/account")).Must();

        (await ana.Visitor.Post("/api/v1/password-links", new { email = ana.Email })).Must(204);
        using var forgetful = market.Visitor();
        (await forgetful.Submit(await market.PasswordLink(ana.Account), "main form", new Dictionary<string, string?> { ["Input.Password"] = "seven quiet owls on a ladder" })).Must(302)
            .Location!.ShouldStartWith("/sign-in/code");
        (await forgetful.Get("/account")).Must(302);
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await forgetful.Submit("/sign-in/code", "main form", Code(market.Code(seed)))).Must(302);
        (await forgetful.Get("/account")).Must();
    }

    [Fact]
    public async Task The_app_is_set_up_and_turned_off_by_the_pages_with_a_fresh_proof()
    {
        var ana = await market.SignUp();
        market.Clock.Walk(TimeSpan.FromMinutes(6));
        (await ana.Visitor.Get("/account/authenticator")).Must(302).Location.ShouldBe("/account/confirm?return_url=%2Faccount%2Fauthenticator");
        (await ana.Visitor.Post("/api/v1/authenticator")).MustRefuse(403, "step_up_required");
        (await ana.Visitor.Submit("/account/confirm?return_url=%2Faccount%2Fauthenticator", "main form", new Dictionary<string, string?> { ["Input.Password"] = ana.Password })).Must(302).Location.ShouldBe("/account/authenticator");

        (await ana.Visitor.Submit("/account/authenticator", "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/account/authenticator/setup");
        var setup = (await ana.Visitor.Get("/account/authenticator/setup")).Must();
        setup.Html.QuerySelector("main svg[role=img] path").ShouldNotBeNull();
        setup.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await ana.Visitor.Submit("/account/authenticator/setup", "main form", Code("000000"))).Must(401).Html.QuerySelector("main svg[role=img]").ShouldNotBeNull();
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);      // not confirmed: asked for by nobody

        var seed = SignInSteps.FromBase32(setup.Html.QuerySelector("details .mono")!.TextContent.Replace(" ", ""));
        var shown = (await ana.Visitor.Submit("/account/authenticator/setup", "main form", Code(market.Code(seed)))).Must();
        shown.Html.QuerySelectorAll("[data-recovery-codes] li").Length.ShouldBe(10);
        shown.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await ana.Visitor.Get("/account/authenticator")).Must().Html.QuerySelectorAll("[data-recovery-codes]").ShouldBeEmpty();
        await ana.Challenge();

        (await ana.Visitor.Submit("/account/authenticator", "form[action*='handler=Off']", new Dictionary<string, string?>())).Must(302);
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
        (await market.Source.Command("SELECT act FROM users.audit_log WHERE subject = $1 ORDER BY id", ana.Account).List(r => r.GetString(0))).ShouldBe(["users.authenticator_on", "users.authenticator_off"]);
    }

    [Fact]
    public async Task A_seed_that_waits_for_its_first_code_is_another_after_ten_minutes_and_one_in_use_is_not_shown()
    {
        var ana = await market.SignUp();
        async Task<string> Secret() => (await ana.Visitor.Post("/api/v1/authenticator")).Must().Json.GetProperty("secret").GetString()!;
        var first = await Secret();
        (await Secret()).ShouldBe(first);
        market.Clock.Walk(TimeSpan.FromMinutes(10));
        ana.Visitor.Carry((await ana.Visitor.Post("/api/v1/sessions/current/proof", new { password = ana.Password })).Must().Json.GetProperty("token").GetString()!);
        (await Secret()).ShouldNotBe(first);
        await market.SetUpAuthenticator(ana);
        (await ana.Visitor.Post("/api/v1/authenticator")).MustRefuse(409, "authenticator_on");
    }

    [Fact]
    public async Task The_seed_is_sealed_at_rest()
    {
        var ana = await market.SignUp();
        var ben = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        await market.SetUpAuthenticator(ben);
        (await market.Source.Command("SELECT encode(seed, 'hex') FROM users.authenticators WHERE account = $1", ana.Account).Scalar<string>())!.ShouldNotContain(Convert.ToHexStringLower(seed));
        // Another's ciphertext does not open.
        await market.Source.Command("UPDATE users.authenticators SET seed = (SELECT seed FROM users.authenticators WHERE account = $2) WHERE account = $1", ana.Account, ben.Account).Execute();
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        (await Enter(await ana.Challenge(), market.Code(seed))).Status.ShouldBe(500);
    }

    [Fact]
    public async Task A_challenge_lives_ten_minutes()
    {
        var ana = await market.SignUp();
        var (seed, _) = await market.SetUpAuthenticator(ana);
        var challenge = await ana.Challenge();
        market.Clock.Walk(TimeSpan.FromMinutes(10));
        (await Enter(challenge, market.Code(seed))).MustRefuse(401, "challenge_expired");
    }

    private static Dictionary<string, string?> Code(string code) => new() { ["Input.Code"] = code };

    private async Task<Answer> Enter(string challenge, string code)
    {
        using var visitor = market.Visitor();
        return await visitor.Post("/api/v1/sessions/second-factor", new { challenge, code });
    }
}
