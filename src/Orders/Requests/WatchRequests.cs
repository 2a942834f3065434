using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What a shop leaves unanswered for five days is staff's to decide.</summary>
internal sealed class WatchRequests(OrdersDb db, UnitOfWork work, Writes writes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Refunds.AsNoTracking().Where(r => r.State == RefundState.Requested && r.EscalatedAt == null && r.RequestedAt <= now - Refund.Silence).Select(r => new { r.Id, r.OrderId }).Take(500).ToListAsync(stop);
        foreach (var one in due) await writes.Run(() => Escalate(one.OrderId, one.Id, now));
    }

    private async Task Escalate(Guid id, Guid request, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.Locked(id) is not { } order || await db.Refunds.SingleAsync(r => r.Id == request) is not { State: RefundState.Requested, EscalatedAt: null } refund) return;
        refund.Escalate(now);
        var item = order.Items.Single(i => i.Id == refund.ItemId);
        work.Publish(new RefundEscalated(refund.Id, order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, Money.Of(refund.Amount, order.Currency)));
    }
}
