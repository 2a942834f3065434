using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// Opens what lines grant, and closes it. Both count the sources of a thing in one statement under the lock of its row: of many at once
/// one is the first and one the last, and only they are told. Joins the transaction; once or again.
/// </summary>
internal static class OpenAccess
{
    // Rows of one account, always in the same order.
    private const string Counted =
        """
        , counted AS (
          SELECT account, target_kind, target, count(*)::int AS more, min(granted_at) AS at FROM changed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3)
        """;

    /// <summary>The lines are paid; their grants must be in the database.</summary>
    public static Task Handle(IReadOnlyCollection<Guid> items, UnitOfWork work, DateTimeOffset now) => Tell(
        $"""
        WITH changed AS (
          UPDATE orders.access_grants SET granted_at = $2 WHERE item_id = ANY ($1) AND granted_at IS NULL RETURNING account, target_kind, target, granted_at)
        {Counted}
        INSERT INTO orders.access_held AS h (account, target_kind, target, sources, since) SELECT account, target_kind, target, more, at FROM counted
        ON CONFLICT (account, target_kind, target) DO UPDATE SET sources = h.sources + excluded.sources, since = CASE h.sources WHEN 0 THEN excluded.since ELSE h.since END
        RETURNING account, target_kind, target, sources = (SELECT more FROM counted c WHERE (c.account, c.target_kind, c.target) = (h.account, h.target_kind, h.target))
        """, items, true, work, now);

    /// <summary>The lines went back whole, or what they paid for is over.</summary>
    public static Task Close(IReadOnlyCollection<Guid> items, UnitOfWork work, DateTimeOffset now) => Close(items, "", work, now);

    /// <summary>The line of a later period has taken their place. A seat it has not taken: that stays with the line for which it is kept.</summary>
    public static Task Replace(IReadOnlyCollection<Guid> items, UnitOfWork work, DateTimeOffset now) => Close(items, "AND target_kind <> 'webinar_seat'", work, now);

    private static Task Close(IReadOnlyCollection<Guid> items, string which, UnitOfWork work, DateTimeOffset now) => Tell(
        $"""
        WITH changed AS (
          UPDATE orders.access_grants SET revoked_at = greatest($2, granted_at) WHERE item_id = ANY ($1) AND granted_at IS NOT NULL AND revoked_at IS NULL {which}
          RETURNING account, target_kind, target, granted_at)
        {Counted}
        UPDATE orders.access_held h SET sources = h.sources - c.more FROM counted c WHERE (c.account, c.target_kind, c.target) = (h.account, h.target_kind, h.target)
        RETURNING h.account, h.target_kind, h.target, h.sources = 0
        """, items, false, work, now);

    private static async Task Tell(string sql, IReadOnlyCollection<Guid> items, bool open, UnitOfWork work, DateTimeOffset now)
    {
        if (items.Count == 0) return;
        foreach (var (account, kind, target, first) in await work.Command(sql, items.ToArray(), now).List(Read))
        {
            if (first) work.Publish(new AccessChanged(account, kind, target, open));
        }
    }

    private static (Guid Account, AccessKind Kind, string Target, bool First) Read(NpgsqlDataReader r) =>
        (r.GetGuid(0), r.GetString(1).ReadChoice<AccessKind>()!.Value, r.GetString(2), r.GetBoolean(3));
}
