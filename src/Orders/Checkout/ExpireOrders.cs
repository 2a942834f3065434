using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Unpaid orders end after their half hour. Each in a transaction of its own, so that one that is being paid is only waited for.</summary>
internal sealed class ExpireOrders(OrdersDb db, UnitOfWork work, Writes writes, CouponUses coupons, ICatalog catalog) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Orders.AsNoTracking().Where(o => o.State == OrderState.Pending && o.ExpiresAt <= now)
            .OrderBy(o => o.ExpiresAt).Select(o => o.Id).Take(500).ToListAsync(stop);
        foreach (var id in due)
        {
            await writes.Run(async () =>
            {
                db.ChangeTracker.Clear();
                if (await db.Locked(id) is not { } order || !order.Expire(now)) return;
                await coupons.GiveBack(id);
                if (order.Counted.Count > 0) await catalog.ReleaseReservations(id);
                work.Publish(new OrderExpired(order.Id, order.Number, order.Buyer));
            });
        }
    }
}
