using Marketplace.Kernel;

namespace Marketplace.Orders;

internal enum DisputeOutcome
{
    Won,
    Lost,
}

/// <summary>What a dispute took of one line, and who gave how much of it; open until the bank has decided.</summary>
internal sealed class LineDispute
{
    private LineDispute()
    {
    }

    internal LineDispute(Guid dispute, OrderItem item, RefundSplit split, DateTimeOffset now) =>
        (DisputeId, ItemId, OrderId, Amount, Tax, Commission, Coupon, SellerGives, OpenedAt) = (dispute, item.Id, item.OrderId, split.Amount, split.Tax, split.Commission, split.Coupon, split.SellerGives, now);

    public Guid DisputeId { get; private set; }

    public Guid ItemId { get; private set; }

    public Guid OrderId { get; private set; }

    public long Amount { get; private set; }

    public long Tax { get; private set; }

    public long Commission { get; private set; }

    public long Coupon { get; private set; }

    public long SellerGives { get; private set; }

    public DisputeOutcome? Outcome { get; private set; }

    public DateTimeOffset OpenedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    internal void End(DisputeOutcome outcome, DateTimeOffset now)
    {
        if (Outcome is not null) throw new InvalidOperationException($"Dispute {DisputeId} of line {ItemId} is {Outcome} already.");
        (Outcome, EndedAt) = (outcome, now);
    }
}
