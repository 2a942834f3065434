using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The answer to a sign-in: the token is shown here and never again.</summary>
internal sealed record Entry(string Token, DateTimeOffset ExpiresAt, AccountView Account);

/// <summary>By what somebody proved to be themselves.</summary>
internal enum Way
{
    /// <summary>Or by making the account just now.</summary>
    Password,

    /// <summary>Needs no second factor: it is two in one, the device and who unlocks it.</summary>
    Passkey,
    MailedLink,

    /// <summary>After one of the others.</summary>
    Code,
}

/// <summary>In, or asked for a code first.</summary>
internal sealed record Entered(Entry? Entry, string? Challenge)
{
    /// <exception cref="Refused">401 <c>second_factor_required</c>, with the challenge to be sent with the code.</exception>
    public Entry OrRefuse() => Entry ?? throw new Refused("second_factor_required", 401, "Give a code of your authenticator app, too.") { Challenge = Challenge };
}

/// <summary>Lets people in. Every sign-in makes a new token: one that somebody else planted before is worth nothing after.</summary>
internal sealed class Entrance(NpgsqlDataSource source, UnitOfWork work, UsersDb db, TimeProvider clock)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Opens a session, unless the account's authenticator is to be asked first. Joins the transaction.</summary>
    /// <exception cref="Refused">403 <c>account_banned</c>, 401 <c>sign_in_failed</c> for one that is erased.</exception>
    public async Task<Entered> Enter(Guid account, Way way, Visit visit, Platform platform)
    {
        await work.ActFor(account);
        var known = (await work.Command(
            """
            SELECT a.status, EXISTS (SELECT FROM users.authenticators f WHERE f.account = a.id AND f.confirmed_at IS NOT NULL),
                   a.password_hash IS NOT NULL OR EXISTS (SELECT FROM users.passkeys p WHERE p.account = a.id),
                   EXISTS (SELECT FROM users.sessions s WHERE s.account = a.id),
                   EXISTS (SELECT FROM users.sessions s WHERE s.account = a.id AND s.address <<= $2::cidr AND s.user_agent = $3)
            FROM users.accounts a WHERE a.id = $1
            """, account, visit.Prefix, visit.UserAgent)
            .List(r => (Status: r.GetString(0), AsksCode: r.GetBoolean(1), HasStronger: r.GetBoolean(2), HasBeenHere: r.GetBoolean(3), FromHere: r.GetBoolean(4)))).Single();
        if (known.Status == "banned") throw new Refused("account_banned", 403, "This account is banned.");
        if (known.Status == "deleted") throw new Refused("sign_in_failed", 401, "The e-mail address or the password is wrong.");
        if (known.AsksCode && way is (Way.Password or Way.MailedLink)) return new Entered(null, await Pend(account, platform));

        // A mailbox alone is not enough to change how one signs in, where there is more to ask for.
        var proved = way != Way.MailedLink || !known.HasStronger;
        var session = Session.Open(account, visit, platform, proved, clock, out var token);
        db.Sessions.Add(session);
        if (known.HasBeenHere && !known.FromHere) work.Publish(new AccountSecured(account, SecurityChange.NewDevice, session.Id) { Device = Devices.NameOf(visit.UserAgent) });
        var view = await AccountView.Read(account, db);
        return new Entered(new Entry(token, session.CreatedAt + Session.Lifetime(view.Rights.Count > 0).Absolute, view), null);
    }

    /// <summary>Whose code a challenge waits for; null when it is used, old or none.</summary>
    public async Task<Guid?> Waiting(string? challenge) => challenge?.Length != Session.TokenLength ? null : await source.Command(
        "SELECT account FROM users.pending_sign_ins WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2", Session.HashOf(challenge), clock.GetUtcNow()).Scalar<Guid?>();

    /// <summary>Uses the challenge up: of many at once one succeeds. Joins the transaction.</summary>
    public async Task<Platform?> Admit(string challenge)
    {
        var platform = await work.Command(
            "UPDATE users.pending_sign_ins SET used_at = greatest($2, asked_at) WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING platform",
            Session.HashOf(challenge), clock.GetUtcNow()).Scalar<string>();
        return platform is null ? null : Enum.Parse<Platform>(platform, true);
    }

    private async Task<string> Pend(Guid account, Platform platform)
    {
        var (challenge, now) = (WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)), clock.GetUtcNow());
        await work.Command(
            "INSERT INTO users.pending_sign_ins (id, account, token_hash, platform, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            Ids.New(clock), account, Session.HashOf(challenge), Naming.Snake(platform.ToString()), now, now + Patience).Execute();
        return challenge;
    }
}
