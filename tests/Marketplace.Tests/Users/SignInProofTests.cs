using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Step-up: who is signed in proves once more to be themselves.</summary>
public sealed class SignInProofTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task A_proof_is_fresh_for_five_minutes_and_gives_the_session_a_new_token()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).Must(204);
        market.Clock.Walk(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).MustRefuse(403, "step_up_required");

        var (before, sessions) = (ana.Visitor.Token!, await market.Everything.Command("SELECT count(*) FROM users.sessions").Scalar<long>());
        var proof = (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { password = ana.Password })).Must().Json;
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        ana.Visitor.Carry(proof.GetProperty("token").GetString()!);
        ana.Visitor.Token.ShouldNotBe(before);
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).Must(204);
        (await market.Everything.Command("SELECT count(*) FROM users.sessions").Scalar<long>()).ShouldBe(sessions);
    }

    [Fact]
    public async Task Every_act_on_a_way_in_asks_for_a_fresh_proof()
    {
        var ana = await market.SignUp();
        await market.Stale(ana);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Post, "/api/v1/authenticator", null),
            (HttpMethod.Post, "/api/v1/authenticator/confirmation", new { code = "123456" }),
            (HttpMethod.Post, "/api/v1/authenticator/recovery-codes", null),
            (HttpMethod.Delete, "/api/v1/authenticator", null),
            (HttpMethod.Put, "/api/v1/me/password", new { password = "seven quiet owls on a ladder" }),
            (HttpMethod.Post, "/api/v1/email-changes", new { email = "new@example.com" }),
            (HttpMethod.Delete, $"/api/v1/passkeys/{Guid.CreateVersion7()}", null),
        })
            (await ana.Visitor.Send(method, path, body)).MustRefuse(403, "step_up_required");
        foreach (var page in new[] { "/account/password", "/account/email", "/account/authenticator", "/account/authenticator/setup", "/account/passkeys/new", $"/account/passkeys/{Guid.CreateVersion7()}" })
            (await ana.Visitor.Get(page)).Must(302).Location.ShouldBe("/account/confirm?return_url=" + Uri.EscapeDataString(page));
    }

    [Fact]
    public async Task A_form_that_was_open_for_too_long_keeps_what_was_typed_and_says_where_to_confirm()
    {
        var ana = await market.SignUp();
        var shown = (await ana.Visitor.Get("/account/email")).Must();
        market.Clock.Walk(TimeSpan.FromMinutes(6));
        var again = (await ana.Visitor.Submit(shown, "/account/email", "main form", new Dictionary<string, string?> { ["Input.Email"] = "typed@example.com" })).Must(403);
        again.Html.QuerySelector("[data-errors] a")!.GetAttribute("href").ShouldBe("/account/confirm?return_url=%2Faccount%2Femail");
        again.Html.QuerySelector("input[name='Input.Email']")!.GetAttribute("value").ShouldBe("typed@example.com");
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task The_page_leads_back_into_the_market_only(string elsewhere)
    {
        var ana = await market.SignUp();
        var answer = await ana.Visitor.Submit("/account/confirm?return_url=" + Uri.EscapeDataString(elsewhere), "main form", new Dictionary<string, string?> { ["Input.Password"] = ana.Password });
        answer.Must(302).Location.ShouldBe("/account/security");
    }

    [Fact]
    public async Task Guesses_are_slowed_as_those_at_a_sign_in_are()
    {
        var ana = await market.SignUp();
        var answers = new List<Answer>();
        for (var i = 0; i < 8; i++) answers.Add(await ana.Visitor.Post("/api/v1/sessions/current/proof", new { password = "not the password" }));
        answers.Take(6).ShouldAllBe(a => a.Code == "proof_refused");
        answers[^1].MustRefuse(429, "too_many_attempts");
        (await ana.Visitor.Submit("/account/confirm", "main form", new Dictionary<string, string?> { ["Input.Password"] = ana.Password })).Must(429);
    }

    [Fact]
    public async Task Where_codes_guard_an_account_the_password_alone_is_no_proof()
    {
        var ana = await market.SignUp();
        var (seed, codes) = await market.SetUpAuthenticator(ana);
        market.Clock.Walk(TimeSpan.FromMinutes(6));
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { password = ana.Password })).MustRefuse(422, "code_needed");
        (await ana.Visitor.Get("/account/confirm")).Must().Html.QuerySelector("input[type=password]").ShouldBeNull();
        var proof = (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { code = market.Code(seed) })).Must().Json;
        ana.Visitor.Carry(proof.GetProperty("token").GetString()!);
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { code = market.Code(seed) })).MustRefuse(401, "code_refused");
        ana.Visitor.Carry((await ana.Visitor.Post("/api/v1/sessions/current/proof", new { code = codes[0] })).Must().Json.GetProperty("token").GetString()!);
        (await ana.Visitor.Delete("/api/v1/authenticator")).Must(204);
    }

    [Fact]
    public async Task Exactly_one_proof_is_given()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { })).MustRefuse(422, "invalid");
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { password = ana.Password, code = "123456" })).MustRefuse(422, "invalid");
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { code = "123456" })).MustRefuse(401, "code_refused");
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { link = new string('x', 43) })).MustRefuse(401, "proof_link_refused");
        (await ana.Visitor.Post("/api/v1/sessions/current/proof", new { passkey = new { challenge = "x", credential = "{}" } })).MustRefuse(401, "passkey_refused");
    }

    [Fact]
    public async Task Who_has_nothing_else_confirms_by_mail_in_the_same_session()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/sessions/current/proof-links")).MustRefuse(409, "proof_by_mail_refused");
        await market.Source.Command("UPDATE users.accounts SET password_hash = NULL WHERE id = $1", ana.Account).Execute();
        await market.Stale(ana);

        (await ana.Visitor.Submit("/account/confirm?return_url=%2Faccount%2Fpassword", "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/account/confirm/mail");
        var path = await market.MailedLink(ana.Account, LinkPurpose.Proof);

        // Another session of the same person is not the one that asked.
        using var elsewhere = market.Visitor();
        var nonce = (await elsewhere.Post("/api/v1/magic-links", new { email = ana.Email })).Must(202).Json.GetProperty("nonce").GetString();
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));
        elsewhere.Carry((await elsewhere.Post("/api/v1/magic-links/consume", new { token, nonce })).Must(201).Json.GetProperty("token").GetString()!);
        (await elsewhere.Post("/api/v1/sessions/current/proof", new { link = SignInSteps.TokenOf(path) })).MustRefuse(401, "proof_link_refused");

        (await ana.Visitor.Get(path)).Must();
        (await ana.Visitor.Get("/account/password")).Must(302);
        (await ana.Visitor.Submit(path, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/account/password");
        (await ana.Visitor.Get("/account/password")).Must();
        (await ana.Visitor.Submit(path, "main form", new Dictionary<string, string?>())).Must(401);
    }

    [Fact]
    public async Task A_mailed_sign_in_is_no_fresh_proof_where_there_is_more_to_ask_for()
    {
        var ana = await market.SignUp();
        using var elsewhere = market.Visitor();
        var nonce = (await elsewhere.Post("/api/v1/magic-links", new { email = ana.Email })).Must(202).Json.GetProperty("nonce").GetString();
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn));
        elsewhere.Carry((await elsewhere.Post("/api/v1/magic-links/consume", new { token, nonce })).Must(201).Json.GetProperty("token").GetString()!);
        (await elsewhere.Post("/api/v1/authenticator")).MustRefuse(403, "step_up_required");
        (await elsewhere.Post("/api/v1/sessions/current/proof", new { password = ana.Password })).Must();
    }
}
