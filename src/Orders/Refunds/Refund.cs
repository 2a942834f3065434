using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>requested → approved | rejected; approved → processed. What staff decides by itself is processed at once.</summary>
internal enum RefundState
{
    Requested,
    Approved,
    Rejected,
    Processed,
}

/// <summary>One time that money of a line goes back to its buyer: who decided it, when, why, and who gives how much of it.</summary>
internal sealed class Refund
{
    private Refund()
    {
    }

    public Guid Id { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid ItemId { get; private set; }

    public long Amount { get; private set; }

    public long? Tax { get; private set; }

    public long? Commission { get; private set; }

    /// <summary>What the market has again of its own coupon.</summary>
    public long? Coupon { get; private set; }

    public long? SellerGives { get; private set; }

    /// <summary>The buyer reads it.</summary>
    public string Reason { get; private set; } = "";

    public RefundState State { get; private set; }

    public Guid RequestedBy { get; private set; }

    public DateTimeOffset RequestedAt { get; private set; }

    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public DateTimeOffset? ProcessedAt { get; private set; }

    /// <summary>Asked, approved and processed in one: the direct way of the staff.</summary>
    internal static Refund Direct(OrderItem item, RefundSplit split, string reason, Guid by, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new Refund
        {
            Id = Ids.New(clock),
            OrderId = item.OrderId,
            ItemId = item.Id,
            Amount = split.Amount,
            Tax = split.Tax,
            Commission = split.Commission,
            Coupon = split.Coupon,
            SellerGives = split.SellerGives,
            Reason = reason,
            State = RefundState.Processed,
            RequestedBy = by,
            RequestedAt = now,
            DecidedBy = by,
            DecidedAt = now,
            ProcessedAt = now,
        };
    }
}
