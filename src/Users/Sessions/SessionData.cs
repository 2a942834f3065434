using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Where somebody was signed in, with addresses and browsers.</summary>
internal sealed class SessionData(NpgsqlDataSource source, UnitOfWork work, LiveSessions sessions) : IPersonalData
{
    public string Section => "sessions";

    public string About => "Where you were signed in, with addresses and browsers.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await source.CommandFor(account,
            "SELECT id, platform, user_agent, host(address), created_at, last_seen_at, ended_at FROM users.sessions WHERE account = $1 ORDER BY id", account)
        .List(
            r => new Kept(r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetFieldValue<DateTimeOffset>(4), r.GetFieldValue<DateTimeOffset>(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6)),
            stop) is { Count: > 0 } kept ? kept : null;

    public async Task Erase(Guid account)
    {
        await work.ActFor(account);
        await work.Command("DELETE FROM users.sessions WHERE account = $1", account).Execute();
        await work.Command("DELETE FROM users.pending_sign_ins WHERE account = $1", account).Execute();
        sessions.ForgetAccount(account, work);
    }

    private sealed record Kept(Guid Id, string Platform, string UserAgent, string? Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset? EndedAt);
}
