using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Users;

/// <summary>When each session was last used.</summary>
internal sealed class LastSeen(NpgsqlDataSource source, TimeProvider clock, ILogger<LastSeen> log) : WrittenBehind(
    "users.sessions",
    """
    UPDATE users.sessions s SET last_seen_at = u.at FROM unnest($1::uuid[], $2::timestamptz[]) u(id, at)
    WHERE s.id = u.id AND s.last_seen_at < u.at AND s.ended_at IS NULL
    """, source, clock, log)
{
    public DateTimeOffset Latest(LiveSession session) => Latest(session.Id, session.LastSeenAt)!.Value;

    public void Note(LiveSession session, DateTimeOffset now) => Note(session.Id, session.LastSeenAt, now);
}
