using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Users;

/// <summary>When each API key was last used.</summary>
internal sealed class KeyUse(NpgsqlDataSource source, TimeProvider clock, ILogger<KeyUse> log) : WrittenBehind(
    "users.api_keys",
    """
    UPDATE users.api_keys k SET last_used_at = u.at FROM unnest($1::uuid[], $2::timestamptz[]) u(id, at)
    WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at) AND k.revoked_at IS NULL
    """, source, clock, log)
{
    public new void Note(Guid id, DateTimeOffset? stored, DateTimeOffset now) => base.Note(id, stored, now);
}
