using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>What reminders of carts bring; for support.</summary>
internal static class CountReminders
{
    /// <param name="Left">Carts of accounts that nobody touched for a day, with something in them.</param>
    /// <param name="Mailed">Reminders that were written in these days: who wants none is not among them.</param>
    /// <param name="Restored">Of them, whose link put the cart back.</param>
    /// <param name="Bought">Of them, whose reader then bought something that lay in it.</param>
    public sealed record Reply(int Days, long Left, long Mailed, long Restored, long Bought);

    public const int Days = 30;

    public static async Task<Reply> Handle(Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        caller.MustHave(Rights.Support);
        var now = clock.GetUtcNow();
        return (await source.Command(
            """
            SELECT (SELECT count(*) FROM orders.carts c WHERE owner IS NOT NULL AND changed_at <= $1 AND EXISTS (SELECT FROM orders.cart_items i WHERE i.cart_id = c.id)),
                   count(r.mailed_at), count(r.restored_at) FILTER (WHERE r.mailed_at IS NOT NULL),
                   count(*) FILTER (WHERE r.mailed_at IS NOT NULL AND EXISTS (
                     SELECT FROM orders.order_items i JOIN orders.orders o ON o.id = i.order_id
                     WHERE i.buyer = r.account AND i.offer = ANY (r.offers) AND i.state <> 'pending' AND o.placed_at BETWEEN r.mailed_at AND r.expires_at))
            FROM orders.cart_reminders r WHERE r.sent_at > $2
            """, now - RemindCarts.After, now.AddDays(-Days)).List(r => new Reply(Days, r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), stop)).Single();
    }
}
