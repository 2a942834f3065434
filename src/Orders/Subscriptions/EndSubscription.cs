using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Orders;

/// <summary>The end of one, and of what it opened. Staff may end one for a reason, at once or with its period.</summary>
internal static class EndSubscription
{
    /// <param name="Reason">For the audit log.</param>
    /// <param name="Now">False: with the period that runs.</param>
    public sealed record Request(string Reason, bool Now = false);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why.").MaximumLength(500);
    }

    /// <exception cref="Refused">404; 403 <c>own_subscription</c>; 409 <c>subscription_state</c>.</exception>
    public static async Task Handle(Guid id, Request request, Caller caller, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Support);
        var subscription = await db.LockedSubscription(id) ?? throw Refused.NotFound();
        if (subscription.Account == caller.Account || subscription.Seller == caller.Account) throw new Refused("own_subscription", 403, "Somebody else decides about a subscription of yours.");
        if (subscription.HasEnded) throw Subscription.WrongState();
        var now = clock.GetUtcNow();
        if (request.Now || !subscription.Runs) await Handle(subscription, EndReason.Staff, work, now);
        else subscription.Cancel(now);
        await audit.Write(caller, "orders.subscription_ended", "subscription", id, new { now = subscription.HasEnded, reason = request.Reason.Trim() });
    }

    /// <summary>In the caller's transaction, under its lock.</summary>
    public static async Task Handle(Subscription subscription, EndReason reason, UnitOfWork work, DateTimeOffset now)
    {
        subscription.End(reason, now);
        await CloseAccess(subscription.Id, work, now);
        work.Publish(new SubscriptionEnded(subscription.Id, subscription.Account, subscription.Seller, subscription.Product, Naming.Snake(reason.ToString())));
    }

    public static async Task CloseAccess(Guid subscription, UnitOfWork work, DateTimeOffset now) =>
        await OpenAccess.Close(await work.Command("SELECT item_id FROM orders.subscription_charges WHERE subscription_id = $1", subscription).List(r => r.GetGuid(0)), work, now);
}
