using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A link to make.</summary>
/// <param name="Account">Null: nobody has the address; the same is done, and nothing is mailed.</param>
internal sealed record WantedLink(Guid? Account, LinkPurpose Purpose, TimeSpan Life)
{
    /// <summary>Of the browser that asks.</summary>
    public string? Nonce { get; init; }

    public Platform? Platform { get; init; }

    public Guid? Session { get; init; }

    public string? Email { get; init; }

    public string? ReturnUrl { get; init; }
}

/// <summary>A link that somebody followed.</summary>
internal sealed record FollowedLink(Guid Id, Guid Account, LinkPurpose Purpose, string? Email, string? ReturnUrl);

/// <summary>
/// Links that are mailed and followed once: 256 random bits of which only the hash is kept. The token travels to the mailer sealed; the
/// mail is the only place where it stands in clear.
/// </summary>
internal sealed class MailedLinks(NpgsqlDataSource source, UnitOfWork work, Secrets secrets, TimeProvider clock)
{
    /// <summary>Joins the transaction; the mail follows by its event.</summary>
    public async Task Make(WantedLink wanted)
    {
        var (id, token, now) = (Ids.New(clock), RandomNumberGenerator.GetBytes(32), clock.GetUtcNow());
        var sealedToken = secrets.Seal(Row(id), token);
        await work.Command(
            """
            INSERT INTO users.mailed_links (id, account, purpose, token_hash, nonce_hash, platform, session, email, return_url, asked_at, expires_at)
            VALUES ($1, $2::uuid, $3, $4, $5::bytea, $6::text, $7::uuid, $8::text, $9::text, $10, $11)
            """,
            id, wanted.Account, Naming.Snake(wanted.Purpose.ToString()), Session.HashOf(WebEncoders.Base64UrlEncode(token)), wanted.Nonce is { } nonce ? Session.HashOf(nonce) : null,
            wanted.Platform is { } platform ? Naming.Snake(platform.ToString()) : null, wanted.Session, wanted.Email, wanted.ReturnUrl, now, now + wanted.Life).Execute();
        if (wanted.Account is { } account) work.Publish(new MailedLinkAsked(account, id, wanted.Purpose, sealedToken, now + wanted.Life));
    }

    /// <summary>For the mailer.</summary>
    public async Task<MailedLinkLetter?> Letter(MailedLinkAsked asked, CancellationToken stop)
    {
        var open = (await source.Command(
                "SELECT email FROM users.mailed_links WHERE id = $1 AND used_at IS NULL AND expires_at > $2", asked.Link, clock.GetUtcNow())
            .List(r => r.IsDBNull(0) ? "" : r.GetString(0), stop)).SingleOrDefault();
        if (open is null) return null;
        var page = asked.Purpose switch
        {
            LinkPurpose.SignIn => "/sign-in/link",
            LinkPurpose.Proof => "/account/confirm/link",
            LinkPurpose.RevertEmail => "/revert-email",
            _ => "/confirm-email",
        };
        // Those two go where the account's own address is not, or is no more.
        var elsewhere = asked.Purpose is LinkPurpose.ChangeEmail or LinkPurpose.RevertEmail;
        return new MailedLinkLetter($"{page}?token={WebEncoders.Base64UrlEncode(secrets.Open(Row(asked.Link), asked.SealedToken))}", elsewhere ? open : null);
    }

    /// <summary>Looks and uses up nothing: mail scanners open links, too.</summary>
    /// <returns>Null when the link is used up, expired, or none.</returns>
    public async Task<FollowedLink?> Find(string? token, params LinkPurpose[] purposes) => token?.Length != Session.TokenLength
        ? null
        : (await source.Command(
                "SELECT id, account, purpose, email, return_url FROM users.mailed_links WHERE token_hash = $1 AND purpose = ANY($2) AND used_at IS NULL AND expires_at > $3 AND account IS NOT NULL",
                Session.HashOf(token), Names(purposes), clock.GetUtcNow())
            .List(Followed)).SingleOrDefault();

    /// <summary>Uses it up: of many at once one succeeds. What the link is bound to must be given, or it stays. Joins the transaction.</summary>
    public async Task<FollowedLink?> Use(string token, LinkPurpose[] purposes, string? nonce = null, Platform? platform = null, Guid? session = null) => token.Length != Session.TokenLength
        ? null
        : (await work.Command(
                """
                UPDATE users.mailed_links SET used_at = greatest($3, asked_at)
                WHERE token_hash = $1 AND purpose = ANY($2) AND used_at IS NULL AND expires_at > $3 AND account IS NOT NULL
                  AND nonce_hash IS NOT DISTINCT FROM $4::bytea AND platform IS NOT DISTINCT FROM $5::text AND session IS NOT DISTINCT FROM $6::uuid
                RETURNING id, account, purpose, email, return_url
                """,
                Session.HashOf(token), Names(purposes), clock.GetUtcNow(), nonce is null ? null : Session.HashOf(nonce), platform is { } p ? Naming.Snake(p.ToString()) : null, session)
            .List(Followed)).SingleOrDefault();

    /// <summary>Makes the account's open links of these purposes worthless. Joins the transaction.</summary>
    public Task Void(Guid account, params LinkPurpose[] purposes) => work.Command(
        "UPDATE users.mailed_links SET used_at = greatest($3, asked_at) WHERE account = $1 AND purpose = ANY($2) AND used_at IS NULL", account, Names(purposes), clock.GetUtcNow()).Execute();

    private static string[] Names(LinkPurpose[] purposes) => purposes.Select(p => Naming.Snake(p.ToString())).ToArray();

    private static FollowedLink Followed(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), Enum.Parse<LinkPurpose>(r.GetString(2).Replace("_", "", StringComparison.Ordinal), true), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4));

    private static string Row(Guid id) => $"users.mailed_links/{id}";
}

/// <summary>Forgets links, pending sign-ins and spent challenges a while after their end.</summary>
internal sealed class PurgeMailedLinks(NpgsqlDataSource source) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await source.Command("DELETE FROM users.mailed_links WHERE expires_at < $1", now.AddDays(-30)).Execute(stop);
        await source.Command("DELETE FROM users.pending_sign_ins WHERE expires_at < $1", now.AddDays(-1)).Execute(stop);
        await source.Command("DELETE FROM users.spent_challenges WHERE spent_at < $1", now.AddDays(-1)).Execute(stop);
    }
}
