using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Reason">In the words of who decided it.</param>
/// <param name="MoneyBack">Where the money went; null while it is not decided.</param>
internal sealed record RefundReply(Guid Id, Guid ItemId, Money Amount, RefundState State, string Reason, DateTimeOffset At, MoneyBack? MoneyBack);

/// <summary>The refunds of an order with where their money went, oldest first.</summary>
internal sealed class ReadRefunds(OrdersDb db, IWallet wallet)
{
    /// <param name="only">These; null means all of the order.</param>
    public async Task<IReadOnlyList<RefundReply>> Handle(Guid order, IReadOnlyCollection<Guid>? only, CancellationToken stop)
    {
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.OrderId == order && (only == null || only.Contains(r.Id))).OrderBy(r => r.RequestedAt).ThenBy(r => r.Id)
            .Join(db.Orders, r => r.OrderId, o => o.Id, (r, o) => new { Refund = r, o.Currency }).ToListAsync(stop);
        if (refunds.Count == 0) return [];
        var back = await wallet.MoneyBack(refunds.Where(r => r.Refund.State == RefundState.Processed).Select(r => r.Refund.Id).ToList(), stop);
        return refunds.Select(r => new RefundReply(
            r.Refund.Id, r.Refund.ItemId, Money.Of(r.Refund.Amount, r.Currency), r.Refund.State, r.Refund.Reason, r.Refund.ProcessedAt ?? r.Refund.DecidedAt ?? r.Refund.RequestedAt,
            back.GetValueOrDefault(r.Refund.Id))).ToList();
    }
}
