using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Money of a payment on its way back to the card: open (created, unknown) until the provider has said yes or no; then it never changes again.</summary>
internal sealed class PaymentRefund
{
    private static readonly TimeSpan SubmitTime = TimeSpan.FromMinutes(2), LongestWait = TimeSpan.FromHours(1);

    private PaymentRefund()
    {
    }

    public Guid Id { get; private set; }

    public Guid PaymentId { get; private set; }

    /// <summary>What the card gets.</summary>
    public long Minor { get; private set; }

    /// <summary>What the wallet got of the same refund, at once, because it had paid a part (minor units).</summary>
    public long WalletPart { get; private set; }

    public string CurrencyCode { get; private set; } = "";

    public PaymentRefundState State { get; private set; }

    public string? ProviderReference { get; private set; }

    public string? FailureCode { get; private set; }

    /// <summary>Questions that the provider did not answer.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset? NextCheckAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public Money Amount => Money.Of(Minor, CurrencyCode);

    private Money? InWallet => WalletPart > 0 ? Money.Of(WalletPart, CurrencyCode) : null;

    public bool IsOpen => State is PaymentRefundState.Created or PaymentRefundState.Unknown;

    public static PaymentRefund Create(Guid id, Guid payment, Money toCard, long toWallet, DateTimeOffset now) => new()
    {
        Id = id,
        PaymentId = payment,
        Minor = toCard.Minor,
        WalletPart = toWallet,
        CurrencyCode = toCard.Currency.Code,
        State = PaymentRefundState.Created,
        CreatedAt = now,
        UpdatedAt = now,
        NextCheckAt = now + SubmitTime,
    };

    public void Settle(string reference, DateTimeOffset now)
    {
        End(PaymentRefundState.Settled, now);
        ProviderReference = reference;
    }

    /// <summary>The card takes nothing back: the money goes into the payer's wallet instead.</summary>
    public void Fail(string code, DateTimeOffset now)
    {
        End(PaymentRefundState.Failed, now);
        FailureCode = code;
    }

    /// <summary>The provider did not answer: it may have given the money back or not. It is asked again with the same key.</summary>
    public void LoseSight(DateTimeOffset now)
    {
        State = PaymentRefundState.Unknown;
        Attempts++;
        UpdatedAt = now;
        NextCheckAt = now + TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 15 * Math.Pow(2, Math.Min(Attempts, 20))));
    }

    public MoneyBack ToMoneyBack(string method) => State switch
    {
        PaymentRefundState.Settled => new MoneyBack(Id, method, true, EndedAt, null) { InWallet = InWallet },
        PaymentRefundState.Failed => new MoneyBack(Id, PaymentMethod.Wallet, true, EndedAt, FailureCode),
        _ => new MoneyBack(Id, method, false, null, null) { InWallet = InWallet },
    };

    private void End(PaymentRefundState state, DateTimeOffset now)
    {
        if (!IsOpen) throw new InvalidOperationException($"Refund {Id} is {State} already.");
        State = state;
        UpdatedAt = now;
        EndedAt = now;
        NextCheckAt = null;
    }
}

internal enum PaymentRefundState
{
    Created,
    Unknown,
    Settled,
    Failed,
}
