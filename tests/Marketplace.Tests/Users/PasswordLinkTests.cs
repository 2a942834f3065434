using System.Text.Json;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

public sealed class PasswordLinkTests : MarketTest
{
    private const string NewPassword = "seven quiet owls on a ladder";

    [Fact]
    public async Task Who_forgot_their_password_chooses_another_by_a_mailed_link_and_is_signed_out_elsewhere()
    {
        var person = await Market.SignUp("Ana");
        using var browser = Market.Visitor();
        (await browser.Get("/sign-in")).Must().Html.QuerySelector("a[href='/forgot-password']").ShouldNotBeNull();
        var asked = await browser.Submit("/forgot-password", "main form", new Dictionary<string, string?> { ["Input.Email"] = person.Email.ToUpperInvariant() });
        (await browser.Get(asked.Must(302).Location!)).Must().Html.QuerySelector("main form").ShouldBeNull();

        var path = await Market.PasswordLink(person.Account);
        for (var scanned = 0; scanned < 3; scanned++)
        {
            var shown = (await browser.Get(path)).Must();
            shown.Text.ShouldContain(person.Email);
            shown.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
            shown.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }

        (await browser.Submit(path, "main form", new Dictionary<string, string?> { ["Input.Password"] = "password1234" })).Must(422).Html.QuerySelector(".errors").ShouldNotBeNull();
        (await browser.Submit(path, "main form", new Dictionary<string, string?> { ["Input.Password"] = person.Email })).Must(422);
        (await browser.Submit(path, "main form", new Dictionary<string, string?> { ["Input.Password"] = NewPassword })).Must(302).Location.ShouldBe("/account");

        (await browser.Get("/account")).Must().Text.ShouldContain(person.Email);
        (await person.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await person.Visitor.Post("/api/v1/sessions", new { email = person.Email, password = person.Password })).MustRefuse(401, "sign_in_failed");
        (await person.Visitor.Post("/api/v1/sessions", new { email = person.Email, password = NewPassword })).Must(201);
        (await Market.Count("SELECT count(*) FROM users.accounts WHERE id = $1 AND email_verified_at IS NOT NULL", person.Account)).ShouldBe(1);
        (await browser.Get(path)).Must().Html.QuerySelector("main form").ShouldBeNull();
    }

    [Fact]
    public async Task A_link_is_used_once_even_by_many_at_once_and_voids_its_siblings()
    {
        var person = await Market.SignUp("Ana");
        var paths = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            (await person.Visitor.Post("/api/v1/password-links", new { email = person.Email })).Must(204);
            paths.Add(await Market.PasswordLink(person.Account));
        }

        paths.Distinct().Count().ShouldBe(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Choose(Market, Token(paths[0]), $"{NewPassword} {i}")));

        answers.Count(a => a.Status == 204).ShouldBe(1);
        answers.Where(a => a.Status != 204).ShouldAllBe(a => a.Code == "password_link_used");
        (await Choose(Market, Token(paths[1]), NewPassword)).MustRefuse(409, "password_link_used");
        (await Choose(Market, new string('x', 43), NewPassword)).MustRefuse(409, "password_link_used");
    }

    [Fact]
    public async Task A_link_lives_a_day_and_an_old_one_is_not_mailed()
    {
        await using var market = await OwnMarket.Open();
        var person = await market.SignUp("Ana");
        (await person.Visitor.Post("/api/v1/password-links", new { email = person.Email })).Must(204);
        var path = await market.PasswordLink(person.Account);
        market.Clock.Walk(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        using var browser = market.Visitor();
        (await browser.Get(path)).Must().Html.QuerySelector("main form").ShouldNotBeNull();
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await browser.Get(path)).Must().Html.QuerySelector("main form").ShouldBeNull();
        (await Choose(market, Token(path), NewPassword)).MustRefuse(409, "password_link_used");
        (await market.TryPasswordLink(person.Account)).ShouldBeNull();

        market.Clock.Walk(TimeSpan.FromDays(31));
        await market.Run<PurgePasswordLinks>();
        (await market.Count("SELECT count(*) FROM users.password_links")).ShouldBe(0);
    }

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_and_both_are_throttled()
    {
        await using var market = await OwnMarket.Open();
        var person = await market.SignUp("Ana");
        using var asker = market.Visitor();
        var answers = new Dictionary<string, List<Answer>>(StringComparer.Ordinal);
        foreach (var email in new[] { person.Email, UsersSteps.NewEmail() })
        {
            answers[email] = [];
            for (var i = 0; i < 6; i++) answers[email].Add(await asker.Post("/api/v1/password-links", new { email }));
        }

        var (known, unknown) = (answers[person.Email], answers.Values.Last());
        known.Select(a => (a.Status, a.Code)).ShouldBe(unknown.Select(a => (a.Status, a.Code)));
        known[0].Must(204);
        known[^1].MustRefuse(429, "too_many_attempts").Headers.RetryAfter.ShouldNotBeNull();
        (await market.Count("SELECT count(DISTINCT account) FROM users.password_links")).ShouldBe(1);
    }

    [Fact]
    public async Task The_token_lies_nowhere_in_clear()
    {
        var person = await Market.SignUp("Ana");
        (await person.Visitor.Post("/api/v1/password-links", new { email = person.Email })).Must(204);
        var token = Token(await Market.PasswordLink(person.Account));
        var bytes = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(token);
        var payload = (await Market.Events("users.password_link_asked", person.Account)).Single();
        payload.ShouldNotContain(token);
        payload.ShouldNotContain(Convert.ToBase64String(bytes));
        (await Market.Count("SELECT count(*) FROM users.password_links WHERE token_hash = $1 OR encode(token_hash, 'escape') LIKE '%' || $2 || '%'", bytes, token)).ShouldBe(0);

        // A sealed token opens only as that of its own link.
        var asked = JsonSerializer.Deserialize<PasswordLinkAsked>(payload, JsonStyle.Options)!;
        (await person.Visitor.Post("/api/v1/password-links", new { email = person.Email })).Must(204);
        var other = JsonSerializer.Deserialize<PasswordLinkAsked>((await Market.Events("users.password_link_asked", person.Account))[^1], JsonStyle.Options)!;
        await Should.ThrowAsync<System.Security.Cryptography.CryptographicException>(() => Market.Do(s => s.GetRequiredService<IUsers>().OpenPasswordLink(asked with { Link = other.Link })));
    }

    private static string Token(string path) => path["/choose-password?token=".Length..];

    private static async Task<Answer> Choose(Market market, string token, string password)
    {
        using var visitor = market.Visitor();
        return await visitor.Post("/api/v1/passwords", new { token, password });
    }
}
