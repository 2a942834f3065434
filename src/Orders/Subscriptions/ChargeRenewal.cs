using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// A period gets its money in steps that each survive a crash: (1) an order and its charge, once a period; (2) a payment is written down, or the
/// wallet pays; (3) the provider is asked, outside any transaction. Whoever repeats any of them finds what was done.
/// </summary>
internal sealed class ChargeRenewal(
    OrdersDb db, UnitOfWork work, Writes writes, IWallet wallet, OrderPayment payment, SubscriptionOrders orders, TimeProvider clock)
{
    /// <summary>Step 1: the next period of one whose period is over. Twice is once.</summary>
    public Task Open(Guid id, DateTimeOffset now) => writes.Run(async () =>
    {
        db.ChangeTracker.Clear();
        if (await db.LockedSubscription(id) is not { Runs: true } subscription || subscription.PeriodEnd > now) return;
        var (number, starts, ends) = subscription.Next(now);
        if (await db.SubscriptionCharges.AnyAsync(c => c.SubscriptionId == id && c.Period > subscription.Period && c.Kind == ChargeKind.Renewal)) return;
        // Waited for as long as somebody may still pay it.
        var order = await orders.Place(subscription, subscription.Coming, subscription.Coming.Price, now.AddDays(Dunning.Days.Sum()) + Dunning.Patience + TimeSpan.FromDays(3));
        subscription.Charges.Add(new SubscriptionCharge(subscription, ChargeKind.Renewal, number, order, order.Items[0], subscription.Coming, starts, ends, clock));
        await work.Flush();
        work.Publish(new OrderPlaced(order.Id, order.Number, order.Buyer, order.Price));
    });

    /// <summary>Steps 2 and 3. What cannot be paid is tried again as <see cref="Dunning"/> says.</summary>
    /// <param name="present">The member waits for it: their bank may ask them.</param>
    public async Task Try(Guid charge, DateTimeOffset now, bool present, CancellationToken stop)
    {
        Guid? started = null;
        try
        {
            await writes.Run(async () => started = await Start(charge, now, present));
        }
        catch (Refused refused) when (refused.Code != "try_again")
        {
            // The member is paying by themselves just now: how that ends is heard.
            if (refused.Code == "payment_in_progress") await Postpone(charge, now);
            else await writes.Run(() => Miss(charge, refused.Code));
            return;
        }

        if (started is { } order) await payment.Finish(order, stop);
    }

    /// <summary>The payment of a try has failed. In the caller's transaction; a second time changes nothing.</summary>
    public async Task Failed(Guid order, Guid failed, string code)
    {
        if (await db.SubscriptionCharges.AsNoTracking().Where(c => c.OrderId == order && c.Payment == failed).Select(c => (Guid?)c.Id).SingleOrDefaultAsync() is { } charge) await Miss(charge, code, failed);
    }

    /// <returns>The order whose payment is to be finished.</returns>
    private async Task<Guid?> Start(Guid id, DateTimeOffset now, bool present)
    {
        if (await Locked(id) is not var (order, subscription, charge) || !charge.IsDue(now)) return null;
        if (!order.AwaitsMoney || !subscription.Takes(charge))
        {
            charge.GiveUp();
            if (order.AwaitsMoney) order.GiveUp(now);
            return null;
        }

        var (method, token) = await Way(subscription);
        if (order.Total == 0 || method == PaymentMethod.Wallet)
        {
            order.TryPayment(WayToPay.Alone(PaymentMethod.Wallet, order.Price, wallet), now);
            await payment.Begin(order, null, false);
            work.Publish(order.ToldPaid());
            return null;
        }

        order.TryPayment(WayToPay.Alone(method, order.Price, wallet), now);
        await payment.MustBeIdle(order.Id, CancellationToken.None);
        charge.Try(await wallet.Start(new NewPayment("order", order.Id, order.Buyer, order.Price, method, token, $"/subscriptions/{subscription.Id}") { OffSession = !present }));
        order.PaymentStarted(now);
        return order.Id;
    }

    private async Task<(string Method, string? Token)> Way(Subscription subscription)
    {
        if (subscription.Method == PaymentMethod.Wallet) return (PaymentMethod.Wallet, null);
        var saved = await wallet.SavedMethods(subscription.Account);
        // The same card saved again has taken the place of its older self.
        var way = saved.FirstOrDefault(s => s.Id == subscription.SavedMethod)
            ?? saved.FirstOrDefault(s => s.Method == subscription.Method && s.Brand == subscription.CardBrand && s.Last4 == subscription.CardLast4);
        return way is { Usable: true } ? (way.Method, way.Token) : throw SubscriptionOrders.Gone();
    }

    private async Task Miss(Guid id, string code, Guid? failed = null)
    {
        var now = clock.GetUtcNow();
        if (await Locked(id) is not var (order, subscription, charge) || charge.State != ChargeState.Open || charge.Payment != failed || subscription.HasEnded) return;
        charge.Miss(code, now);
        if (charge.Kind == ChargeKind.Change)
        {
            order.GiveUp(now);
            return;
        }

        // Who wanted no further period anyway is not asked for it again.
        if (subscription.CancelledAt is not null)
        {
            await EndSubscription.Handle(subscription, EndReason.Cancelled, work, now);
            return;
        }

        subscription.Miss(charge, now);
        work.Publish(new SubscriptionUnpaid(subscription.Id, charge.Id, charge.Tries, subscription.Account, subscription.Product, charge.Sum, charge.Failure!, charge.NextTryAt, subscription.AccessUntil!.Value));
    }

    private Task Postpone(Guid id, DateTimeOffset now) => writes.Run(async () =>
    {
        if (await Locked(id) is var (_, _, charge)) charge.TryAt(now.AddHours(1));
    });

    // The order before the subscription: so does whoever settles.
    private async Task<(Order Order, Subscription Subscription, SubscriptionCharge Charge)?> Locked(Guid id)
    {
        db.ChangeTracker.Clear();
        if (await db.SubscriptionCharges.AsNoTracking().Where(c => c.Id == id).Select(c => new { c.OrderId, c.SubscriptionId }).SingleOrDefaultAsync() is not { } found) return null;
        var order = (await db.Locked(found.OrderId))!;
        var subscription = (await db.LockedSubscription(found.SubscriptionId))!;
        return (order, subscription, await db.SubscriptionCharges.SingleAsync(c => c.Id == id));
    }
}
