using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The caller's keys, newest first; expired ones for a month more, so that who wonders why a program stopped finds the reason.</summary>
internal static class ListKeys
{
    /// <exception cref="Refused">400 <c>cursor_invalid</c>, 422 <c>limit_out_of_range</c>.</exception>
    public static async Task<Page<KeyView>> Handle(string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, TimeProvider clock, CancellationToken stop = default)
    {
        var count = Cursors.Limit(limit);
        var filters = new { list = "api_keys", caller.Account };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = await source.CommandFor(caller.Account,
            $"SELECT {KeyView.Columns} FROM users.api_keys WHERE account = $1 AND revoked_at IS NULL AND expires_at > $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            caller.Account, clock.GetUtcNow().AddDays(-30), after ?? Guid.AllBitsSet, count + 1).List(KeyView.Read, stop);
        return cursors.Page(rows, count, filters, row => [row.Id]);
    }
}
