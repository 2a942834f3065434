using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What a change of plan means, before it is made.</summary>
/// <param name="When">now, or period_end.</param>
/// <param name="Charge">Taken at once; null when nothing is.</param>
/// <param name="NextAmount">What the next period costs, on <paramref name="NextChargeAt"/>.</param>
internal sealed record PlanChange(Guid OfferId, string Plan, string Interval, Money Price, string When, Money? Charge, Money NextAmount, DateTimeOffset NextChargeAt);

/// <summary>
/// Another plan of the same membership. One that is worth more begins now and costs the difference for what is left; every other begins with the next
/// period. In a trial nothing is paid, so that any begins now. A payment that fails leaves the plan as it was.
/// </summary>
internal sealed class ChangePlan(
    Writes writes, OrdersDb db, UnitOfWork work, ICatalog catalog, IWallet wallet, OrderPayment payment, SubscriptionOrders orders, TimeProvider clock)
{
    /// <param name="AcceptedCharge">The member agrees to pay up to this now; without it whatever it costs.</param>
    public sealed record Request(Guid OfferId, Money? AcceptedCharge = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.OfferId).NotEmpty();
    }

    /// <exception cref="Refused">404; 409 <c>subscription_state</c>, <c>same_plan</c>, <c>not_on_sale</c>.</exception>
    public async Task<PlanChange> Preview(Guid id, Guid offer, Caller caller, CancellationToken stop)
    {
        var account = caller.Account;
        var subscription = await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Account == account, stop) ?? throw Refused.NotFound();
        return Of(subscription, await Wanted(subscription, offer, stop), clock.GetUtcNow());
    }

    /// <summary>The plans to which it can be changed, with what each means; none where it cannot be.</summary>
    public async Task<IReadOnlyList<PlanChange>> Choices(Subscription subscription, CancellationToken stop)
    {
        if (!subscription.Runs || subscription.CancelledAt is not null) return [];
        var now = clock.GetUtcNow();
        return (await catalog.OffersOf([subscription.Product], stop)).Values
            .Where(o => o.OnSale && AgreedPlan.Renews(o.Kind, o.Option) && o.Price.Currency == subscription.Plan.Price.Currency && o.Id != subscription.Coming.Offer)
            .Select(o => Of(subscription, o.Id == subscription.Plan.Offer ? subscription.Plan : AgreedPlan.Of(o), now)).OrderBy(c => c.Price.Minor).ToList();
    }

    /// <exception cref="Refused">
    /// 404; 409 <c>subscription_state</c>, <c>same_plan</c>, <c>not_on_sale</c>, <c>price_changed</c>, <c>change_in_progress</c>, <c>insufficient_funds</c>, <c>plan_payment_failed</c>; 422 <c>payment_method_gone</c>.
    /// </exception>
    public async Task<Once<SubscriptionReply>> Handle(IdempotencyKey? key, Guid id, Request request, Caller caller, CancellationToken stop)
    {
        caller.MustBeAble(Capabilities.CanBuy);
        var begun = await writes.Once(key, async () => new Begun(await Begin(id, request, caller, stop)));
        if (begun.Value.Order is { } order && await payment.Finish(order, stop) is { State: PaymentState.Failed })
            throw new Refused("plan_payment_failed", 409, "The payment did not go through. Your plan is as it was; choose another way to pay and try again.");
        return new Once<SubscriptionReply>(await ReadSubscription.Handle(id, caller, db, stop), begun.Replayed);
    }

    /// <returns>The order whose payment is to be finished; null when all is done.</returns>
    private async Task<Guid?> Begin(Guid id, Request request, Caller caller, CancellationToken stop)
    {
        var subscription = await CancelSubscription.Own(id, caller, db);
        var (plan, now) = (await Wanted(subscription, request.OfferId, stop), clock.GetUtcNow());
        var change = Of(subscription, plan, now);
        if (change.Charge is not { } amount)
        {
            if (change.When == "now") subscription.Switch(plan);
            else subscription.SwitchLater(plan);
            return null;
        }

        if (request.AcceptedCharge is { } accepted && (accepted.Currency != amount.Currency || accepted < amount))
            throw new Refused("price_changed", 409, "A price has gone up. Look at the new total and agree to it.");
        if (await db.SubscriptionCharges.AnyAsync(c => c.SubscriptionId == id && c.State == ChargeState.Open, stop))
            throw new Refused("change_in_progress", 409, "A payment for this subscription is under way. Wait a moment until it is known how it ended.");
        var (_, starts, ends) = subscription.Difference(plan, now);
        var order = await orders.Place(subscription, plan, amount, now + Order.PaymentWindow);
        var charge = new SubscriptionCharge(subscription, ChargeKind.Change, subscription.Period, order, order.Items[0], plan, starts, ends, clock);
        db.SubscriptionCharges.Add(charge);
        await work.Flush();
        work.Publish(new OrderPlaced(order.Id, order.Number, order.Buyer, order.Price));
        return await Pay(order, subscription, charge, now);
    }

    private async Task<Guid?> Pay(Order order, Subscription subscription, SubscriptionCharge charge, DateTimeOffset now)
    {
        order.TryPayment(WayToPay.Alone(subscription.Method, order.Price, wallet), now);
        if (subscription.Method == PaymentMethod.Wallet)
        {
            await payment.Begin(order, null, false);
            work.Publish(order.ToldPaid());
            return null;
        }

        var token = (await wallet.SavedMethods(subscription.Account)).FirstOrDefault(s => s.Id == subscription.SavedMethod && s.Usable)?.Token ?? throw SubscriptionOrders.Gone();
        charge.Try(await wallet.Start(new NewPayment("order", order.Id, order.Buyer, order.Price, subscription.Method, token, $"/subscriptions/{subscription.Id}")));
        order.PaymentStarted(now);
        return order.Id;
    }

    private static PlanChange Of(Subscription subscription, AgreedPlan plan, DateTimeOffset now)
    {
        var trial = subscription.State == SubscriptionState.Trialing;
        if (!trial && plan.IsMoreThan(subscription.Plan) && subscription.Difference(plan, now) is { Amount.Minor: > 0 } difference)
            return new PlanChange(plan.Offer, plan.Name, plan.Option, plan.Price, "now", difference.Amount, plan.Price, difference.Ends);
        return new PlanChange(plan.Offer, plan.Name, plan.Option, plan.Price, trial ? "now" : "period_end", null, plan.Price, subscription.PeriodEnd);
    }

    private async Task<AgreedPlan> Wanted(Subscription subscription, Guid id, CancellationToken stop)
    {
        if (!subscription.Runs || subscription.CancelledAt is not null) throw Subscription.WrongState();
        if (id == subscription.Coming.Offer) throw new Refused("same_plan", 409, "This is the plan already.");
        // Back to the present plan: at its agreed price, whatever it costs others now.
        if (id == subscription.Plan.Offer) return subscription.Plan;
        var offer = (await catalog.Offers([id], stop)).GetValueOrDefault(id);
        if (offer is null || offer.Product != subscription.Product || !AgreedPlan.Renews(offer.Kind, offer.Option)) throw Refused.NotFound();
        if (!offer.OnSale || offer.Price.Currency != subscription.Plan.Price.Currency) throw new Refused(CartProblems.NotOnSale.Code, 409, CartProblems.NotOnSale.Detail);
        return AgreedPlan.Of(offer);
    }

    private sealed record Begun(Guid? Order);
}
