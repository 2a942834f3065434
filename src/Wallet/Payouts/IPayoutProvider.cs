using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// The seam to those who pay out. Never called while a transaction is open; each call may fail or time out, which means that the outcome
/// is unknown. The payout's id is the key under which the money is sent once, however often it is asked.
/// </summary>
internal interface IPayoutProvider
{
    /// <summary>Names the way of destinations: <c>bank</c>, <c>paypal</c>.</summary>
    string Key { get; }

    /// <summary>Staff sends the money itself (<see cref="PayoutBatches"/>); else <see cref="Send"/> does.</summary>
    bool IsByHand { get; }

    /// <summary>It knows by itself whether a destination is good; else staff looks.</summary>
    bool VerifiesItself { get; }

    /// <summary>Whose money it is that leaves.</summary>
    Account Source { get; }

    bool Pays(Currency currency, DestinationDetails to);

    /// <summary>Whether it can pay there; null while it does not know. Only asked when <see cref="VerifiesItself"/>.</summary>
    Task<bool?> Check(DestinationDetails to, CancellationToken stop);

    /// <summary>Sends the money, or says what became of it when it was asked before.</summary>
    Task<PayoutOutcome> Send(PayoutOrder order, CancellationToken stop);

    /// <summary>What became of it.</summary>
    Task<PayoutOutcome> Fetch(PayoutOrder order, CancellationToken stop);
}

/// <param name="Payout">The key.</param>
/// <param name="Amount">What arrives: the fee is taken off.</param>
/// <param name="Reference">The provider's, once it has told it.</param>
/// <param name="ApprovedAt">It was never sent before.</param>
internal sealed record PayoutOrder(Guid Payout, Money Amount, DestinationDetails To, string? Reference, DateTimeOffset ApprovedAt);

/// <summary>What a provider says of a payout.</summary>
internal abstract record PayoutOutcome
{
    /// <summary>Taken on and on its way; asked again until it has arrived.</summary>
    public sealed record Sent(string Reference) : PayoutOutcome;

    public sealed record Paid(string Reference) : PayoutOutcome;

    /// <param name="Code">Stable: <c>destination_closed</c>. Nothing has left, or all has come back.</param>
    public sealed record Failed(string Code) : PayoutOutcome;

    /// <summary>No answer.</summary>
    public sealed record Unknown : PayoutOutcome;

    /// <summary>Of <see cref="IPayoutProvider.Fetch"/> alone: it was certainly never asked, so that it may be sent.</summary>
    public sealed record NotThere : PayoutOutcome;
}
