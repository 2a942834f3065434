using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>scheduled → active → expired; cancelled by its owner; stopped by staff, or because what it shows cannot be bought any more.</summary>
internal enum BoostState
{
    Scheduled,
    Active,
    Expired,
    Cancelled,
    Stopped,
}

internal enum BoostSubject
{
    Product,
    Profile,
}

/// <summary>
/// A place that somebody pays for, for some days from when what it shows is on sale. A day that has begun is used; when it ends early the
/// others are paid back to the cent: <c>total − round(total × used ÷ days)</c>.
/// </summary>
internal sealed class Boost
{
    public const int MostDays = 30;

    /// <summary>So long a boost waits for its product to come on sale; then all of it is paid back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(30);

    // Until it starts nothing of it may be earned: its money is deferred to a time that never comes.
    private static readonly TimeSpan NeverYet = TimeSpan.FromDays(3650);

    private Boost()
    {
    }

    public Guid Id { get; private set; }

    public Guid OwnerId { get; private set; }

    public BoostSubject SubjectKind { get; private set; }

    /// <summary>A product, or of a profile the account.</summary>
    public Guid SubjectId { get; private set; }

    public string Place { get; private set; } = "";

    public int Days { get; private set; }

    public Currency Currency { get; private set; }

    public long Total { get; private set; }

    /// <summary>The wallet's deferral: another one from the start on.</summary>
    public Guid DeferralId { get; private set; }

    public BoostState State { get; private set; }

    public DateTimeOffset AskedAt { get; private set; }

    /// <summary>As it was wished; from the start on as it was.</summary>
    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>A code of the market's own (<c>off_sale</c>, <c>on_vacation</c>, <c>suspended</c>, <c>never_on_sale</c>), or what staff wrote.</summary>
    public string? EndReason { get; private set; }

    public Guid? StoppedBy { get; private set; }

    public long Refunded { get; private set; }

    public bool IsOpen => State is BoostState.Scheduled or BoostState.Active;

    public Money Paid => new(Total, Currency);

    public Guid? Product => SubjectKind == BoostSubject.Product ? SubjectId : null;

    public static Boost Ask(Guid id, Guid deferral, Guid owner, BoostSubject kind, Guid subject, string place, int days, Money total, DateTimeOffset starts, DateTimeOffset now) => new()
    {
        Id = id, DeferralId = deferral, OwnerId = owner, SubjectKind = kind, SubjectId = subject, Place = place, Days = days, Currency = total.Currency, Total = total.Minor,
        State = BoostState.Scheduled, AskedAt = now, StartsAt = starts, EndsAt = starts.AddDays(days),
    };

    /// <summary>Its days begin now.</summary>
    /// <param name="deferral">Under which the wallet earns it from now on.</param>
    public void Start(Guid deferral, DateTimeOffset now)
    {
        if (State != BoostState.Scheduled) throw new InvalidOperationException($"Boost {Id} is {State}.");
        (State, DeferralId, StartsAt, EndsAt) = (BoostState.Active, deferral, now, now.AddDays(Days));
    }

    public void Expire(DateTimeOffset now) => (State, EndedAt) = (BoostState.Expired, now);

    /// <summary>How many of its days have begun.</summary>
    public int Used(DateTimeOffset at) => State == BoostState.Scheduled ? 0 : Math.Clamp((int)Math.Ceiling((at - StartsAt) / TimeSpan.FromDays(1)), 0, Days);

    /// <summary>Until when it is earned when it stops now: to the end of the day that has begun.</summary>
    public DateTimeOffset EarnedUntil(DateTimeOffset at) => StartsAt.AddDays(Used(at));

    public void End(BoostState state, string? reason, Guid? by, Money refunded, DateTimeOffset now) =>
        (State, EndReason, StoppedBy, Refunded, EndedAt) = (state, reason, by, refunded.Minor, now);

    public Wallet.Deferral Deferral => State == BoostState.Active
        ? new(DeferralId, Wallet.DeferredIncome.Boost, Id, OwnerId, Paid, StartsAt, EndsAt)
        : new(DeferralId, Wallet.DeferredIncome.Boost, Id, OwnerId, Paid, StartsAt + NeverYet, EndsAt + NeverYet);
}
