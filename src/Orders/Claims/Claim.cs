using Marketplace.Kernel;

namespace Marketplace.Orders;

internal enum ClaimReason
{
    NotReceived,
    NotAsDescribed,
    Damaged,
    Late,
    Other,
}

/// <summary>open → resolved (for the buyer, in part or whole) | rejected.</summary>
internal enum ClaimState
{
    Open,
    Resolved,
    Rejected,
}

/// <summary>Buyer and seller do not agree on one line: both say and show what happened, staff decides. While it is open the line's money waits.</summary>
internal sealed class Claim
{
    /// <summary>What a seller leaves unanswered for so long is decided for the buyer.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(7);

    /// <summary>The second is the appeal.</summary>
    public const int MostALine = 2;

    private Claim()
    {
    }

    internal Claim(OrderItem item, ClaimReason reason, TimeProvider clock) =>
        (Id, OrderId, ItemId, Buyer, Seller, Shop, Reason, OpenedAt) = (Ids.New(clock), item.OrderId, item.Id, item.Buyer, item.Seller, item.Shop, reason, clock.GetUtcNow());

    public Guid Id { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid ItemId { get; private set; }

    public Guid Buyer { get; private set; }

    public Guid Seller { get; private set; }

    public Guid Shop { get; private set; }

    public ClaimReason Reason { get; private set; }

    public ClaimState State { get; private set; }

    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>When the seller first said something; from then on it waits for staff.</summary>
    public DateTimeOffset? AnsweredAt { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Null while it is open, and for what time or a bank decided.</summary>
    public Guid? DecidedBy { get; private set; }

    /// <summary>Why; both read it.</summary>
    public string Decision { get; private set; } = "";

    public Guid? RefundId { get; private set; }

    /// <summary>By when the seller should answer; null once they have, or it is over.</summary>
    public DateTimeOffset? AnswerDue => State == ClaimState.Open && AnsweredAt is null ? OpenedAt + Silence : null;

    /// <returns>True for the seller's first word.</returns>
    /// <exception cref="Refused">409 <c>claim_over</c>.</exception>
    internal bool Say(ClaimSide side, DateTimeOffset now)
    {
        MustBeOpen();
        if (side != ClaimSide.Seller || AnsweredAt is not null) return false;
        AnsweredAt = now;
        return true;
    }

    /// <exception cref="Refused">409 <c>claim_over</c>.</exception>
    internal void Resolve(Guid refund, string decision, Guid? by, DateTimeOffset now)
    {
        MustBeOpen();
        (State, RefundId, Decision, DecidedBy, DecidedAt) = (ClaimState.Resolved, refund, decision, by, now);
    }

    /// <exception cref="Refused">409 <c>claim_over</c>.</exception>
    internal void Reject(string decision, Guid? by, DateTimeOffset now)
    {
        MustBeOpen();
        (State, Decision, DecidedBy, DecidedAt) = (ClaimState.Rejected, decision, by, now);
    }

    private void MustBeOpen()
    {
        if (State != ClaimState.Open) throw new Refused("claim_over", 409, "This claim is decided already.");
    }
}

internal enum ClaimSide
{
    Buyer,
    Seller,
    Staff,
}

/// <summary>Words or a file in a claim; neither when they were erased with the person.</summary>
internal sealed class ClaimMessage
{
    private ClaimMessage()
    {
    }

    internal ClaimMessage(Claim claim, ClaimSide side, Guid by, TimeProvider clock) =>
        (Id, DisputeId, Side, By, At) = (Ids.New(clock), claim.Id, side, by, clock.GetUtcNow());

    public Guid Id { get; private set; }

    /// <summary>Of the claim.</summary>
    public Guid DisputeId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Guid By { get; private set; }

    public ClaimSide Side { get; private set; }

    public string? Text { get; internal init; }

    public string? BlobKey { get; private set; }

    public string? FileName { get; private set; }

    public string? ContentType { get; private set; }

    public long? Size { get; private set; }

    public byte[]? Sha256 { get; private set; }

    internal void Show(Blob blob, string name) => (BlobKey, FileName, ContentType, Size, Sha256) = (blob.Key, name.Length > 200 ? name[^200..] : name, blob.ContentType, blob.Size, blob.Sha256);
}
