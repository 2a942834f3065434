using System.Text.RegularExpressions;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// A payer's bank takes money of a payment back (a chargeback): needs_response → under_review → won or lost. What is over stays as it is.
/// The amount and what it is about never change.
/// </summary>
internal sealed partial class Dispute
{
    /// <summary>Between two questions to the provider, should its event be lost.</summary>
    public static readonly TimeSpan Check = TimeSpan.FromHours(6);

    /// <summary>SQL about <c>wallet.payment_disputes d</c>: it is open, or what follows from it is not booked whole yet. Meanwhile nothing of its order is refunded or released.</summary>
    public const string Unsettled = "(d.ended_at IS NULL OR d.taken_at IS NULL OR d.state = 'won' AND d.returned_at IS NULL)";

    private Dispute()
    {
    }

    public Guid Id { get; private set; }

    public string Provider { get; private set; } = "";

    /// <summary>The provider's name of it.</summary>
    public string Reference { get; private set; } = "";

    public Guid PaymentId { get; private set; }

    public string Purpose { get; private set; } = "";

    /// <summary>The order, or the account that topped up.</summary>
    public Guid SubjectId { get; private set; }

    public Guid PayerId { get; private set; }

    public long Minor { get; private set; }

    public string CurrencyCode { get; private set; } = "";

    /// <summary>What the provider takes for handling it.</summary>
    public long Fee { get; private set; }

    /// <summary>The provider's code: <c>fraudulent</c>.</summary>
    public string Reason { get; private set; } = "";

    public DisputeState State { get; private set; }

    public DateTimeOffset? EvidenceDue { get; private set; }

    public DateTimeOffset OpenedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When sellers (or who topped up) gave it.</summary>
    public DateTimeOffset? TakenAt { get; private set; }

    /// <summary>When they had it again.</summary>
    public DateTimeOffset? ReturnedAt { get; private set; }

    /// <summary>What nobody had left to give: the market bears it.</summary>
    public long? Borne { get; private set; }

    /// <summary>What is sent to the provider.</summary>
    public string? Answer { get; private set; }

    public Guid? AnsweredBy { get; private set; }

    public DateTimeOffset? AnswerAt { get; private set; }

    /// <summary>When the provider had it.</summary>
    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>Who pays the fee of a lost dispute, when not the market.</summary>
    public Guid? FaultSeller { get; private set; }

    public string? FaultReason { get; private set; }

    public Guid? FaultBy { get; private set; }

    public DateTimeOffset? FaultAt { get; private set; }

    public DateTimeOffset? NextCheckAt { get; private set; }

    public Money Amount => Money.Of(Minor, CurrencyCode);

    public Money FeeAmount => Money.Of(Fee, CurrencyCode);

    /// <summary>What its postings are about: an order, or the payment of a top-up.</summary>
    public Guid SubjectReference => Purpose == Charge.ForOrder ? SubjectId : PaymentId;

    public bool IsOpen => State is DisputeState.NeedsResponse or DisputeState.UnderReview;

    /// <summary>Something can still be said.</summary>
    public bool TakesEvidence => State == DisputeState.NeedsResponse && Answer is null;

    /// <summary>As it begins, whatever the provider says of it by now: what follows is told step by step.</summary>
    public static Dispute Open(Guid id, Charge payment, ProviderDispute there, DateTimeOffset now)
    {
        if (payment.State != PaymentState.Captured) throw new NotYetException($"Payment {payment.Id} has not arrived here yet.");
        if (there.Amount.Currency != payment.Amount.Currency || there.Amount.Minor <= 0 || there.Amount > payment.Amount)
            throw new InvalidOperationException($"The provider disputes {there.Amount} of payment {payment.Id}, which brought {payment.Amount}.");
        return new Dispute
        {
            Id = id,
            Provider = payment.Provider,
            Reference = there.Reference,
            PaymentId = payment.Id,
            Purpose = payment.Purpose,
            SubjectId = payment.SubjectId,
            PayerId = payment.PayerId,
            Minor = there.Amount.Minor,
            CurrencyCode = there.Amount.Currency.Code,
            Reason = Code().IsMatch(there.Reason) ? there.Reason : "other",
            State = DisputeState.NeedsResponse,
            EvidenceDue = there.EvidenceDue,
            OpenedAt = now,
            NextCheckAt = now + Check,
        };
    }

    public PaymentDisputed Told(DisputeState state) => new(Id, Purpose, SubjectId, PayerId, Amount, state);

    /// <returns>True when the fee was not known before.</returns>
    public bool LearnFee(Money fee)
    {
        if (Fee != 0 || fee.Minor <= 0) return false;
        if (fee.Currency.Code != CurrencyCode) throw new InvalidOperationException($"The fee of dispute {Id} is in another currency.");
        Fee = fee.Minor;
        return true;
    }

    /// <summary>The provider has our answer and looks at it.</summary>
    public void Review()
    {
        if (State == DisputeState.NeedsResponse) State = DisputeState.UnderReview;
    }

    public void End(DisputeState state, DateTimeOffset now)
    {
        if (!IsOpen || state is not (DisputeState.Won or DisputeState.Lost)) throw new InvalidOperationException($"Dispute {Id} is {State} and does not become {state}.");
        State = state;
        EndedAt = now;
        NextCheckAt = null;
    }

    /// <param name="borne">Minor units that nobody else gave.</param>
    public void Take(long borne, DateTimeOffset now)
    {
        if (TakenAt is not null) throw new InvalidOperationException($"Dispute {Id} was taken already.");
        (TakenAt, Borne) = (now, borne);
    }

    public void Return(DateTimeOffset now)
    {
        if (State != DisputeState.Won || TakenAt is null || ReturnedAt is not null) throw new InvalidOperationException($"Nothing of dispute {Id} goes back.");
        ReturnedAt = now;
    }

    /// <summary>What is sent, once.</summary>
    /// <exception cref="Refused">409 <c>dispute_answered</c>, <c>dispute_over</c>.</exception>
    public void Decide(string answer, Guid by, DateTimeOffset now)
    {
        if (!IsOpen) throw new Refused("dispute_over", 409, "This dispute is over.");
        if (!TakesEvidence) throw new Refused("dispute_answered", 409, "The answer to this dispute was sent already.");
        (Answer, AnsweredBy, AnswerAt) = (answer, by, now);
    }

    public void Sent(DateTimeOffset now)
    {
        AnsweredAt ??= now;
        Review();
    }

    /// <exception cref="Refused">409 <c>dispute_not_lost</c>, <c>fault_decided</c>, <c>dispute_without_fee</c>.</exception>
    public void Blame(Guid seller, string reason, Guid by, DateTimeOffset now)
    {
        if (State != DisputeState.Lost) throw new Refused("dispute_not_lost", 409, "Only the fee of a lost dispute can be charged.");
        if (Fee == 0) throw new Refused("dispute_without_fee", 409, "The provider took no fee for this dispute.");
        if (FaultAt is not null) throw new Refused("fault_decided", 409, "The fee of this dispute was charged already.");
        (FaultSeller, FaultReason, FaultBy, FaultAt) = (seller, reason, by, now);
    }

    [GeneratedRegex("^[a-z0-9_]{1,60}$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Code();
}
