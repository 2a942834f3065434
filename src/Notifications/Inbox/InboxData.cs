using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Notifications;

/// <summary>What somebody was told, by inbox and mail, and what of it they want.</summary>
internal sealed class InboxData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "notifications";

    public string About => "What you were told, the mails we sent you, and which of them you want.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var notices = await Query("SELECT type, created_at, state, data::text FROM notifications.notifications WHERE account = $1 ORDER BY id")
            .List(r => new { type = r.GetString(0), created_at = r.GetFieldValue<DateTimeOffset>(1), state = r.GetString(2), data = JsonSerializer.Deserialize<JsonElement>(r.GetString(3)) }, stop);
        var mails = await Query("SELECT template, created_at, state FROM notifications.mails WHERE account = $1 ORDER BY id")
            .List(r => new { template = r.GetString(0), created_at = r.GetFieldValue<DateTimeOffset>(1), state = r.GetString(2) }, stop);
        var preferences = await Query("SELECT type, way, off FROM notifications.preferences WHERE account = $1 ORDER BY type, way")
            .List(r => new { type = r.GetString(0), way = r.GetString(1), off = r.GetBoolean(2) }, stop);
        return notices.Count + mails.Count + preferences.Count == 0 ? null : new { notices, mails, preferences };
    }

    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM notifications.mailbox WHERE id IN (SELECT id FROM notifications.mails WHERE account = $1)", account).Execute();
        foreach (var table in new[] { "notifications.mails", "notifications.notifications", "notifications.preferences" })
            await work.Command($"DELETE FROM {table} WHERE account = $1", account).Execute();
        // Who told it to others is nobody any more.
        await work.Command("UPDATE notifications.notifications SET actor = NULL WHERE actor = $1", account).Execute();
    }
}
