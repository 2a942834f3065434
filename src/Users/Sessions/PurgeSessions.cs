using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Addresses and user agents are kept for 90 days after a session's end, counted guesses for two.</summary>
internal sealed class PurgeSessions(NpgsqlDataSource source) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await source.CommandOn("users.sessions", "DELETE FROM users.sessions WHERE created_at < $1 AND coalesce(ended_at, last_seen_at) < $1", now.AddDays(-90)).Execute(stop);
        await source.Command("DELETE FROM users.sign_in_attempts WHERE last_at < $1", now.AddDays(-2)).Execute(stop);
    }
}
