using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Money for a subject has been taken and lies in its order_funding (or, for a top-up, in the wallet).</summary>
public sealed record PaymentCaptured(Guid Payment, string Purpose, Guid Subject, Money Amount) : IEvent
{
    /// <summary>Staff looked at it first: its payer was told to wait.</summary>
    public bool Reviewed { get; init; }

    public string Key => Subject.ToString();
}

/// <summary>The payer's bank holds the money until staff has looked at the payment: it ends captured or failed.</summary>
/// <param name="Until">Given up then by itself.</param>
public sealed record PaymentAuthorised(Guid Payment, string Purpose, Guid Subject, Guid Payer, Money Amount, DateTimeOffset Until) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>No money was taken and none will be.</summary>
/// <param name="Payer">Who meant to pay.</param>
public sealed record PaymentFailed(Guid Payment, string Purpose, Guid Subject, Guid Payer, Money Amount, string FailureCode) : IEvent
{
    /// <summary>A renewal, of which its own module tells the payer.</summary>
    public bool OffSession { get; init; }

    public string Key => Subject.ToString();
}

/// <summary>Money of sales is no longer held: it can be spent and paid out. One event a seller, currency and turn of the release.</summary>
/// <param name="Amount">What was held; of it <paramref name="RepaidDebt"/> went to what the owner owed the market.</param>
/// <param name="Holds">How many holds ended.</param>
public sealed record HoldReleased(Guid Owner, Money Amount, Money RepaidDebt, int Holds) : IEvent
{
    public string Key => Owner.ToString();
}

/// <summary>Somebody can now pay by it without typing.</summary>
public sealed record PaymentMethodSaved(Guid Method, Guid Account) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>What has become of somebody's payout.</summary>
/// <param name="Amount">Of sent and paid: what arrives, the fee taken off; else the whole, which in rejected, failed and returned is back in the wallet.</param>
public sealed record PayoutMoved(Guid Payout, Guid Account, Money Amount, PayoutStep Step) : IEvent
{
    public string Key => Payout.ToString();
}

public enum PayoutStep
{
    /// <summary>It waits for the market's team.</summary>
    Requested,
    Approved,

    /// <summary>The payout says why.</summary>
    Rejected,
    Sent,
    Paid,

    /// <summary>It did not arrive.</summary>
    Failed,

    /// <summary>It had arrived, and came back.</summary>
    Returned,
}

/// <summary>Money of the account may go to a new place from a moment on: its owner is told, whoever added it.</summary>
public sealed record PayoutDestinationAdded(Guid Account, Guid Destination, DateTimeOffset UsableFrom) : IEvent
{
    public string Key => Account.ToString();
}

/// <param name="Verified">False: refused; the destination says why.</param>
public sealed record PayoutDestinationDecided(Guid Account, Guid Destination, bool Verified) : IEvent
{
    public string Key => Account.ToString();
}

/// <param name="Amount">Positive was given, negative was taken.</param>
public sealed record WalletAdjusted(Guid Adjustment, Guid Account, Money Amount) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>What the account owed for too long is owed no more.</summary>
public sealed record DebtWrittenOff(Guid WriteOff, Guid Account, Money Amount) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>The payer's bank disputes a payment, or has decided: one event as it opens (needs_response) and one as it is won or lost, in this order.</summary>
/// <param name="Purpose"><c>order</c> or <c>top_up</c>.</param>
/// <param name="Subject">The order, or the account that topped up.</param>
/// <param name="Amount">What was taken for it.</param>
public sealed record PaymentDisputed(Guid Dispute, string Purpose, Guid Subject, Guid Payer, Money Amount, DisputeState State) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>A provider's books of a day differ from ours in a way that nobody has explained yet.</summary>
/// <param name="Differences">How many were found just now.</param>
public sealed record BooksDiffer(string Provider, DateOnly Day, int Differences) : IEvent
{
    public string Key => Provider;
}
