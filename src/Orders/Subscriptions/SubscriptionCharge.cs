using Marketplace.Kernel;

namespace Marketplace.Orders;

internal enum ChargeKind
{
    First,
    Renewal,

    /// <summary>The difference of a dearer plan.</summary>
    Change,
}

internal enum ChargeState
{
    Open,
    Paid,
    Failed,
}

/// <summary>What one period (or a change of plan) costs, by an order of its own. One a period: whatever runs twice finds it.</summary>
internal sealed class SubscriptionCharge
{
    private SubscriptionCharge()
    {
    }

    internal SubscriptionCharge(Subscription of, ChargeKind kind, int period, Order order, OrderItem item, AgreedPlan plan, DateTimeOffset starts, DateTimeOffset ends, TimeProvider clock)
    {
        Id = Ids.New(clock);
        (SubscriptionId, Kind, Period, OrderId, ItemId, Plan, StartsAt, EndsAt) = (of.Id, kind, period, order.Id, item.Id, plan, starts, ends);
        (Amount, Currency, CreatedAt) = (item.Gross, order.Currency, clock.GetUtcNow());
        if (kind == ChargeKind.First) Pay(CreatedAt);
        else if (kind == ChargeKind.Renewal) NextTryAt = CreatedAt;
    }

    public Guid Id { get; private set; }

    public Guid SubscriptionId { get; private set; }

    public ChargeKind Kind { get; private set; }

    /// <summary>Of a change the one in which it was made.</summary>
    public int Period { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid ItemId { get; private set; }

    /// <summary>What it buys.</summary>
    public AgreedPlan Plan { get; private set; } = null!;

    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public long Amount { get; private set; }

    public string Currency { get; private set; } = "";

    public ChargeState State { get; private set; }

    /// <summary>How many tries have failed.</summary>
    public int Tries { get; private set; }

    /// <summary>Null while one is on its way, and when there is none any more.</summary>
    public DateTimeOffset? NextTryAt { get; private set; }

    /// <summary>The payment of the market's own try that is on its way.</summary>
    public Guid? Payment { get; private set; }

    public string? Failure { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? PaidAt { get; private set; }

    public Money Sum => Money.Of(Amount, Currency);

    public bool IsDue(DateTimeOffset now) => State == ChargeState.Open && NextTryAt <= now;

    internal void Pay(DateTimeOffset now) => (State, PaidAt, NextTryAt, Payment, Failure) = (ChargeState.Paid, now, null, null, null);

    internal void Try(Guid payment) => (Payment, NextTryAt) = (payment, null);

    /// <summary>The member has done something about it.</summary>
    internal void TryAt(DateTimeOffset when)
    {
        if (State == ChargeState.Open && Payment is null) NextTryAt = when;
    }

    internal void Miss(string code, DateTimeOffset now)
    {
        Tries++;
        (Payment, Failure) = (null, code.Length > 100 ? code[..100] : code);
        NextTryAt = Kind == ChargeKind.Renewal ? Dunning.NextTry(Tries, code, now) : null;
        if (Kind == ChargeKind.Change) State = ChargeState.Failed;
    }

    internal void GiveUp() => (State, NextTryAt) = (ChargeState.Failed, null);
}
