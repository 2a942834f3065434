using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The account itself and what it may do.</summary>
internal sealed class AccountData(NpgsqlDataSource source, UnitOfWork work, Blobs blobs) : IPersonalData
{
    public string Section => "account";

    public string About => "Your account and what it may do.";

    public async Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default) =>
        await Query("SELECT EXISTS (SELECT FROM users.account_rights WHERE account = $1)", account).Scalar<bool>(stop)
            ? [new Unsettled("holds_rights", "You are part of the team: an owner takes your rights away first.")]
            : [];

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var grants = await Query("SELECT name FROM users.account_capabilities WHERE account = $1 UNION ALL SELECT name FROM users.account_rights WHERE account = $1", account).List(r => r.GetString(0), stop);
        return (await Query("SELECT id, email, username, display_name, status, tier, language, created_at, email_verified_at FROM users.accounts WHERE id = $1", account).List(r => new
        {
            id = r.GetGuid(0), email = r.GetString(1), username = r.GetString(2), display_name = r.GetString(3), status = r.GetString(4), tier = r.GetString(5), language = r.GetString(6),
            created_at = r.GetFieldValue<DateTimeOffset>(7), email_verified_at = r.IsDBNull(8) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(8), may = grants,
        }, stop)).SingleOrDefault();
    }

    public async Task Erase(Guid account)
    {
        var was = (await work.Command("SELECT username, normalized_email FROM users.accounts WHERE id = $1 AND status <> 'deleted' FOR UPDATE", account).List(r => (Username: r.GetString(0), Email: r.GetString(1)))).SingleOrDefault();
        if (was.Username is null) return;
        var guesses = $"account:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(was.Email)))}%";
        await work.Command("DELETE FROM users.sign_in_attempts WHERE bucket LIKE $1", guesses).Execute();
        foreach (var table in new[] { "users.password_links", "users.account_capabilities", "users.account_rights" })
            await work.Command($"DELETE FROM {table} WHERE account = $1", account).Execute();
        foreach (var blob in await work.Command("DELETE FROM users.data_exports WHERE account = $1 RETURNING blob_key", account).List(r => r.IsDBNull(0) ? null : r.GetString(0)))
        {
            if (blob is not null) await blobs.Forget(blob);
        }

        await work.Command(
            """
            UPDATE users.accounts SET email = 'erased-' || id || '@erased.invalid', normalized_email = upper('erased-' || id || '@erased.invalid'), email_verified_at = NULL,
              username = 'erased-' || right(id::text, 12), display_name = 'Erased', password_hash = NULL, security_stamp = 'erased', status = 'deleted', language = 'en'
            WHERE id = $1
            """, account).Execute();
        await work.Command("INSERT INTO users.retired_usernames (hash) VALUES (sha256(convert_to($1, 'UTF8'))) ON CONFLICT DO NOTHING", was.Username).Execute();
    }

    private NpgsqlCommand Query(string sql, Guid account) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
}

/// <summary>What staff did to the account and what it reported. That it happened stays; what was written goes.</summary>
internal sealed class ModerationData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "moderation";

    public string About => "Suspensions of your account, your appeals, and what you reported.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var sanctions = await Query("SELECT s.kind, s.reason, s.at, s.until, s.lifted_at, a.text, a.answer FROM users.sanctions s LEFT JOIN users.appeals a ON a.sanction = s.id WHERE s.account = $1 ORDER BY s.at")
            .List(r => new { kind = r.GetString(0), reason = r.GetString(1), at = r.GetFieldValue<DateTimeOffset>(2), until = Time(r, 3), lifted_at = Time(r, 4), appeal = r.IsDBNull(5) ? null : r.GetString(5), answer = r.IsDBNull(6) ? null : r.GetString(6) }, stop);
        var reports = await Query("SELECT kind, subject, reason, text, made_at, verdict FROM users.reports WHERE reporter = $1 ORDER BY id")
            .List(r => new { kind = r.GetString(0), subject = r.GetGuid(1), reason = r.GetString(2), text = r.GetString(3), made_at = r.GetFieldValue<DateTimeOffset>(4), verdict = r.IsDBNull(5) ? null : r.GetString(5) }, stop);
        return sanctions.Count + reports.Count == 0 ? null : new { sanctions, reports };
    }

    public async Task Erase(Guid account)
    {
        await work.Command("UPDATE users.sanctions SET reason = 'erased', lift_reason = CASE WHEN lift_reason IS NOT NULL THEN 'erased' END WHERE account = $1", account).Execute();
        await work.Command("UPDATE users.appeals a SET text = 'erased', answer = CASE WHEN a.answer IS NOT NULL THEN 'erased' END FROM users.sanctions s WHERE s.id = a.sanction AND s.account = $1", account).Execute();
        await work.Command("UPDATE users.reports SET text = '', note = NULL WHERE reporter = $1", account).Execute();
    }

    private static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
}
