using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

/// <summary>What is kept about ways in is handed out without its secrets, and forgotten.</summary>
public sealed class SignInDataTests
{
    private static readonly string[] Sections = ["sessions", "mailed_links", "authenticator", "passkeys"];

    [Fact]
    public async Task It_is_exported_without_secrets_and_erased_with_the_person_alone()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        foreach (var person in new[] { ana, ben })
        {
            using var own = new SoftPasskey();
            await person.AddPasskey(own, "Drawer phone");
            await market.SetUpAuthenticator(person);
            (await person.Visitor.Post("/api/v1/magic-links", new { email = person.Email })).Must(202);
            (await person.Visitor.Post("/api/v1/password-links", new { email = person.Email })).Must(204);
            (await person.Visitor.Post("/api/v1/email-verifications")).Must(204);
            await person.Challenge();
        }

        var exported = await Export(market, ana.Account);
        exported.Keys.ShouldBe(Sections, ignoreOrder: true);
        exported["passkeys"].ShouldContain("Drawer phone");
        exported["mailed_links"].ShouldContain(ana.Email);
        exported["sessions"].ShouldContain("127.0.0.1");
        string.Concat(exported.Values).ShouldNotContain("hash");
        string.Concat(exported.Values).ShouldNotContain("seed");

        for (var twice = 0; twice < 2; twice++)
        {
            await market.Do(async services =>
            {
                foreach (var data in services.GetServices<IPersonalData>().Where(d => Sections.Contains(d.Section))) await data.Erase(ana.Account);
            });
        }

        (await Export(market, ana.Account)).ShouldBeEmpty();
        foreach (var table in new[] { "sessions", "mailed_links", "password_links", "authenticators", "recovery_codes", "passkeys", "pending_sign_ins" })
        {
            (await market.Everything.Command($"SELECT count(*) FROM users.{table} WHERE account = $1", ana.Account).Scalar<long>()).ShouldBe(0, table);
            (await market.Everything.Command($"SELECT count(*) FROM users.{table} WHERE account = $1", ben.Account).Scalar<long>()).ShouldBeGreaterThan(0, table);
        }

        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ben.Visitor.Get("/api/v1/me")).Must();
    }

    private static Task<Dictionary<string, string>> Export(Market market, Guid account) => market.Do(async services =>
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var data in services.GetServices<IPersonalData>().Where(d => Sections.Contains(d.Section)))
        {
            if (await data.Export(account) is { } section) kept[data.Section] = System.Text.Json.JsonSerializer.Serialize(section, JsonStyle.Options);
        }

        return kept;
    });
}
