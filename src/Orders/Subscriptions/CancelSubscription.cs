using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The member wants no further period: what is paid for stays theirs until it is over. Where a bill is open it ends at once.</summary>
internal static class CancelSubscription
{
    /// <exception cref="Refused">404; 409 <c>subscription_state</c>.</exception>
    public static async Task<SubscriptionReply> Handle(Guid id, Caller caller, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var subscription = await Own(id, caller, db);
        if (subscription.HasEnded) throw Subscription.WrongState();
        await Handle(subscription, work, clock.GetUtcNow());
        return SubscriptionReply.Of(subscription);
    }

    /// <summary>In the caller's transaction, under its lock.</summary>
    internal static async Task Handle(Subscription subscription, UnitOfWork work, DateTimeOffset now)
    {
        if (subscription.Runs) subscription.Cancel(now);
        else await EndSubscription.Handle(subscription, EndReason.Cancelled, work, now);
    }

    /// <summary>Changed their mind before it was over.</summary>
    /// <exception cref="Refused">404; 409 <c>subscription_state</c>.</exception>
    public static async Task<SubscriptionReply> Resume(Guid id, Caller caller, OrdersDb db)
    {
        var subscription = await Own(id, caller, db);
        subscription.Resume();
        return SubscriptionReply.Of(subscription);
    }

    /// <summary>Locked. Others' is not there.</summary>
    internal static async Task<Subscription> Own(Guid id, Caller caller, OrdersDb db)
    {
        // Who may not see it does not wait for its lock either.
        var account = caller.Account;
        if (!await db.Subscriptions.AsNoTracking().AnyAsync(s => s.Id == id && s.Account == account)) throw Refused.NotFound();
        return await db.LockedSubscription(id) ?? throw Refused.NotFound();
    }
}
