using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A try of the market's has failed.</summary>
internal sealed class OnRenewalFailed(ChargeRenewal charge) : IReaction<PaymentFailed>
{
    public Task Handle(PaymentFailed happened, CancellationToken stop) =>
        happened.Purpose == "order" ? charge.Failed(happened.Subject, happened.Payment, happened.FailureCode) : Task.CompletedTask;
}

/// <summary>By what an order was paid the next ones will be: the saved way that paid it, or the one that this payment saved.</summary>
internal sealed class KeepWayToPay(OrdersDb db, IWallet wallet) : IReaction<OrderPaid>
{
    public async Task Handle(OrderPaid happened, CancellationToken stop)
    {
        if (!happened.Lines.Any(l => l.Kind == "membership")) return;
        var ids = await db.SubscriptionCharges.AsNoTracking().Where(c => c.OrderId == happened.Order).Select(c => c.SubscriptionId).ToListAsync(stop);
        if (ids.Count == 0 || await wallet.PaymentFor(happened.Order, stop) is not { State: PaymentState.Captured } payment) return;
        var saved = await wallet.SavedMethods(happened.Buyer, stop);
        var way = saved.FirstOrDefault(s => s.Id == payment.SavedMethod)
            ?? saved.Where(s => s.Method == payment.Method && s.CreatedAt >= payment.CreatedAt).OrderByDescending(s => s.CreatedAt).FirstOrDefault();
        if (way is null) return;
        foreach (var id in ids.Order())
        {
            if (await db.LockedSubscription(id) is { HasEnded: false } subscription) subscription.PayBy(way);
        }
    }
}

/// <summary>Who gets the running period's money back is no member any more; an earlier one's changes nothing.</summary>
internal sealed class EndRefunded(OrdersDb db, UnitOfWork work, TimeProvider clock) : IReaction<RefundProcessed>
{
    public async Task Handle(RefundProcessed happened, CancellationToken stop)
    {
        if (!happened.Whole || await db.SubscriptionCharges.AsNoTracking().SingleOrDefaultAsync(c => c.ItemId == happened.Item, stop) is not { } charge) return;
        if (await db.LockedSubscription(charge.SubscriptionId) is { HasEnded: false } subscription && charge.EndsAt == subscription.PeriodEnd && (charge.Kind != ChargeKind.Change || charge.Period < subscription.Period))
            await EndSubscription.Handle(subscription, EndReason.Refunded, work, clock.GetUtcNow());
    }
}

/// <summary>What was still open of it is waited for no longer.</summary>
internal sealed class DropOpenCharges(OrdersDb db, TimeProvider clock) : IReaction<SubscriptionEnded>
{
    public async Task Handle(SubscriptionEnded happened, CancellationToken stop)
    {
        foreach (var order in await db.SubscriptionCharges.AsNoTracking().Where(c => c.SubscriptionId == happened.Subscription && c.State == ChargeState.Open).Select(c => c.OrderId).Order().ToListAsync(stop))
        {
            var locked = await db.Locked(order);
            await db.LockedSubscription(happened.Subscription);
            var charge = await db.SubscriptionCharges.SingleAsync(c => c.OrderId == order, stop);
            if (charge.State != ChargeState.Open) continue;
            charge.GiveUp();
            locked!.GiveUp(clock.GetUtcNow());
        }
    }
}
