using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Marketplace.Users;

/// <summary>An account whose link was opened.</summary>
internal sealed record LinkedAccount(Guid Account, string Email, string Username, string DisplayName, bool HasPassword);

/// <summary>
/// Links to choose a password by: 256 random bits of which only the hash is kept, good for a day and for one use. The token travels to the
/// mailer sealed; the mail is the only place where it stands in clear.
/// </summary>
internal sealed class PasswordLinks(NpgsqlDataSource source, UnitOfWork work, Secrets secrets, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Joins the transaction; the mail follows by its event.</summary>
    public async Task Make(Guid account, PasswordLinkReason reason)
    {
        var (id, token, now) = (Ids.New(clock), WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)), clock.GetUtcNow());
        await work.Command(
            "INSERT INTO users.password_links (id, account, token_hash, reason, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            id, account, Session.HashOf(token), Naming.Snake(reason.ToString()), now, now + Life).Execute();
        work.Publish(new PasswordLinkAsked(account, id, reason, secrets.Seal(Row(id), WebEncoders.Base64UrlDecode(token)), now + Life));
    }

    /// <summary>For the mailer.</summary>
    public async Task<string?> PathOf(PasswordLinkAsked asked, CancellationToken stop)
    {
        var open = await source.Command(
            "SELECT EXISTS (SELECT FROM users.password_links WHERE id = $1 AND used_at IS NULL AND expires_at > $2)", asked.Link, clock.GetUtcNow()).Scalar<bool>(stop);
        return open ? "/choose-password?token=" + WebEncoders.Base64UrlEncode(secrets.Open(Row(asked.Link), asked.SealedToken)) : null;
    }

    /// <summary>Looks and uses up nothing: mail scanners open links, too.</summary>
    /// <returns>Null when the link is used up, expired, or none.</returns>
    public async Task<LinkedAccount?> Find(string? token)
    {
        if (token?.Length != Session.TokenLength) return null;
        return (await source.Command(
            """
            SELECT a.id, a.email, a.username, a.display_name, a.password_hash IS NOT NULL FROM users.password_links l JOIN users.accounts a ON a.id = l.account
            WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND a.status IN ('active', 'suspended')
            """, Session.HashOf(token), clock.GetUtcNow())
            .List(r => new LinkedAccount(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetBoolean(4)))).SingleOrDefault();
    }

    /// <summary>Uses it up, and with it every other link of the account. Of many at once one succeeds. Joins the transaction.</summary>
    public async Task<bool> Use(string token)
    {
        var now = clock.GetUtcNow();
        var account = await work.Command(
            "UPDATE users.password_links SET used_at = greatest($2, asked_at) WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING account",
            Session.HashOf(token), now).Scalar<Guid?>();
        if (account is null) return false;
        await work.Command("UPDATE users.password_links SET used_at = greatest($2, asked_at) WHERE account = $1 AND used_at IS NULL", account, now).Execute();
        return true;
    }

    private static string Row(Guid id) => $"users.password_links/{id}";
}

/// <summary>Forgets links a month after their end.</summary>
internal sealed class PurgePasswordLinks(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        source.Command("DELETE FROM users.password_links WHERE expires_at < $1", now.AddDays(-30)).Execute(stop);
}
