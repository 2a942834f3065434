using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>requested → approved | rejected; approved → processed, in the transaction of the decision.</summary>
internal enum RefundState
{
    Requested,
    Approved,
    Rejected,
    Processed,
}

/// <summary>One time that money of a line is asked back, or goes back without asking: who decided it, when, why, and who gives how much of it.</summary>
internal sealed class Refund
{
    /// <summary>What the seller leaves unanswered for so long is staff's to decide.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(5);

    private Refund()
    {
    }

    public Guid Id { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid ItemId { get; private set; }

    /// <summary>What goes back; while it is not decided, what was asked for.</summary>
    public long Amount { get; private set; }

    /// <summary>By the buyer; null when it was given without asking.</summary>
    public long? Asked { get; private set; }

    public long? Tax { get; private set; }

    public long? Commission { get; private set; }

    /// <summary>What the market has again of its own coupon.</summary>
    public long? Coupon { get; private set; }

    public long? SellerGives { get; private set; }

    /// <summary>In the words of who asked; of what was not asked for, of who gave it. Buyer and seller read it.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What was said to what was asked for.</summary>
    public string Decision { get; private set; } = "";

    public RefundState State { get; private set; }

    /// <summary>Null: the market itself.</summary>
    public Guid? RequestedBy { get; private set; }

    public DateTimeOffset RequestedAt { get; private set; }

    /// <summary>Since when it is staff's to decide.</summary>
    public DateTimeOffset? EscalatedAt { get; private set; }

    /// <summary>Null while it is open, and for what the market itself decided.</summary>
    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public DateTimeOffset? ProcessedAt { get; private set; }

    /// <summary>Decided without being asked for: by staff, the seller, or the market when time is up.</summary>
    /// <param name="by">Null: the market itself.</param>
    internal static Refund Approved(OrderItem item, long amount, string reason, Guid? by, TimeProvider clock)
    {
        var refund = New(item, amount, reason, by, clock);
        (refund.State, refund.DecidedBy, refund.DecidedAt) = (RefundState.Approved, by, refund.RequestedAt);
        return refund;
    }

    internal static Refund Ask(OrderItem item, long amount, string reason, TimeProvider clock)
    {
        var refund = New(item, amount, reason, item.Buyer, clock);
        refund.Asked = amount;
        return refund;
    }

    /// <param name="amount">Not more than was asked for.</param>
    /// <exception cref="Refused">409 <c>refund_decided</c>, <c>refund_too_high</c>.</exception>
    internal void Approve(long amount, string decision, Guid? by, DateTimeOffset now)
    {
        if (amount > Asked) throw new Refused("refund_too_high", 409, "That is more than was asked for.");
        Decide(RefundState.Approved, decision, by, now);
        Amount = amount;
    }

    /// <param name="by">Null: the market itself.</param>
    /// <exception cref="Refused">409 <c>refund_decided</c>.</exception>
    internal void Reject(string decision, Guid? by, DateTimeOffset now) => Decide(RefundState.Rejected, decision, by, now);

    internal void Escalate(DateTimeOffset now) => EscalatedAt ??= now;

    internal void Process(RefundSplit split, DateTimeOffset now)
    {
        if (State != RefundState.Approved || split.Amount != Amount) throw new InvalidOperationException($"Refund {Id} of {Amount} is {State}; {split.Amount} cannot be given by it.");
        (State, Tax, Commission, Coupon, SellerGives, ProcessedAt) = (RefundState.Processed, split.Tax, split.Commission, split.Coupon, split.SellerGives, now);
    }

    private static Refund New(OrderItem item, long amount, string reason, Guid? by, TimeProvider clock) => new()
    {
        Id = Ids.New(clock), OrderId = item.OrderId, ItemId = item.Id, Amount = amount, Reason = reason, RequestedBy = by, RequestedAt = clock.GetUtcNow(),
    };

    private void Decide(RefundState state, string decision, Guid? by, DateTimeOffset now)
    {
        if (State != RefundState.Requested) throw new Refused("refund_decided", 409, "This request is decided already.");
        (State, Decision, DecidedBy, DecidedAt) = (state, decision, by, now);
    }
}
