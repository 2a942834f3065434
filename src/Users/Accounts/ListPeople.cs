using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Accounts for staff, newest first; the search compares the beginning of usernames and e-mail addresses.</summary>
internal static class ListPeople
{
    public sealed record Row(Guid Id, string Email, string Username, string DisplayName, string Status, DateTimeOffset CreatedAt, string[] Capabilities, string[] Rights);

    /// <summary>Which of them: everybody, those of a status, staff, sellers, or whose appeal waits.</summary>
    public static readonly IReadOnlyDictionary<string, string> Kinds = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [""] = "true",
        ["sellers"] = "EXISTS (SELECT FROM users.account_capabilities c WHERE c.account = a.id AND c.name = 'can_sell')",
        ["staff"] = "EXISTS (SELECT FROM users.account_rights r WHERE r.account = a.id)",
        ["suspended"] = "a.status = 'suspended'",
        ["banned"] = "a.status = 'banned'",
        ["appeals"] = "EXISTS (SELECT FROM users.sanctions s JOIN users.appeals p ON p.sanction = s.id WHERE s.account = a.id AND p.answered_at IS NULL AND s.lifted_at IS NULL)",
        ["deleted"] = "a.status = 'deleted'",
    };

    public static async Task<Page<Row>> Handle(string? search, string? kind, string? cursor, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        const int limit = 50;
        var wanted = string.Concat((search ?? "").Trim().Where(c => !char.IsControl(c)).Take(254));
        var which = Kinds.GetValueOrDefault(kind ?? "") ?? throw Refused.NotFound();
        var filters = new { list = "people", q = wanted, kind };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = await source.Command(
            $"""
            SELECT a.id, a.email, a.username, a.display_name, a.status, a.created_at,
                   ARRAY(SELECT c.name FROM users.account_capabilities c WHERE c.account = a.id ORDER BY c.name),
                   ARRAY(SELECT r.name FROM users.account_rights r WHERE r.account = a.id ORDER BY r.name)
            FROM users.accounts a
            WHERE (a.username LIKE $1 OR a.normalized_email LIKE $2) AND a.id < $3 AND {which}
            ORDER BY a.id DESC LIMIT $4
            """, Beginning(wanted.ToLowerInvariant()), Beginning(wanted.ToUpperInvariant()), after ?? Guid.AllBitsSet, limit + 1).List(
            r => new Row(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<string[]>(6), r.GetFieldValue<string[]>(7)), stop);
        return cursors.Page(rows, limit, filters, row => [row.Id]);
    }

    private static string Beginning(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
