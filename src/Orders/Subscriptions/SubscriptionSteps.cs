using Marketplace.Kernel;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>What may happen to it, and when.</summary>
internal sealed partial class Subscription
{
    /// <summary>The period after this one. What lay idle for longer than a period is not paid for: the first that is not over yet.</summary>
    public (int Number, DateTimeOffset Starts, DateTimeOffset Ends) Next(DateTimeOffset now)
    {
        var plan = Coming;
        var (anchor, first) = plan.Months == Plan.Months ? (Anchor, AnchorPeriod) : (PeriodEnd, Period + 1);
        DateTimeOffset At(int period) => anchor.AddMonths(plan.Months * (period - first));
        var number = Period + 1;
        while (At(number + 1) <= now) number++;
        return (number, At(number), At(number + 1));
    }

    /// <summary>Money for this is still welcome.</summary>
    public bool Takes(SubscriptionCharge charge) =>
        !HasEnded && charge.State == ChargeState.Open && (charge.Kind == ChargeKind.Change ? charge.Period == Period && Runs : charge.Period > Period);

    /// <summary>A charge is paid: its period begins, or its plan.</summary>
    public void Take(SubscriptionCharge charge, DateTimeOffset now)
    {
        if (!Takes(charge)) throw new InvalidOperationException($"Subscription {Id} is {State}.");
        if (charge.Kind == ChargeKind.Renewal || charge.Plan.Months != Plan.Months)
        {
            if (charge.Plan.Months != Plan.Months) (Anchor, AnchorPeriod) = (charge.StartsAt, charge.Kind == ChargeKind.Change ? Period + 1 : charge.Period);
            Period = charge.Kind == ChargeKind.Change ? Period + 1 : charge.Period;
            (PeriodStart, PeriodEnd) = (charge.StartsAt, charge.EndsAt);
            PaidPeriods++;
        }

        charge.Pay(now);
        (Plan, NextPlan, State) = (charge.Plan, null, SubscriptionState.Active);
        (AccessUntil, AccessClosedAt, GivesUpAt) = (null, null, null);
    }

    /// <summary>A renewal could not be paid.</summary>
    public void Miss(SubscriptionCharge charge, DateTimeOffset now)
    {
        if (State is SubscriptionState.Unpaid) return;
        AccessUntil ??= charge.StartsAt + Dunning.Grace;
        State = SubscriptionState.PastDue;
        if (charge.NextTryAt is null && !Dunning.IsHard(charge.Failure!)) GiveUpTrying(now);
    }

    /// <summary>No try is left: the member may pay by themselves for some days.</summary>
    public void GiveUpTrying(DateTimeOffset now) => (State, GivesUpAt) = (SubscriptionState.Unpaid, now + Dunning.Patience);

    public void CloseAccess(DateTimeOffset now) => AccessClosedAt = now;

    public void Remind(DateTimeOffset now) => RemindedAt = now;

    /// <summary>No further period. What is paid for stays.</summary>
    /// <exception cref="Refused">409 <c>subscription_state</c>.</exception>
    public void Cancel(DateTimeOffset now)
    {
        MustRun();
        CancelledAt ??= now;
    }

    /// <exception cref="Refused">409 <c>subscription_state</c>.</exception>
    public void Resume()
    {
        if (CancelledAt is null || !Runs) throw WrongState();
        CancelledAt = null;
    }

    public void End(EndReason reason, DateTimeOffset now)
    {
        if (HasEnded) return;
        State = reason is Orders.EndReason.Unpaid or Orders.EndReason.Completed ? SubscriptionState.Expired : SubscriptionState.Cancelled;
        (EndedAt, EndReason, AccessClosedAt) = (now, reason, AccessClosedAt ?? now);
    }

    /// <summary>Another plan, from now on, that costs nothing more today: in the trial.</summary>
    public void Switch(AgreedPlan plan)
    {
        MustRun();
        (Plan, NextPlan) = (plan, null);
        if (State == SubscriptionState.Trialing) (Anchor, AnchorPeriod) = (PeriodEnd, 1);
    }

    /// <summary>Another plan from the next period on; the present one takes a wish back.</summary>
    public void SwitchLater(AgreedPlan plan)
    {
        MustRun();
        NextPlan = plan.Offer == Plan.Offer ? null : plan;
    }

    /// <summary>What changing to a plan that is worth more costs now, and what it buys: the rest of this period where the interval stays, else a new one that begins now.</summary>
    public (Money Amount, DateTimeOffset Starts, DateTimeOffset Ends) Difference(AgreedPlan plan, DateTimeOffset now)
    {
        var (left, whole) = ((PeriodEnd - now).Ticks / TimeSpan.TicksPerSecond, (PeriodEnd - PeriodStart).Ticks / TimeSpan.TicksPerSecond);
        left = Math.Clamp(left, 0, whole);
        if (plan.Months == Plan.Months) return (plan.Price with { Minor = Money.Portion(plan.Price.Minor - Plan.Price.Minor, left, whole) }, PeriodStart, PeriodEnd);
        return (plan.Price with { Minor = Math.Max(0, plan.Price.Minor - Money.Portion(Plan.Price.Minor, left, whole)) }, now, now.AddMonths(plan.Months));
    }

    public void PayFromWallet() => (Method, SavedMethod, CardBrand, CardLast4) = (PaymentMethod.Wallet, null, null, null);

    public void PayBy(SavedPaymentMethod saved) => (Method, SavedMethod, CardBrand, CardLast4) = (saved.Method, saved.Id, saved.Brand, saved.Last4);

    /// <exception cref="Refused">409 <c>subscription_state</c>.</exception>
    public void MustRun()
    {
        if (!Runs) throw WrongState();
    }

    public static Refused WrongState() => new("subscription_state", 409, "That cannot be done with this subscription as it is now. Look at it again.");
}
