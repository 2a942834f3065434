using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Reason">In the words of who asked for it, or gave it without being asked.</param>
/// <param name="MoneyBack">Where the money went; null while it is not decided.</param>
internal sealed record RefundReply(Guid Id, Guid ItemId, Money Amount, RefundState State, string Reason, DateTimeOffset At, MoneyBack? MoneyBack)
{
    /// <summary>By the buyer; null when it was given without asking.</summary>
    public Money? Asked { get; init; }

    /// <summary>What was said to what was asked for.</summary>
    public string Decision { get; init; } = "";

    /// <summary>By when the seller should answer; after that staff decides. Null once it is decided.</summary>
    public DateTimeOffset? AnswerDue { get; init; }

    public static RefundReply Of(Refund refund, string currency, MoneyBack? back = null) => new(
        refund.Id, refund.ItemId, Money.Of(refund.Amount, currency), refund.State, refund.Reason, refund.ProcessedAt ?? refund.DecidedAt ?? refund.RequestedAt, back)
    {
        Asked = refund.Asked is { } asked ? Money.Of(asked, currency) : null,
        Decision = refund.Decision,
        AnswerDue = refund.State == RefundState.Requested ? refund.RequestedAt + Refund.Silence : null,
    };
}

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
        return refunds.Select(r => RefundReply.Of(r.Refund, r.Currency, back.GetValueOrDefault(r.Refund.Id))).ToList();
    }
}
