using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// Closes the files of a line that was refunded or taken back: its links answer "not found" from the commit on, and downloads that
/// are running break off within seconds. Joins the transaction; a second time changes nothing.
/// </summary>
internal static class RevokeLinks
{
    /// <summary>The line's state is the caller's to change, in the same transaction: no new link is made for one that is not delivered.</summary>
    public static async Task Handle(Guid item, UnitOfWork work, DateTimeOffset now)
    {
        // A link is made under the line's lock: what was made before we had it is seen by the second statement.
        await work.Command("SELECT FROM orders.order_items WHERE id = $1 FOR UPDATE", item).Execute();
        await work.Command("UPDATE orders.download_links SET revoked_at = greatest($2, created_at) WHERE item_id = $1 AND revoked_at IS NULL", item, now).Execute();
    }
}
