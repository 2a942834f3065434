using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>A correction of somebody's balance by staff: one proposes it, another posts or rejects it, and neither is the one whose wallet it is.</summary>
internal sealed class Adjustment
{
    private Adjustment()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public string CurrencyCode { get; private set; } = "";

    /// <summary>Positive is given, negative is taken.</summary>
    public long Minor { get; private set; }

    public AdjustmentCategory Category { get; private set; }

    /// <summary>The person reads it.</summary>
    public string Reason { get; private set; } = "";

    public AdjustmentState State { get; private set; }

    public Guid ProposedBy { get; private set; }

    public DateTimeOffset ProposedAt { get; private set; }

    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? DecisionReason { get; private set; }

    public Money Amount => Money.Of(Minor, CurrencyCode);

    /// <summary>Who bears it, or gains by it.</summary>
    public Account Against => Category switch
    {
        AdjustmentCategory.Commission => Wallet.Account.Commission,
        AdjustmentCategory.Fee => Wallet.Account.Processing,
        AdjustmentCategory.Dispute => Wallet.Account.LostDisputes,
        _ => Wallet.Account.Goodwill,
    };

    /// <exception cref="Refused">403 <c>own_adjustment</c>.</exception>
    public static Adjustment Propose(Guid id, Guid account, Money amount, AdjustmentCategory category, string reason, Guid by, DateTimeOffset now)
    {
        MustNotBeOwn(account, by);
        return new Adjustment
        {
            Id = id,
            Account = account,
            CurrencyCode = amount.Currency.Code,
            Minor = amount.Minor,
            Category = category,
            Reason = reason.Trim(),
            State = AdjustmentState.Proposed,
            ProposedBy = by,
            ProposedAt = now,
        };
    }

    /// <exception cref="Refused">403 <c>own_adjustment</c>; 409 <c>adjustment_decided</c>, <c>second_person_needed</c>.</exception>
    public void Approve(Guid by, DateTimeOffset now)
    {
        if (by == ProposedBy) throw new Refused("second_person_needed", 409, "You have proposed this. Another person has to approve it.");
        Decide(AdjustmentState.Posted, null, by, now);
    }

    /// <inheritdoc cref="Approve"/>
    public void Reject(Guid by, string reason, DateTimeOffset now)
    {
        if (by == ProposedBy) throw new Refused("second_person_needed", 409, "You have proposed this. Another person has to approve it.");
        Decide(AdjustmentState.Rejected, reason.Trim(), by, now);
    }

    private void Decide(AdjustmentState state, string? reason, Guid by, DateTimeOffset now)
    {
        MustNotBeOwn(Account, by);
        if (State != AdjustmentState.Proposed) throw new Refused("adjustment_decided", 409, "This adjustment was decided about already.");
        (State, DecidedBy, DecidedAt, DecisionReason) = (state, by, now, reason);
    }

    private static void MustNotBeOwn(Guid account, Guid by)
    {
        if (by == account) throw new Refused("own_adjustment", 403, "Nobody adjusts their own wallet.");
    }
}

/// <summary>proposed → posted | rejected.</summary>
internal enum AdjustmentState
{
    Proposed,
    Posted,
    Rejected,
}

/// <summary>Why: decides who bears it.</summary>
internal enum AdjustmentCategory
{
    /// <summary>The market is generous.</summary>
    Goodwill,

    /// <summary>Something was booked wrongly.</summary>
    Correction,

    /// <summary>Commission given back, or taken too late.</summary>
    Commission,

    /// <summary>A processor's fee.</summary>
    Fee,

    /// <summary>The end of a quarrel.</summary>
    Dispute,
}
