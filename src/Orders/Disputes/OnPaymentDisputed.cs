using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// A bank took money of an order back, or has decided: under the order's lock, so that refunds wait. What is taken is spread over what
/// each line still has; files of these lines close, and open again when the dispute is won. What
/// buyer and seller argue about ends with it: the bank decides. One listener for all three, so that they
/// are heard in their order.
/// </summary>
internal sealed class OnPaymentDisputed(OrdersDb db, UnitOfWork work, IWallet wallet, EndAsks asks, TimeProvider clock) : IReaction<PaymentDisputed>
{
    public async Task Handle(PaymentDisputed happened, CancellationToken stop)
    {
        if (happened.Purpose != "order") return;
        db.ChangeTracker.Clear();
        var order = await db.Locked(happened.Subject) ?? throw new InvalidOperationException($"Order {happened.Subject} is disputed, and does not exist.");
        // Its money was captured; that it is paid may still be on its way to us.
        if (order.AwaitsMoney) throw new InvalidOperationException($"Order {order.Number} is disputed and not paid yet: this is tried again.");
        if (happened.State == DisputeState.NeedsResponse) await Open(order, happened);
        else await End(order, happened, stop);
    }

    private async Task Open(Order order, PaymentDisputed happened)
    {
        var now = clock.GetUtcNow();
        var taken = order.Dispute(happened.Dispute, happened.Amount.Minor, now);
        db.LineDisputes.AddRange(taken.Select(t => t.Line));
        foreach (var (item, _) in taken)
        {
            await RevokeLinks.Handle(item.Id, work, now);
            await asks.OfDisputed(order, item, now);
        }

        await wallet.TakeDisputed(happened.Dispute, taken.Select(t => t.Item.Part(t.Line, order.Currency)).ToList());
        Tell(order, happened, taken);
    }

    private async Task End(Order order, PaymentDisputed happened, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var outcome = happened.State == DisputeState.Won ? DisputeOutcome.Won : DisputeOutcome.Lost;
        var lines = await db.LineDisputes.Where(l => l.DisputeId == happened.Dispute).ToListAsync(stop);
        var ended = order.Decided(lines, outcome, now);
        if (outcome == DisputeOutcome.Won) await wallet.ReturnDisputed(happened.Dispute);
        Tell(order, happened, ended);
    }

    private void Tell(Order order, PaymentDisputed happened, IReadOnlyList<(OrderItem Item, LineDispute Line)> lines)
    {
        foreach (var (item, line) in lines)
        {
            work.Publish(new SaleDisputed(happened.Dispute, order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, Money.Of(line.Amount, order.Currency), happened.State));
        }
    }
}
