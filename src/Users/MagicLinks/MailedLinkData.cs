using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Links that were mailed, with the addresses that they were about.</summary>
internal sealed class MailedLinkData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "mailed_links";

    public string About => "Links that were mailed to you, to sign in or to confirm something.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await source.Command(
            """
            SELECT purpose, email, asked_at, used_at FROM users.mailed_links WHERE account = $1
            UNION ALL SELECT 'password', NULL, asked_at, used_at FROM users.password_links WHERE account = $1 ORDER BY 3
            """, account)
        .List(r => new Kept(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateTimeOffset>(3)), stop)
        is { Count: > 0 } kept ? kept : null;

    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM users.mailed_links WHERE account = $1", account).Execute();
        await work.Command("DELETE FROM users.password_links WHERE account = $1", account).Execute();
    }

    private sealed record Kept(string Purpose, string? Email, DateTimeOffset AskedAt, DateTimeOffset? UsedAt);
}
