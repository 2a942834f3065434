using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A session with what its owner may do, as the last look at the database found it.</summary>
internal sealed record LiveSession(
    Guid Id, Guid Account, string Name, bool Suspended, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ProvedAt, string[] Rights, string[] Capabilities, Guid? Impersonator = null)
{
    public bool HoldsRights => Rights.Length > 0;

    public ClaimsPrincipal Principal(string scheme)
    {
        var claims = new List<Claim>(12)
        {
            new(ClaimTypes.NameIdentifier, Account.ToString()),
            new(Caller.SessionClaim, Id.ToString()),
            new(Caller.NameClaim, Name),
        };
        // Who looks through another's eyes has proved nothing of them.
        claims.Add(Impersonator is { } staff ? new(Caller.ImpersonatorClaim, staff.ToString()) : new(Caller.ProvedClaim, ProvedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        // Who is suspended may sign in, read and appeal, but neither trade nor serve as staff.
        if (!Suspended)
        {
            claims.AddRange((Rights.Contains(Users.Rights.Owner, StringComparer.Ordinal) ? Users.Rights.All : Rights).Select(right => new Claim(Caller.RightClaim, right)));
            claims.AddRange(Capabilities.Select(capability => new Claim(Caller.CapabilityClaim, capability)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }
}

/// <summary>
/// Looks sessions up by their token and remembers them for five seconds, so that what one host ends is ended everywhere within
/// five; on this host at once.
/// </summary>
internal sealed class LiveSessions(NpgsqlDataSource source, LastSeen lastSeen, LiveKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, (LiveSession Session, DateTimeOffset At)> remembered = new(StringComparer.Ordinal);
    private readonly Lock door = new();
    private int changes;

    /// <returns>Null when there is no such session, it has ended or expired, or its account may not sign in.</returns>
    public async Task<LiveSession?> Find(string token, CancellationToken stop)
    {
        if (token.Length != Session.TokenLength) return null;
        var hash = Session.HashOf(token);
        var now = clock.GetUtcNow();
        var session = await Look(hash, now, stop);
        if (session is null || !Session.IsAlive(session.CreatedAt, lastSeen.Latest(session), session.HoldsRights, now)) return null;
        if (session.Impersonator is not null && now >= session.CreatedAt + Session.ImpersonationLife) return null;

        lastSeen.Note(session, now);
        return session;
    }

    /// <summary>Sessions and keys of the account are looked up anew once the transaction has committed.</summary>
    public void ForgetAccount(Guid account, UnitOfWork work)
    {
        keys.ForgetAccount(account, work);
        work.AfterCommit(() => Forget(session => session.Account == account));
    }

    public void ForgetSession(Guid id, UnitOfWork work) => work.AfterCommit(() => Forget(session => session.Id == id));

    private async Task<LiveSession?> Look(byte[] hash, DateTimeOffset now, CancellationToken stop)
    {
        var key = Convert.ToBase64String(hash);
        if (remembered.TryGetValue(key, out var known) && now - known.At < Freshness) return known.Session;

        var before = Volatile.Read(ref changes);
        var session = (await source.CommandOn("users.sessions",
            """
            SELECT s.id, s.account, a.display_name, a.status = 'suspended', s.created_at, s.last_seen_at, s.proved_at,
                   ARRAY(SELECT r.name FROM users.account_rights r WHERE r.account = a.id),
                   ARRAY(SELECT c.name FROM users.account_capabilities c WHERE c.account = a.id), s.impersonator
            FROM users.sessions s JOIN users.accounts a ON a.id = s.account
            WHERE s.token_hash = $1 AND s.ended_at IS NULL AND a.status IN ('active', 'suspended')
              AND (s.impersonator IS NULL OR EXISTS (SELECT FROM users.account_rights r JOIN users.accounts i ON i.id = r.account WHERE r.account = s.impersonator AND r.name IN ('people', 'owner') AND i.status = 'active'))
            """, hash).List(
            r => new LiveSession(
                r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetBoolean(3), r.GetFieldValue<DateTimeOffset>(4), r.GetFieldValue<DateTimeOffset>(5),
                r.GetFieldValue<DateTimeOffset>(6), r.GetFieldValue<string[]>(7), r.GetFieldValue<string[]>(8), r.IsDBNull(9) ? null : r.GetGuid(9)), stop)).SingleOrDefault();
        lock (door)
        {
            if (session is null) remembered.TryRemove(key, out _);
            else if (before == changes) Remember(key, session, now);       // else it may have ended since we looked
        }

        return session;
    }

    private void Remember(string key, LiveSession session, DateTimeOffset now)
    {
        if (remembered.Count >= Most)
        {
            foreach (var (old, entry) in remembered)
            {
                if (now - entry.At >= Freshness) remembered.TryRemove(old, out _);
            }

            if (remembered.Count >= Most) remembered.Clear();
        }

        remembered[key] = (session, now);
    }

    private Task Forget(Func<LiveSession, bool> which)
    {
        lock (door)
        {
            changes++;
            foreach (var (key, entry) in remembered)
            {
                if (which(entry.Session)) remembered.TryRemove(key, out _);
            }
        }

        return Task.CompletedTask;
    }
}
