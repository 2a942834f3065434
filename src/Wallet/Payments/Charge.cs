using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What staff says of a payment in review.</summary>
internal enum PaymentDecision
{
    Take,
    GiveUp,
}

/// <summary>
/// One attempt to take money through a provider: the row behind <see cref="Payment"/>. It is open (created, unknown,
/// needs_action, authorised) until the provider has said captured or no; then it never changes again.
/// </summary>
internal sealed class Charge
{
    public const string ForOrder = "order", ForTopUp = "top_up";

    /// <summary>How long the payer may take to confirm.</summary>
    public static readonly TimeSpan ActionTime = TimeSpan.FromMinutes(30);

    /// <summary>Between two questions for the fee.</summary>
    public static readonly TimeSpan FeeWait = TimeSpan.FromHours(1);

    /// <summary>How long staff may take to decide about an authorised one: a day less than the money is held at most.</summary>
    public static readonly TimeSpan ReviewTime = TimeSpan.FromDays(6);

    private static readonly TimeSpan SubmitTime = TimeSpan.FromMinutes(2), ActionCheck = TimeSpan.FromMinutes(5), LongestWait = TimeSpan.FromHours(1);

    private string? lent;

    private Charge()
    {
    }

    public Guid Id { get; private set; }

    public string Purpose { get; private set; } = "";

    /// <summary>The order, or the account that tops up.</summary>
    public Guid SubjectId { get; private set; }

    public Guid PayerId { get; private set; }

    public long Minor { get; private set; }

    public string CurrencyCode { get; private set; } = "";

    public string Method { get; private set; } = "";

    public string Provider { get; private set; } = "";

    public PaymentState State { get; private set; }

    /// <summary>Kept only while it may have to be sent again, or is to be saved.</summary>
    public string? MethodToken { get; private set; }

    /// <summary>The payer wants to pay this way again without typing.</summary>
    public bool SaveMethod { get; private set; }

    /// <summary>Paid by a way that was saved before.</summary>
    public Guid? SavedMethodId { get; private set; }

    /// <summary>The payer is not there: nothing can be asked of them.</summary>
    public bool OffSession { get; private set; }

    /// <summary>What is charged: the browser's token, or that of the saved way, which is lent for the call and never kept here.</summary>
    public string? Token => lent ?? MethodToken;

    public string? ProviderReference { get; private set; }

    public string ReturnPath { get; private set; } = "";

    public string? ActionUrl { get; private set; }

    public DateTimeOffset? ActionUntil { get; private set; }

    /// <summary>When an authorised one that nobody decided about is given up.</summary>
    public DateTimeOffset? AuthorisedUntil { get; private set; }

    /// <summary>What staff decided about an authorised one. It stands until the provider has carried it out.</summary>
    public PaymentDecision? Decision { get; private set; }

    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? FailureCode { get; private set; }

    /// <summary>Questions that the provider did not answer.</summary>
    public int Attempts { get; private set; }

    /// <summary>When the sweep asks; null at the end.</summary>
    public DateTimeOffset? NextCheckAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? CapturedAt { get; private set; }

    /// <summary>What of it was taken back: on its way or arrived.</summary>
    public long Refunded { get; private set; }

    /// <summary>What the payer's wallet pays of the order beside it (minor units). It lies in the order's funding until this fails.</summary>
    public long WalletPart { get; private set; }

    /// <summary>What of the wallet's part went back by refunds.</summary>
    public long WalletRefunded { get; private set; }

    /// <summary>What the provider really took for it, once that is known.</summary>
    public long? Fee { get; private set; }

    /// <summary>When the provider is asked for its fee.</summary>
    public DateTimeOffset? FeeCheckAt { get; private set; }

    public Money Amount => Money.Of(Minor, CurrencyCode);

    public Money FromWallet => Money.Of(WalletPart, CurrencyCode);

    public bool IsOpen => State is PaymentState.Created or PaymentState.Unknown or PaymentState.NeedsAction or PaymentState.Authorised;

    public static Charge Start(Guid id, NewPayment asked, string provider, DateTimeOffset now) => new()
    {
        Id = id,
        Purpose = asked.Purpose,
        SubjectId = asked.Subject,
        PayerId = asked.Payer,
        Minor = asked.Amount.Minor,
        WalletPart = asked.FromWallet?.Minor ?? 0,
        CurrencyCode = asked.Amount.Currency.Code,
        Method = asked.Method,
        Provider = provider,
        MethodToken = asked.SavedMethod is null ? asked.MethodToken : null,
        SavedMethodId = asked.SavedMethod,
        SaveMethod = asked.SaveMethod,
        OffSession = asked.OffSession,
        ReturnPath = asked.ReturnPath.Replace("{payment}", id.ToString(), StringComparison.Ordinal),
        State = PaymentState.Created,
        CreatedAt = now,
        UpdatedAt = now,
        NextCheckAt = now + SubmitTime,
    };

    /// <param name="fee">Null while the provider has not told it.</param>
    public void Capture(string reference, Money? fee, DateTimeOffset now)
    {
        End(PaymentState.Captured, now);
        ProviderReference = reference;
        CapturedAt = now;
        Fee = fee?.Minor;
        FeeCheckAt = fee is null ? now + FeeWait : null;
    }

    public void LearnFee(Money fee)
    {
        if (State != PaymentState.Captured || Fee is not null || fee.Currency != Amount.Currency) throw new InvalidOperationException($"Payment {Id} has no fee of {fee} to learn.");
        Fee = fee.Minor;
        FeeCheckAt = null;
    }

    public void Fail(string code, DateTimeOffset now)
    {
        End(PaymentState.Failed, now);
        FailureCode = code;
    }

    /// <summary>The payer has to confirm at the provider (3-D Secure).</summary>
    public void AskPayer(string url, string? reference, DateTimeOffset now)
    {
        if (State == PaymentState.Authorised) throw new InvalidOperationException($"Payment {Id} is {State} already.");
        ProviderReference = reference ?? ProviderReference;
        if (State != PaymentState.NeedsAction) ActionUntil = now + ActionTime;
        State = PaymentState.NeedsAction;
        ActionUrl = url;
        if (!SaveMethod) MethodToken = null;
        UpdatedAt = now;
        NextCheckAt = now + ActionCheck < ActionUntil ? now + ActionCheck : ActionUntil;
    }

    /// <summary>The money is held and waits for a person to decide: <see cref="Capture"/>, or <see cref="Fail"/>.</summary>
    /// <param name="until">The provider's own deadline; ours may be earlier.</param>
    public void Authorise(string reference, DateTimeOffset until, DateTimeOffset now)
    {
        if (!IsOpen) throw new InvalidOperationException($"Payment {Id} is {State} already.");
        if (State != PaymentState.Authorised)
        {
            AuthorisedUntil = until < now + ReviewTime ? until : now + ReviewTime;
            UpdatedAt = now;
        }

        State = PaymentState.Authorised;
        ProviderReference = reference;
        if (!SaveMethod) MethodToken = null;
        ActionUrl = null;
        ActionUntil = null;
        NextCheckAt = now + LongestWait < AuthorisedUntil || AuthorisedUntil <= now ? now + LongestWait : AuthorisedUntil;
    }

    /// <summary>Staff has looked at it. Once: the provider may be doing it already.</summary>
    /// <exception cref="Refused">403 <c>own_payment</c>; 409 <c>payment_not_in_review</c>.</exception>
    public void Decide(PaymentDecision decision, Guid by, DateTimeOffset now)
    {
        if (PayerId == by) throw new Refused("own_payment", 403, "Somebody else decides about your own payment.");
        if (State != PaymentState.Authorised || Decision is not null) throw new Refused("payment_not_in_review", 409, "This payment is decided already.");
        (Decision, DecidedBy, DecidedAt) = (decision, by, now);
        NextCheckAt = now + SubmitTime;
    }

    /// <summary>For the call that follows, and nothing else.</summary>
    public void Lend(string token) => lent = token;

    /// <summary>The provider did not answer: money may have moved or not. Nothing is concluded; it is asked again, ever more rarely.</summary>
    public void LoseSight(DateTimeOffset now)
    {
        if (State == PaymentState.Created) State = PaymentState.Unknown;
        Attempts++;
        UpdatedAt = now;
        NextCheckAt = now + TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 15 * Math.Pow(2, Math.Min(Attempts, 20))));
    }

    public Payment ToPayment() => new(Id, Purpose, SubjectId, PayerId, Amount, Method, State, ActionUrl, FailureCode, CreatedAt) { SavedMethod = SavedMethodId, FromWallet = FromWallet };

    private void End(PaymentState state, DateTimeOffset now)
    {
        if (!IsOpen) throw new InvalidOperationException($"Payment {Id} is {State} already.");
        State = state;
        UpdatedAt = now;
        MethodToken = null;
        ActionUrl = null;
        ActionUntil = null;
        AuthorisedUntil = null;
        NextCheckAt = null;
    }
}
