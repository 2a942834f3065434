using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>How an order gets its money. <see cref="Begin"/> belongs to the order's transaction, <see cref="Finish"/> comes after its commit.</summary>
internal sealed class OrderPayment(IWallet wallet, Writes writes, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock)
{
    /// <summary>What the way to pay costs the seller side of this order.</summary>
    /// <exception cref="Refused">422 <c>payment_method_unknown</c>.</exception>
    public Money Fee(string method, Money total) => wallet.ProcessorFee(method, total);

    /// <exception cref="Refused">409 <c>payment_in_progress</c>: an earlier try may still take the money.</exception>
    public async Task MustBeIdle(Guid order, CancellationToken stop)
    {
        if (await wallet.PaymentFor(order, stop) is { State: not PaymentState.Failed })
            throw new Refused("payment_in_progress", 409, "A payment for this order is under way. Confirm it, or wait a moment until it is known how it ended.");
    }

    /// <summary>From the wallet, or free: paid at once, in this transaction. Else a payment is recorded, and nobody called yet.</summary>
    /// <exception cref="Refused">409 <c>insufficient_funds</c>.</exception>
    public async Task Begin(Order order, string? token, bool save)
    {
        if (order.Total > 0 && order.Method != PaymentMethod.Wallet)
        {
            await wallet.Start(new NewPayment("order", order.Id, order.Buyer, order.Price, order.Method, token, $"/orders/{order.Id}") { SaveMethod = save });
            order.PaymentStarted(clock.GetUtcNow());
            return;
        }

        // The money comes last: from there to the commit nobody else can pay the same sellers.
        order.Pay(fulfilments, clock.GetUtcNow());
        await work.Flush();
        if (order.Total > 0) await TakeFromWallet(order);
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
        if (payment.State == PaymentState.Captured) await writes.Run(() => Settle(order));
        return payment;
    }

    /// <summary>The money is there: shares are posted, the lines delivered. Once, however often and by whomever it is asked.</summary>
    public async Task Settle(Guid id)
    {
        db.ChangeTracker.Clear();   // what an earlier step of this request knew may be stale
        // Order and payment were committed together: money for no order is an alarm, shown as a stopped delivery.
        var order = await db.Locked(id) ?? throw new InvalidOperationException($"Money came in for order {id}, which does not exist.");
        if (!order.AwaitsMoney) return;

        await wallet.Settle(order.Settlement(fromWallet: false, fulfilments));
        order.Pay(fulfilments, clock.GetUtcNow());
        work.Publish(order.ToldPaid());
    }
}

/// <summary>Money came in: at once, after 3-D Secure, or when the sweep found it.</summary>
internal sealed class OnPaymentCaptured(OrderPayment payment) : IReaction<PaymentCaptured>
{
    public Task Handle(PaymentCaptured happened, CancellationToken stop) => happened.Purpose == "order" ? payment.Settle(happened.Subject) : Task.CompletedTask;
}

/// <summary>The payment is looked at before it is taken: the order waits with it.</summary>
internal sealed class OnPaymentAuthorised(OrdersDb db) : IReaction<PaymentAuthorised>
{
    public async Task Handle(PaymentAuthorised happened, CancellationToken stop)
    {
        if (happened.Purpose == "order" && await db.Locked(happened.Subject) is { } order) order.AwaitReview(happened.Until);
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
