using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// The seam to those who take money. Never called while a transaction is open; each call may fail or time out, which means that
/// the outcome is unknown. The charge's id is the key under which the provider takes the money once, however often it is asked.
/// </summary>
internal interface IPaymentProvider
{
    /// <summary>Names its clearing account: <c>psp_clearing:{key}</c>.</summary>
    string Key { get; }

    IReadOnlyList<PaymentMethod> Methods { get; }

    /// <summary>Its price for one payment.</summary>
    Money Fee(Money amount);

    /// <summary>False for sums that it cannot carry: a currency that it does not know, more decimals than it counts.</summary>
    bool Takes(Money amount) => true;

    /// <summary>Takes the money, or says what became of it when it was asked before.</summary>
    Task<Outcome> Create(Charge charge, CancellationToken stop);

    /// <summary>What became of it.</summary>
    Task<Outcome> Fetch(Charge charge, CancellationToken stop);

    /// <summary>Takes what is authorised. Answers <see cref="Outcome.Declined"/> when it was given up meanwhile.</summary>
    Task<Outcome> Capture(Charge charge, CancellationToken stop);

    /// <summary>Gives up waiting for the payer, or gives an authorisation up. Answers <see cref="Outcome.Captured"/> when the payer, or another, was faster.</summary>
    Task<Outcome> Cancel(Charge charge, CancellationToken stop);

    /// <summary>Gives a part of a captured charge back, or says what became of it when it was asked before: the refund's id is the key.</summary>
    Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop);
}

/// <summary>What a provider says of a refund.</summary>
internal abstract record RefundOutcome
{
    public sealed record Done(string Reference) : RefundOutcome;

    /// <param name="Code">Stable: <c>refund_refused</c>.</param>
    public sealed record Declined(string Code) : RefundOutcome;

    /// <summary>No answer.</summary>
    public sealed record Unknown : RefundOutcome;
}

/// <summary>What a provider says of a charge.</summary>
internal abstract record Outcome
{
    /// <param name="Fee">What the provider keeps of it; null while it does not say.</param>
    /// <param name="Kept">When the payer wanted it: how to charge the same way again.</param>
    public sealed record Captured(string Reference, Money? Fee = null, KeptMethod? Kept = null) : Outcome;

    /// <summary>The payer's bank holds the money and it is not ours: somebody has to look at the payment first.</summary>
    /// <param name="Until">The provider gives it up then.</param>
    public sealed record Authorised(string Reference, DateTimeOffset Until) : Outcome;

    /// <param name="Code">Stable: <c>card_declined</c>.</param>
    public sealed record Declined(string Code) : Outcome;

    /// <param name="Url">Where the payer confirms.</param>
    /// <param name="Reference">The provider's name of what waits, when it needs one to be asked about it.</param>
    public sealed record NeedsAction(string Url, string? Reference = null) : Outcome;

    /// <summary>No answer.</summary>
    public sealed record Unknown : Outcome;
}

/// <summary>What a provider keeps for us of a way to pay, and what of it may be shown.</summary>
/// <param name="Token">Charges it again; a secret.</param>
/// <param name="Brand"><c>visa</c>, <c>paypal</c> …</param>
internal sealed record KeptMethod(string Token, string Brand, string? Last4, int? ExpiryMonth, int? ExpiryYear);

/// <summary>A provider that keeps ways to pay, so that their owner, or a renewal, can be charged without typing anything again.</summary>
internal interface IMethodKeeper
{
    /// <summary>As <see cref="IPaymentProvider.Key"/>.</summary>
    string Key { get; }

    /// <summary>Forgets it there. What is not there is forgotten.</summary>
    Task Forget(string token, CancellationToken stop);
}
