using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// What time does to subscriptions: a reminder before a trial ends, the next period's charge, tries after a failure, the end of benefits and of
/// patience. Safe to run twice, on two hosts at once, and after days in which nobody ran it: each step looks again under the lock.
/// </summary>
internal sealed class RenewSubscriptions(OrdersDb db, UnitOfWork work, Writes writes, ChargeRenewal charge) : IJob
{
    private const int AtOnce = 500;

    public static readonly TimeSpan RemindBefore = TimeSpan.FromDays(3);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var live = db.Subscriptions.AsNoTracking();
        foreach (var id in await live.Where(s => s.State == SubscriptionState.Trialing && s.PeriodEnd <= now + RemindBefore && s.PeriodEnd > now && s.RemindedAt == null && s.CancelledAt == null)
            .Select(s => s.Id).Take(AtOnce).ToListAsync(stop)) await Step(id, s => Remind(s, now));
        foreach (var id in await live.Where(s => (s.State == SubscriptionState.Trialing || s.State == SubscriptionState.Active) && s.PeriodEnd <= now
                && !s.Charges.Any(c => c.Kind == ChargeKind.Renewal && c.Period > s.Period)).OrderBy(s => s.PeriodEnd).Select(s => s.Id).Take(AtOnce).ToListAsync(stop)) await Renew(id, now);
        foreach (var id in await db.SubscriptionCharges.AsNoTracking().Where(c => c.NextTryAt <= now).OrderBy(c => c.NextTryAt).Select(c => c.Id).Take(AtOnce).ToListAsync(stop))
            await charge.Try(id, now, present: false, stop);
        foreach (var id in await live.Where(s => (s.State == SubscriptionState.PastDue && s.AccessUntil <= now) || (s.State == SubscriptionState.Unpaid && (s.GivesUpAt <= now || (s.AccessUntil <= now && s.AccessClosedAt == null))))
            .Select(s => s.Id).Take(AtOnce).ToListAsync(stop)) await Step(id, s => Close(s, now));
    }

    private async Task Renew(Guid id, DateTimeOffset now)
    {
        await Step(id, s => s.PeriodEnd > now || s.Continues ? Task.CompletedTask : EndSubscription.Handle(s, s.CancelledAt is null ? EndReason.Completed : EndReason.Cancelled, work, now));
        await charge.Open(id, now);
    }

    private Task Remind(Subscription subscription, DateTimeOffset now)
    {
        if (subscription is not { State: SubscriptionState.Trialing, RemindedAt: null, CancelledAt: null }) return Task.CompletedTask;
        subscription.Remind(now);
        work.Publish(new TrialEnding(subscription.Id, subscription.Account, subscription.Product, subscription.Coming.Price, subscription.PeriodEnd));
        return Task.CompletedTask;
    }

    private async Task Close(Subscription subscription, DateTimeOffset now)
    {
        if (subscription is { State: SubscriptionState.PastDue or SubscriptionState.Unpaid, AccessClosedAt: null } && subscription.AccessUntil <= now)
        {
            subscription.CloseAccess(now);
            await EndSubscription.CloseAccess(subscription.Id, work, now);
        }

        // Where no try is left, for the card is refused for good, patience begins when the grace is over.
        var tries = await db.SubscriptionCharges.AnyAsync(c => c.SubscriptionId == subscription.Id && c.State == ChargeState.Open && (c.NextTryAt != null || c.Payment != null));
        if (subscription.State == SubscriptionState.PastDue && subscription.AccessUntil <= now && !tries) subscription.GiveUpTrying(now);
        if (subscription.State == SubscriptionState.Unpaid && subscription.GivesUpAt <= now) await EndSubscription.Handle(subscription, EndReason.Unpaid, work, now);
    }

    private Task Step(Guid id, Func<Subscription, Task> step) => writes.Run(async () =>
    {
        db.ChangeTracker.Clear();
        if (await db.LockedSubscription(id) is { HasEnded: false } subscription) await step(subscription);
    });
}
