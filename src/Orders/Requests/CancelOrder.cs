using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>The buyer wants an order no more that is not paid: what was kept for it is there for others at once.</summary>
internal static class CancelOrder
{
    /// <exception cref="Refused">404; 409 <c>order_paid</c>, <c>order_expired</c>, <c>order_of_subscription</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, OrdersDb db, ICatalog catalog, CouponUses coupons, TimeProvider clock)
    {
        if (await db.Locked(id) is not { } order || order.Buyer != caller.Account) throw Refused.NotFound();
        order.Cancel(clock.GetUtcNow());
        await coupons.GiveBack(id);
        if (order.Counted.Count > 0) await catalog.ReleaseReservations(id);
    }
}
