using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Money on its way out of a wallet. requested → approved → (sending, unknown) → sent → paid; or rejected, cancelled, failed; and what was
/// paid may be returned. What was sent never becomes payable again: only the provider, or the bank's paper, says how it ended.
/// </summary>
internal sealed class Payout
{
    private static readonly TimeSpan SubmitTime = TimeSpan.FromMinutes(2), ArrivalCheck = TimeSpan.FromMinutes(10), LongestWait = TimeSpan.FromHours(1);

    private Payout()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public Guid DestinationId { get; private set; }

    public string Way { get; private set; } = "";

    public long Minor { get; private set; }

    public long FeeMinor { get; private set; }

    public string CurrencyCode { get; private set; } = "";

    public PayoutState State { get; private set; }

    /// <summary>The first of two who approve.</summary>
    public Guid? FirstBy { get; private set; }

    public DateTimeOffset? FirstAt { get; private set; }

    public Guid? ApprovedBy { get; private set; }

    public DateTimeOffset? ApprovedAt { get; private set; }

    /// <summary>Why staff rejected it, or what the bank said; the person reads it.</summary>
    public string? Reason { get; private set; }

    public string? FailureCode { get; private set; }

    public string? ProviderReference { get; private set; }

    /// <summary>The file for the bank that it stands in.</summary>
    public Guid? BatchId { get; private set; }

    /// <summary>Key of the blob that proves a payment by hand.</summary>
    public string? Proof { get; private set; }

    public string? ProofType { get; private set; }

    /// <summary>When what had arrived was sent back.</summary>
    public DateTimeOffset? ReturnedAt { get; private set; }

    /// <summary>Key of the blob in which the bank says so.</summary>
    public string? ReturnProof { get; private set; }

    public string? ReturnProofType { get; private set; }

    /// <summary>Questions that the provider did not answer.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset? NextCheckAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public Money Amount => Money.Of(Minor, CurrencyCode);

    public Money Fee => Money.Of(FeeMinor, CurrencyCode);

    /// <summary>What arrives.</summary>
    public Money Net => Amount - Fee;

    /// <summary>The wallet still holds its money, as "in payout".</summary>
    public bool IsHeld => State is PayoutState.Requested or PayoutState.Approved or PayoutState.Sending or PayoutState.Unknown;

    public bool IsOpen => IsHeld || State == PayoutState.Sent;

    public PayoutMoved Told(PayoutStep step) => new(Id, Account, step is PayoutStep.Sent or PayoutStep.Paid ? Net : Amount, step);

    public static Payout Request(Guid id, Guid account, Guid destination, string way, Money amount, Money fee, DateTimeOffset now) => new()
    {
        Id = id,
        Account = account,
        DestinationId = destination,
        Way = way,
        Minor = amount.Minor,
        FeeMinor = fee.Minor,
        CurrencyCode = amount.Currency.Code,
        State = PayoutState.Requested,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <param name="two">Another person must approve it, too.</param>
    /// <returns>True when it may be sent now; false when it waits for a second person.</returns>
    /// <exception cref="Refused">403 <c>own_payout</c>; 409 <c>payout_state</c>, <c>second_person_needed</c>.</exception>
    public bool Approve(Guid by, bool two, DateTimeOffset now)
    {
        MustNotBeOwn(by);
        Must(PayoutState.Requested);
        if (two && FirstBy is null)
        {
            (FirstBy, FirstAt, UpdatedAt) = (by, now, now);
            return false;
        }

        if (two && FirstBy == by) throw new Refused("second_person_needed", 409, "You have approved this payout. Another person has to, too.");
        // Four eyes were switched off meanwhile: the first pair is enough.
        if (FirstBy == by) (FirstBy, FirstAt) = (null, null);
        (ApprovedBy, ApprovedAt) = (by, now);
        Become(PayoutState.Approved, now);
        return true;
    }

    /// <inheritdoc cref="Approve"/>
    public void Reject(Guid by, string reason, DateTimeOffset now)
    {
        MustNotBeOwn(by);
        Must(PayoutState.Requested, PayoutState.Approved);
        Reason = reason.Trim();
        End(PayoutState.Rejected, now);
    }

    /// <exception cref="Refused">409 <c>payout_state</c>.</exception>
    public void Cancel(DateTimeOffset now)
    {
        Must(PayoutState.Requested);
        End(PayoutState.Cancelled, now);
    }

    /// <summary>From here on nobody takes it back: the provider is asked.</summary>
    public void Submit(DateTimeOffset now)
    {
        Must(PayoutState.Approved);
        Become(PayoutState.Sending, now);
        NextCheckAt = now + SubmitTime;
    }

    /// <summary>It stands in a file for the bank.</summary>
    public void Send(Guid batch, DateTimeOffset now)
    {
        Must(PayoutState.Approved);
        (BatchId, SentAt) = (batch, now);
        Become(PayoutState.Sent, now);
    }

    /// <summary>The provider has taken it on.</summary>
    public void Send(string reference, DateTimeOffset now)
    {
        Must(PayoutState.Sending, PayoutState.Unknown);
        (ProviderReference, SentAt) = (reference, now);
        Become(PayoutState.Sent, now);
        WaitForArrival(now);
    }

    /// <summary>It is still on its way.</summary>
    public void WaitForArrival(DateTimeOffset now) => NextCheckAt = now + ArrivalCheck;

    /// <summary>It has arrived, says the provider.</summary>
    public void Arrive(string reference, DateTimeOffset now)
    {
        Must(PayoutState.Sending, PayoutState.Unknown, PayoutState.Sent);
        ProviderReference ??= reference;
        SentAt ??= now;
        End(PayoutState.Paid, now);
    }

    /// <summary>It has arrived, and this paper shows it.</summary>
    public void Arrive(Blob proof, DateTimeOffset now)
    {
        MustBeByHand();
        (Proof, ProofType) = (proof.Key, proof.ContentType);
        End(PayoutState.Paid, now);
    }

    /// <summary>It did not arrive: the money is back, or never left.</summary>
    public void Fail(string code, DateTimeOffset now)
    {
        Must(PayoutState.Sending, PayoutState.Unknown, PayoutState.Sent);
        FailureCode = code;
        SentAt ??= now;
        End(PayoutState.Failed, now);
    }

    /// <summary>The bank has sent it back, says the one who looked.</summary>
    public void ComeBack(string reason, DateTimeOffset now)
    {
        MustBeByHand();
        Reason = reason.Trim();
        Fail("returned_by_bank", now);
    }

    /// <summary>It had arrived, and was sent back, says the provider.</summary>
    public void Return(string code, DateTimeOffset now)
    {
        Must(PayoutState.Paid);
        (FailureCode, ReturnedAt) = (code, now);
        Become(PayoutState.Returned, now);
    }

    /// <summary>The same, says the one who looked, and this paper shows it.</summary>
    /// <exception cref="Refused">409 <c>payout_state</c>.</exception>
    public void Return(string reason, Blob proof, DateTimeOffset now)
    {
        Return("returned_by_bank", now);
        (Reason, ReturnProof, ReturnProofType) = (reason.Trim(), proof.Key, proof.ContentType);
    }

    /// <summary>No answer: it may have been sent or not. It is asked about until that is known, ever more rarely.</summary>
    public void LoseSight(DateTimeOffset now)
    {
        if (State == PayoutState.Sending) State = PayoutState.Unknown;
        Attempts++;
        UpdatedAt = now;
        NextCheckAt = now + TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 15 * Math.Pow(2, Math.Min(Attempts, 20))));
    }

    private void MustNotBeOwn(Guid by)
    {
        if (by == Account) throw new Refused("own_payout", 403, "Nobody decides about their own payout.");
    }

    /// <exception cref="Refused">409 <c>payout_state</c>.</exception>
    public void MustBePaid() => Must(PayoutState.Paid);

    /// <exception cref="Refused">409 <c>payout_state</c>, <c>payout_not_by_hand</c>.</exception>
    public void MustBeByHand()
    {
        Must(PayoutState.Sent);
        if (BatchId is null) throw new Refused("payout_not_by_hand", 409, "Its provider says how this payout ends.");
    }

    private void Must(params ReadOnlySpan<PayoutState> from)
    {
        if (!from.Contains(State)) throw new Refused("payout_state", 409, "The payout is no longer where this could be done. Look at it again.");
    }

    private void Become(PayoutState state, DateTimeOffset now) => (State, UpdatedAt) = (state, now);

    private void End(PayoutState state, DateTimeOffset now)
    {
        Become(state, now);
        (EndedAt, NextCheckAt) = (now, null);
    }
}

internal enum PayoutState
{
    Requested,
    Approved,

    /// <summary>The provider is being asked.</summary>
    Sending,

    /// <summary>The provider did not answer: it is asked until it does.</summary>
    Unknown,
    Sent,
    Paid,
    Rejected,
    Cancelled,
    Failed,

    /// <summary>It had arrived; weeks later the bank sent it back.</summary>
    Returned,
}

/// <summary>What a payout moves in the books.</summary>
internal static class PayoutPostings
{
    public static Posting Requested(Payout p) => new($"payout:{p.Id}", "payout_request", p.Id, Account.Available(p.Account).Minus(p.Amount), Account.Payout(p.Account).Plus(p.Amount));

    public static Posting Sent(Payout p) => new($"payout_sent:{p.Id}", "payout_sent", p.Id,
        Account.Payout(p.Account).Minus(p.Amount), Account.PayoutTransit.Plus(p.Net), Account.WithdrawalFee.Plus(p.Fee));

    public static Posting Paid(Payout p, Account source) => new($"payout_paid:{p.Id}", "payout_paid", p.Id, Account.PayoutTransit.Minus(p.Net), source.Plus(p.Net));

    /// <summary>Before anything was sent.</summary>
    /// <param name="kind"><c>payout_rejected</c>, <c>payout_cancelled</c>.</param>
    public static Posting Back(Payout p, string kind) => new($"{kind}:{p.Id}", kind, p.Id, Account.Payout(p.Account).Minus(p.Amount), Account.Available(p.Account).Plus(p.Amount));

    /// <summary>After it was sent: new rows, the fee too.</summary>
    public static Posting Failed(Payout p) => new($"payout_failed:{p.Id}", "payout_failed", p.Id,
        Account.PayoutTransit.Minus(p.Net), Account.WithdrawalFee.Minus(p.Fee), Account.Available(p.Account).Plus(p.Amount));

    /// <summary>After it had arrived: the same, but that the money comes from where it had gone.</summary>
    public static Posting Returned(Payout p, Account source) => new($"payout_returned:{p.Id}", "payout_failed", p.Id,
        source.Minus(p.Net), Account.WithdrawalFee.Minus(p.Fee), Account.Available(p.Account).Plus(p.Amount));
}
