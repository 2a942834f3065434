using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Marketplace.Users;

/// <summary>What both directions do.</summary>
internal static class EmailChanges
{
    public static async Task Put(Guid account, string email, ILookupNormalizer normalizer, UnitOfWork work, TimeProvider clock)
    {
        try
        {
            await work.Command(
                "UPDATE users.accounts SET email = $2, normalized_email = $3, email_verified_at = $4, security_stamp = $5 WHERE id = $1",
                account, email, normalizer.NormalizeEmail(email), clock.GetUtcNow(), Guid.CreateVersion7().ToString("N")).Execute();
        }
        catch (PostgresException error) when (error.ConstraintName == "accounts_email_unique")
        {
            throw AccountStore.Taken[0].Refusal;
        }

        // A link to the address that was must not open the account any more.
        await work.Command("UPDATE users.password_links SET used_at = greatest($2, asked_at) WHERE account = $1 AND used_at IS NULL", account, clock.GetUtcNow()).Execute();
    }

    public static Refused Used() => new("email_link_used", 409, "This link has been used, or it is too old. Ask for a new one.");
}
