using System.Text.Json;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class PasswordLinkSteps
{
    /// <summary>The payloads of an event with this key, oldest first.</summary>
    public static Task<List<string>> Events(this Market market, string name, Guid key) =>
        market.Source.Command("SELECT payload::text FROM kernel.outbox WHERE event = $1 AND key = $2 ORDER BY id", name, key.ToString()).List(r => r.GetString(0));

    /// <summary>What the mailer puts into the last mail about a password; null when there is nothing to mail.</summary>
    public static async Task<string?> TryPasswordLink(this Market market, Guid account)
    {
        var asked = JsonSerializer.Deserialize<PasswordLinkAsked>((await market.Events("users.password_link_asked", account))[^1], JsonStyle.Options)!;
        return await market.Do(services => services.GetRequiredService<IUsers>().OpenPasswordLink(asked));
    }

    public static async Task<string> PasswordLink(this Market market, Guid account) => (await market.TryPasswordLink(account)).ShouldNotBeNull();
}
