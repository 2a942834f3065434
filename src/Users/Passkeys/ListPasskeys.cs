using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="IsSynced">The owner's other devices may have it, too.</param>
internal sealed record OwnPasskey(Guid Id, string Name, bool IsSynced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>One's own passkeys, oldest first.</summary>
internal static class ListPasskeys
{
    public static async Task<IReadOnlyList<OwnPasskey>> Handle(Caller caller, NpgsqlDataSource source, CancellationToken stop = default) => await source.Command(
            "SELECT id, name, is_backed_up, created_at, last_used_at FROM users.passkeys WHERE account = $1 ORDER BY id", caller.Account)
        .List(r => new OwnPasskey(r.GetGuid(0), r.GetString(1), r.GetBoolean(2), r.GetFieldValue<DateTimeOffset>(3), r.IsDBNull(4) ? null : r.GetFieldValue<DateTimeOffset>(4)), stop);

    /// <summary>As a list of the API.</summary>
    /// <exception cref="Refused">422 <c>limit_out_of_range</c>, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<OwnPasskey>> Paged(string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var (count, filters) = (Cursors.Limit(limit), new { list = "passkeys", caller.Account });
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = (await Handle(caller, source, stop)).Where(p => after is not { } last || p.Id.CompareTo(last) > 0);
        return cursors.Page(rows.Take(count + 1).ToList(), count, filters, p => [p.Id]);
    }
}
