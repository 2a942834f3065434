using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// A line was given back whole: its files, its access and its work end; work that was not accepted yet is cancelled. Joins the transaction; a
/// second time changes nothing.
/// </summary>
internal static class CloseLine
{
    public static async Task Handle(Guid item, UnitOfWork work, DateTimeOffset now)
    {
        await RevokeLinks.Handle(item, work, now);
        await OpenAccess.Close([item], work, now);
        await work.Command(
            """
            WITH ended AS (
              UPDATE orders.service_orders SET state = CASE WHEN ended_at IS NULL THEN 'cancelled' ELSE 'refunded' END, ended_at = coalesce(ended_at, $2)
              WHERE item_id = $1 AND state NOT IN ('cancelled', 'refunded') RETURNING item_id, state)
            INSERT INTO orders.service_events (item_id, at, what, note) SELECT item_id, $2, state, '' FROM ended
            """, item, now).Execute();
    }
}
