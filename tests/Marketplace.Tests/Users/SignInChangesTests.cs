using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Another password, another address, and the way back.</summary>
public sealed class SignInChangesTests : IAsyncLifetime
{
    private const string NewPassword = "seven quiet owls on a ladder";

    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task A_new_password_signs_out_everywhere_else_and_is_told()
    {
        var ana = await market.SignUp();
        var here = ana.Visitor.Token!;
        await ana.SignIn();
        (await ana.Visitor.Put("/api/v1/me/password", new { password = "password1234" })).MustRefuse(422, "invalid");
        (await ana.Visitor.Put("/api/v1/me/password", new { password = ana.Email })).MustRefuse(422, "invalid");
        (await ana.Visitor.Submit("/account/password", "main form", new Dictionary<string, string?> { ["Input.Password"] = NewPassword })).Must(302).Location.ShouldBe("/account/security");
        (await ana.Visitor.Get("/api/v1/me")).Must();
        ana.Visitor.Token = here;
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).MustRefuse(401, "sign_in_failed");
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = NewPassword })).Must(201);
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.PasswordChanged]);
        (await Acts(ana.Account)).ShouldBe(["users.password_changed"]);
        await market.Drain();
        (await market.Mails(ana)).Select(m => m.Subject).ShouldContain("Your password has changed");
    }

    [Fact]
    public async Task A_password_chosen_by_mail_is_told_too()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/password-links", new { email = ana.Email })).Must(204);
        using var browser = market.Visitor();
        (await browser.Submit(await market.PasswordLink(ana.Account), "main form", new Dictionary<string, string?> { ["Input.Password"] = NewPassword })).Must(302).Location.ShouldBe("/account");
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.PasswordChanged]);
        (await Acts(ana.Account)).ShouldBe(["users.password_changed"]);
    }

    [Fact]
    public async Task A_new_address_counts_when_its_link_is_followed_and_the_old_one_can_undo_it_for_seven_days()
    {
        var ana = await market.SignUp();
        var wanted = UsersSteps.NewEmail();
        (await ana.Visitor.Submit("/account/email", "main form", new Dictionary<string, string?> { ["Input.Email"] = wanted })).Must(302).Location.ShouldBe("/account/email?sent=true");
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("email").GetString().ShouldBe(ana.Email);
        (await market.TryMailedLink(ana.Account, LinkPurpose.ChangeEmail))!.Email.ShouldBe(wanted);

        var path = await market.MailedLink(ana.Account, LinkPurpose.ChangeEmail);
        using var browser = market.Visitor();
        for (var i = 0; i < 3; i++) (await browser.Get(path)).Must().Text.ShouldContain(wanted);
        (await browser.Submit(path, "main form", new Dictionary<string, string?>())).Must(302);
        (await browser.Get(path)).Must().Html.QuerySelector("main form").ShouldBeNull();
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("email").GetString().ShouldBe(wanted);
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).MustRefuse(401, "sign_in_failed");
        (await ana.Visitor.Post("/api/v1/sessions", new { email = wanted, password = ana.Password })).Must(201);

        await market.Drain();
        var told = (await market.Mails(ana)).Single(m => m.Subject == "The address of your account has changed");      // to the old address
        var back = await market.MailedLink(ana.Account, LinkPurpose.RevertEmail);
        told.Plain.ShouldContain(back);
        market.Clock.Walk(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await browser.Submit(back, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/sign-in");
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
        (await market.PasswordLink(ana.Account)).ShouldNotBeNull();
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.EmailChanged, SecurityChange.EmailReverted]);
        (await Acts(ana.Account)).ShouldBe(["users.email_changed", "users.email_reverted"]);
        (await browser.Post("/api/v1/email-reversions", new { token = SignInSteps.TokenOf(back) })).MustRefuse(409, "email_link_used");
    }

    [Fact]
    public async Task After_seven_days_a_change_stands()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).Must(204);
        (await ana.Visitor.Post("/api/v1/email-confirmations", new { token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.ChangeEmail)) })).Must(204);
        var back = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.RevertEmail));
        market.Clock.Walk(TimeSpan.FromDays(7));
        (await ana.Visitor.Post("/api/v1/email-reversions", new { token = back })).MustRefuse(409, "email_link_used");
    }

    [Fact]
    public async Task Whether_a_wanted_address_is_taken_is_not_told_and_nothing_is_mailed_there()
    {
        var ana = await market.SignUp();
        var ben = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = ana.Email })).MustRefuse(422, "invalid");
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = ben.Email })).Must(204);
        (await market.Events("users.mailed_link_asked", ana.Account)).ShouldBeEmpty();

        // Free when asked for, taken when confirmed.
        var wanted = UsersSteps.NewEmail();
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = wanted })).Must(204);
        var token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.ChangeEmail));
        (await market.Visitor().Post("/api/v1/accounts", new { email = wanted, password = UsersSteps.Password, display_name = "Eve" })).Must(201);
        (await ana.Visitor.Post("/api/v1/email-confirmations", new { token })).MustRefuse(409, "email_taken");
    }

    [Fact]
    public async Task Of_two_wanted_addresses_the_last_counts_and_twenty_presses_change_it_once()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).Must(204);
        var first = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.ChangeEmail));
        (await ana.Visitor.Post("/api/v1/email-changes", new { email = UsersSteps.NewEmail() })).Must(204);
        var second = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.ChangeEmail));
        (await ana.Visitor.Post("/api/v1/email-confirmations", new { token = first })).MustRefuse(409, "email_link_used");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ana.Visitor.Post("/api/v1/email-confirmations", new { token = second })));
        answers.Count(a => a.Status == 204).ShouldBe(1);
        (await market.Secured(ana.Account)).ShouldBe([SecurityChange.EmailChanged]);
    }

    [Fact]
    public async Task The_own_address_is_verified_by_a_link_that_is_for_it_alone()
    {
        var ana = await market.SignUp();
        (await ana.Visitor.Get("/account/security")).Must().Html.QuerySelector("form[action*='handler=Verify']").ShouldNotBeNull();
        (await ana.Visitor.Submit("/account/security", "form[action*='handler=Verify']", new Dictionary<string, string?>())).Must(302);
        var path = await market.MailedLink(ana.Account, LinkPurpose.VerifyEmail);
        (await ana.Visitor.Post("/api/v1/email-reversions", new { token = SignInSteps.TokenOf(path) })).MustRefuse(409, "email_link_used");
        (await ana.Visitor.Post("/api/v1/magic-links/consume", new { token = SignInSteps.TokenOf(path), nonce = new string('x', 43) })).MustRefuse(401, "magic_link_refused");
        (await ana.Visitor.Submit(path, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/account/security");
        (await ana.Visitor.Get("/account/security")).Must().Html.QuerySelector("form[action*='handler=Verify']").ShouldBeNull();
        (await ana.Visitor.Post("/api/v1/email-verifications")).MustRefuse(409, "email_verified");
    }

    private Task<List<string>> Acts(Guid account) => market.Source.Command("SELECT act FROM users.audit_log WHERE subject = $1 ORDER BY id", account).List(r => r.GetString(0));
}
