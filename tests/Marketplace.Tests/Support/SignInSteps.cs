using System.Text.Json;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class SignInSteps
{
    /// <summary>What the mailer puts into the last mail of this purpose; null when there is nothing to mail.</summary>
    public static async Task<MailedLinkLetter?> TryMailedLink(this Market market, Guid account, LinkPurpose purpose)
    {
        var asked = (await market.Events("users.mailed_link_asked", account)).Select(e => JsonSerializer.Deserialize<MailedLinkAsked>(e, JsonStyle.Options)!).Last(e => e.Purpose == purpose);
        return await market.Do(services => services.GetRequiredService<IUsers>().OpenMailedLink(asked));
    }

    public static async Task<string> MailedLink(this Market market, Guid account, LinkPurpose purpose) => (await market.TryMailedLink(account, purpose)).ShouldNotBeNull().Path;

    public static string TokenOf(string path) => path[(path.IndexOf("token=", StringComparison.Ordinal) + 6)..];

    /// <summary>What was told to the owner about ways to sign in, oldest first.</summary>
    public static async Task<List<SecurityChange>> Secured(this Market market, Guid account) =>
        (await market.Events("users.account_secured", account)).ConvertAll(e => JsonSerializer.Deserialize<AccountSecured>(e, JsonStyle.Options)!.Change);

    /// <summary>Sets up an authenticator app by the API.</summary>
    /// <returns>Its seed, and the recovery codes.</returns>
    public static async Task<(byte[] Seed, List<string> Codes)> SetUpAuthenticator(this OwnMarket market, Person person)
    {
        var setup = (await person.Visitor.Post("/api/v1/authenticator")).Must().Json;
        var seed = FromBase32(setup.GetProperty("secret").GetString()!);
        var codes = (await person.Visitor.Post("/api/v1/authenticator/confirmation", new { code = Totp.Code(seed, Totp.StepAt(market.Clock.GetUtcNow())) })).Must().Json;
        return (seed, codes.GetProperty("codes").EnumerateArray().Select(c => c.GetString()!).ToList());
    }

    /// <summary>The code of now, or of some steps from now.</summary>
    public static string Code(this OwnMarket market, byte[] seed, int steps = 0) => Totp.Code(seed, Totp.StepAt(market.Clock.GetUtcNow()) + steps);

    /// <summary>Half way in: a password given, a code owed.</summary>
    public static async Task<string> Challenge(this Person person) =>
        (await person.Visitor.Post("/api/v1/sessions", new { email = person.Email, password = person.Password })).MustRefuse(401, "second_factor_required").Json.GetProperty("challenge").GetString()!;

    /// <summary>The API's and the pages' token from now on.</summary>
    public static void Carry(this Visitor visitor, string token)
    {
        visitor.Token = token;
        visitor.Cookies.Add(visitor.Http.BaseAddress!, new System.Net.Cookie("session", token, "/"));
    }

    /// <summary>Everything that this session does from now on needs a new proof.</summary>
    public static Task Stale(this Market market, Person person) => market.Do(async services =>
    {
        await services.GetRequiredService<UnitOfWork>().ActFor(person.Account);
        await services.GetRequiredService<UnitOfWork>().Command("UPDATE users.sessions SET proved_at = 'epoch' WHERE account = $1", person.Account).Execute();
        services.GetRequiredService<LiveSessions>().ForgetAccount(person.Account, services.GetRequiredService<UnitOfWork>());
    });

    public static byte[] FromBase32(string text)
    {
        var (bytes, bits, held) = (new List<byte>(), 0, 0);
        foreach (var letter in text)
        {
            held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter);
            bits += 5;
            if (bits < 8) continue;
            bytes.Add((byte)(held >> (bits - 8)));
            bits -= 8;
            held &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
