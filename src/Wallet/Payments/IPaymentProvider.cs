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

    /// <summary>Takes the money, or says what became of it when it was asked before.</summary>
    Task<Outcome> Create(Charge charge, CancellationToken stop);

    /// <summary>What became of it.</summary>
    Task<Outcome> Fetch(Charge charge, CancellationToken stop);

    /// <summary>Gives up waiting for the payer. Answers <see cref="Outcome.Captured"/> when the payer was faster.</summary>
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
    public sealed record Captured(string Reference, Money? Fee = null) : Outcome;

    /// <param name="Code">Stable: <c>card_declined</c>.</param>
    public sealed record Declined(string Code) : Outcome;

    /// <param name="Url">Where the payer confirms.</param>
    public sealed record NeedsAction(string Url) : Outcome;

    /// <summary>No answer.</summary>
    public sealed record Unknown : Outcome;
}
