using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>A provider that tells by itself what happened there. What it says is never believed about money: it says what to ask about.</summary>
internal interface IProviderEvents
{
    /// <summary>As <see cref="IPaymentProvider.Key"/>: the last part of <c>/api/v1/payment-events/{key}</c>.</summary>
    string Key { get; }

    /// <summary>Proves who sent it, over the bytes as they came, and reads it.</summary>
    /// <exception cref="Refused">400 <c>signature_invalid</c>: forged, altered or too old. 400 <c>event_malformed</c>.</exception>
    Task<ProviderEvent> Read(InboundMessage message, CancellationToken stop);
}

/// <param name="Headers">Names without regard to case.</param>
/// <param name="Body">The bytes as they came: signatures are over these.</param>
internal sealed record InboundMessage(IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <param name="Id">The provider's own; unique with its key, so that each is handled once.</param>
/// <param name="Type">The provider's word, shown to staff.</param>
internal sealed record ProviderEvent(string Id, string Type, DateTimeOffset? At, ProviderNews News);

/// <summary>What an event is about, in our words.</summary>
internal abstract record ProviderNews
{
    /// <summary>Ask what became of the payment.</summary>
    public sealed record OfPayment(Guid Payment) : ProviderNews;

    /// <summary>Ask what became of the refund.</summary>
    public sealed record OfRefund(Guid Refund) : ProviderNews;

    /// <summary>Ask the desk what became of the dispute.</summary>
    /// <param name="Reference">The provider's name of it.</param>
    public sealed record OfDispute(string Reference) : ProviderNews;

    /// <summary>Ask what became of the payout.</summary>
    public sealed record OfPayout(Guid Payout) : ProviderNews;

    /// <summary>Kept, and nothing to do.</summary>
    public sealed record Nothing : ProviderNews;
}

/// <summary>Where a provider's disputes (chargebacks) are seen and answered. Never called in a transaction.</summary>
internal interface IDisputeDesk
{
    string Key { get; }

    /// <summary>Null: the provider knows no such dispute.</summary>
    Task<ProviderDispute?> Fetch(string reference, CancellationToken stop);

    /// <summary>Sends what speaks for the seller; once, a second time with the same key changes nothing.</summary>
    /// <param name="files">Pictures, in the order in which they were shown. What the provider does not take stands in the text, by name and hash.</param>
    Task Answer(string reference, string evidence, IReadOnlyList<EvidenceFile> files, CancellationToken stop);
}

/// <param name="Open">Its bytes; disposed by who opens it.</param>
internal sealed record EvidenceFile(Guid Id, string Name, string ContentType, long Size, Func<Stream> Open)
{
    public async Task<byte[]> Bytes(CancellationToken stop)
    {
        await using var bytes = Open();
        using var whole = new MemoryStream();
        await bytes.CopyToAsync(whole, stop);
        return whole.ToArray();
    }
}

/// <param name="Payment">Ours.</param>
/// <param name="Amount">What the payer wants back: at most what was paid and not yet refunded.</param>
/// <param name="Fee">What the provider takes for handling it.</param>
/// <param name="Reason">The provider's code: <c>fraudulent</c>.</param>
internal sealed record ProviderDispute(string Reference, Guid Payment, Money Amount, Money Fee, string Reason, ProviderDisputeState State, DateTimeOffset? EvidenceDue);

internal enum ProviderDisputeState
{
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

/// <summary>A provider's own books, for comparing them with ours.</summary>
internal interface IProviderReport
{
    string Key { get; }

    /// <summary>What moved there in [from, until), by the provider's clock.</summary>
    Task<IReadOnlyList<ProviderMovement>> Movements(DateTimeOffset from, DateTimeOffset until, CancellationToken stop);
}

/// <param name="Kind"><c>payment</c>, <c>refund</c>, <c>dispute</c>, <c>dispute_won</c>, <c>payout</c>.</param>
/// <param name="Ours">Our id of it, when the provider knows it.</param>
/// <param name="Amount">Positive came in, negative went out; before the fee.</param>
internal sealed record ProviderMovement(string Kind, string Reference, Guid? Ours, Money Amount, Money? Fee, DateTimeOffset At);
