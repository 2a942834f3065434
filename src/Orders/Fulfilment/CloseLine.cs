using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>A line was given back whole: its files, its access and its work end. Joins the transaction; a second time changes nothing.</summary>
internal static class CloseLine
{
    public static async Task Handle(Guid item, UnitOfWork work, DateTimeOffset now)
    {
        await RevokeLinks.Handle(item, work, now);
        await OpenAccess.Close([item], work, now);
        var ended = await work.Command("UPDATE orders.service_orders SET state = 'refunded', ended_at = coalesce(ended_at, $2) WHERE item_id = $1 AND state <> 'refunded'", item, now).Execute();
        if (ended > 0) await work.Command("INSERT INTO orders.service_events (item_id, at, what, note) VALUES ($1, $2, 'refunded', '')", item, now).Execute();
    }
}
