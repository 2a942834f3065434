using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>How an order gets its money. <see cref="Begin"/> belongs to the order's transaction, <see cref="Finish"/> comes after its commit.</summary>
internal sealed class OrderPayment(
    IWallet wallet, ICatalog catalog, Writes writes, OrdersDb db, UnitOfWork work, CouponUses coupons, Fulfilments fulfilments, SubscriptionOrders plans, TimeProvider clock)
{
    public SubscriptionOrders Plans => plans;

    /// <summary>How a sum is paid.</summary>
    /// <param name="walletFirst">What the wallet holds is taken before <paramref name="method"/> pays the rest. Where it suffices, nobody else is asked.</param>
    /// <exception cref="Refused">422 <c>payment_method_unknown</c>.</exception>
    public async Task<WayToPay> Way(string method, bool walletFirst, Money total, Guid buyer, CancellationToken stop)
    {
        var alone = WayToPay.Alone(method, total, wallet);
        if (!walletFirst || method == PaymentMethod.Wallet || total.Minor == 0) return alone;
        var part = await wallet.Available(buyer, total.Currency, stop);
        if (part >= total) return WayToPay.Alone(PaymentMethod.Wallet, total, wallet);
        return new WayToPay(method, part, wallet.ProcessorFee(method, total - part));
    }

    /// <exception cref="Refused">409 <c>payment_in_progress</c>: an earlier try may still take the money.</exception>
    public async Task MustBeIdle(Guid order, CancellationToken stop)
    {
        if (await wallet.PaymentFor(order, stop) is { State: not PaymentState.Failed })
            throw new Refused("payment_in_progress", 409, "A payment for this order is under way. Confirm it, or wait a moment until it is known how it ended.");
    }

    /// <summary>From the wallet, or free: paid at once, in this transaction. Else a payment is recorded, and nobody called yet.</summary>
    /// <exception cref="Refused">409 <c>out_of_stock</c>, <c>insufficient_funds</c>.</exception>
    public async Task Begin(Order order, string? token, bool save)
    {
        var counted = order.Counted;
        if (order.Total > 0 && order.Method != PaymentMethod.Wallet)
        {
            if (counted.Count > 0) MustBeThere(order, await catalog.Reserve(order.Id, counted, clock.GetUtcNow() + Order.StockWindow));
            await wallet.Start(new NewPayment("order", order.Id, order.Buyer, order.Price - order.PartOfWallet, order.Method, token, $"/orders/{order.Id}") { SaveMethod = save, FromWallet = order.PartOfWallet });
            order.PaymentStarted(clock.GetUtcNow());
            return;
        }

        if (await plans.CannotServe(order)) throw order.Subscription is null ? new Refused(AccessGranted.AlreadyMember.Code, 409, AccessGranted.AlreadyMember.Detail) : Subscription.WrongState();
        // The money comes last: from there to the commit nobody else can pay the same sellers.
        order.Pay(fulfilments, clock.GetUtcNow());
        await work.Flush();
        await OpenAccess.Handle(order.Items.Where(i => i.Grants.Count > 0).Select(i => i.Id).ToList(), work, clock.GetUtcNow());
        await plans.Paid(order);
        if (counted.Count > 0) MustBeThere(order, await catalog.SettleStock(order.Id, counted));
        if (order.MovesMoney) await TakeFromWallet(order);
    }

    // Before anybody has paid: of fifty who want the last one, forty-nine hear it here.
    private static void MustBeThere(Order order, IReadOnlyList<Guid> gone)
    {
        if (gone.Count == 0) return;
        throw new Refused("out_of_stock", 409, "Somebody was faster: something in this order is sold out. Nothing was taken.")
        {
            Errors = order.Items.Where(i => gone.Contains(i.Offer) || i.Seats.Any(gone.Contains)).OrderBy(i => i.Line).Select(i => new FieldError($"/items/{i.Line - 1}", CartProblems.SoldOut.Code, CartProblems.SoldOut.Detail)).ToList(),
        };
    }

    private async Task TakeFromWallet(Order order)
    {
        try
        {
            await wallet.Settle(order.Settlement(fromWallet: true, fulfilments));
        }
        catch (Refused refused) when (refused.Code == "insufficient_funds")
        {
            throw new Refused(refused.Code, refused.Status, "There is not enough money in your wallet for this order.");
        }
    }

    /// <summary>
    /// Asks the provider, outside any transaction, and settles in one of its own. Safe to repeat from anywhere: after a crash the
    /// same Idempotency-Key comes back here, and so do the sweep and the return from 3-D Secure by their event.
    /// </summary>
    /// <returns>The payment as it is now; null when there is none to ask.</returns>
    public async Task<Payment?> Finish(Guid order, CancellationToken stop)
    {
        if (await wallet.PaymentFor(order, stop) is not { } payment) return null;
        if (payment.State is PaymentState.Created or PaymentState.Unknown) payment = await wallet.Submit(payment.Id, stop);
        if (payment.State != PaymentState.Captured) return payment;
        Guid? sentBack = null;
        await writes.Run(async () => sentBack = await Settle(order));
        if (sentBack is { } refund) await wallet.FinishRefunds([refund], stop);
        return payment;
    }

    /// <summary>
    /// The money is there: shares are posted, the lines delivered. Once, however often and by whomever it is asked. Money that comes when something
    /// of the order is gone, or its buyer has cancelled it, is sent back whole: nobody pays for a part of what they wanted.
    /// </summary>
    /// <returns>The refund by which it goes back; null when it paid.</returns>
    public async Task<Guid?> Settle(Guid id)
    {
        db.ChangeTracker.Clear();   // what an earlier step of this request knew may be stale
        // Order and payment were committed together: money for no order is an alarm, shown as a stopped delivery.
        var order = await db.Locked(id) ?? throw new InvalidOperationException($"Money came in for order {id}, which does not exist.");
        if (!order.AwaitsMoney || order.MoneyReturnedAt is not null) return null;
        if (order.State == OrderState.Cancelled || (order.State == OrderState.Expired && !await coupons.TakeAgain(id))) return await SendBack(order);
        if (await plans.CannotServe(order)) return await SendBack(order);
        if (order.Counted is { Count: > 0 } counted && (await catalog.SettleStock(id, counted)).Count > 0) return await SendBack(order);

        await wallet.Settle(order.Settlement(fromWallet: false, fulfilments));
        order.Pay(fulfilments, clock.GetUtcNow());
        await work.Flush();
        await OpenAccess.Handle(order.Items.Select(i => i.Id).ToList(), work, clock.GetUtcNow());
        await plans.Paid(order);
        work.Publish(order.ToldPaid());
        return null;
    }

    private async Task<Guid> SendBack(Order order)
    {
        var refund = Ids.New(clock);
        order.ReturnMoney(refund, clock.GetUtcNow());
        await coupons.GiveBack(order.Id);
        await catalog.ReleaseReservations(order.Id);
        await wallet.SendBack(refund, order.Id, order.Buyer, order.Price);
        work.Publish(new OrderMoneyReturned(order.Id, order.Number, order.Buyer, order.Price));
        return refund;
    }
}

/// <param name="FromWallet">What the wallet pays before <paramref name="Method"/> pays the rest; 0 where one of them pays it all.</param>
/// <param name="Fee">What the processor takes for it: the sellers' side bears it.</param>
internal sealed record WayToPay(string Method, Money FromWallet, Money Fee)
{
    /// <exception cref="Refused">422 <c>payment_method_unknown</c>.</exception>
    public static WayToPay Alone(string method, Money total, IWallet wallet) => new(method, Money.Zero(total.Currency), wallet.ProcessorFee(method, total));
}

/// <summary>Money came in: at once, after 3-D Secure, or when the sweep found it.</summary>
internal sealed class OnPaymentCaptured(OrderPayment payment) : IReaction<PaymentCaptured>
{
    public Task Handle(PaymentCaptured happened, CancellationToken stop) => happened.Purpose == "order" ? payment.Settle(happened.Subject) : Task.CompletedTask;
}

/// <summary>The payment is looked at before it is taken: the order waits with it.</summary>
internal sealed class OnPaymentAuthorised(OrdersDb db, ICatalog catalog) : IReaction<PaymentAuthorised>
{
    public async Task Handle(PaymentAuthorised happened, CancellationToken stop)
    {
        if (happened.Purpose != "order" || await db.Locked(happened.Subject) is not { } order) return;
        order.AwaitReview(happened.Until);
        // What cannot be kept for so long is looked for again when the money comes.
        if (order is { State: OrderState.Pending, Counted: { Count: > 0 } counted }) await catalog.Reserve(order.Id, counted, order.ExpiresAt);
    }
}

/// <summary>No money will come of this try. The order waits for another until it expires.</summary>
internal sealed class OnPaymentFailed(OrdersDb db, TimeProvider clock) : IReaction<PaymentFailed>
{
    public async Task Handle(PaymentFailed happened, CancellationToken stop)
    {
        if (happened.Purpose == "order" && await db.Locked(happened.Subject) is { } order) order.PaymentFailed(happened.FailureCode, clock.GetUtcNow());
    }
}
