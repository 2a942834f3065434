using System.Text.Json;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

internal enum SubscriptionState
{
    /// <summary>The first payment comes when the trial ends.</summary>
    Trialing,
    Active,

    /// <summary>A period could not be paid; it is tried again.</summary>
    PastDue,

    /// <summary>Nothing is tried any more; the member may still pay.</summary>
    Unpaid,
    Expired,
    Cancelled,
}

/// <summary>Why it ended; stable codes.</summary>
internal enum EndReason
{
    /// <summary>The member wished it.</summary>
    Cancelled,

    /// <summary>All payments of the plan are made.</summary>
    Completed,
    Unpaid,
    Refunded,

    /// <summary>The product is gone.</summary>
    Withdrawn,
    Staff,
    Erased,
}

/// <summary>A membership that renews: trialing → active → past_due → unpaid → expired, or cancelled. Its prices and rates are those of the day on which it was agreed.</summary>
internal sealed partial class Subscription
{
    private Subscription()
    {
    }

    /// <summary>Its first order is paid.</summary>
    internal Subscription(Order order, OrderItem item, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        Id = Ids.New(clock);
        (Account, Seller, Shop, ShopName) = (item.Buyer, item.Seller, item.Shop, item.ShopName);
        (Product, Title, Slug, CoverUrl, ProductDetails) = (item.Product, item.Title, item.Slug, item.CoverUrl, item.ProductDetails);
        (FirstItem, SellerTier, CommissionRate, Language) = (item.Id, item.SellerTier, item.CommissionRate, order.Language);
        (Plan, Method, CreatedAt, PeriodStart) = (AgreedPlan.Of(item, order.Currency), order.Method, now, now);
        var trial = PlanFacts.Of(item.Details).Agreed?.TrialDays ?? 0;
        State = trial > 0 ? SubscriptionState.Trialing : SubscriptionState.Active;
        (Anchor, AnchorPeriod) = (now.AddDays(trial), 1);
        (Period, PaidPeriods) = trial > 0 ? (0, 0) : (1, 1);
        PeriodEnd = trial > 0 ? Anchor : EndOf(1);
        Charges.Add(new SubscriptionCharge(this, ChargeKind.First, Period, order, item, Plan, PeriodStart, PeriodEnd, clock));
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public Guid Seller { get; private set; }

    public Guid Shop { get; private set; }

    public string ShopName { get; private set; } = "";

    public Guid Product { get; private set; }

    public string Title { get; private set; } = "";

    public string Slug { get; private set; } = "";

    public string? CoverUrl { get; private set; }

    public JsonElement ProductDetails { get; private set; }

    /// <summary>The line with which it began.</summary>
    public Guid FirstItem { get; private set; }

    public SellerTier SellerTier { get; private set; }

    /// <summary>Basis points, of every period.</summary>
    public int CommissionRate { get; private set; }

    public string Language { get; private set; } = "";

    public AgreedPlan Plan { get; private set; } = null!;

    /// <summary>From the next period on; null: the same.</summary>
    public AgreedPlan? NextPlan { get; private set; }

    public SubscriptionState State { get; private set; }

    /// <summary>The one that runs; 0 is the trial.</summary>
    public int Period { get; private set; }

    public DateTimeOffset PeriodStart { get; private set; }

    public DateTimeOffset PeriodEnd { get; private set; }

    /// <summary>When <see cref="AnchorPeriod"/> began: all dates are counted from there, so that a short month moves none of the later ones.</summary>
    public DateTimeOffset Anchor { get; private set; }

    public int AnchorPeriod { get; private set; }

    public int PaidPeriods { get; private set; }

    /// <summary>How it is paid: <c>wallet</c>, or a way of which one was saved.</summary>
    public string Method { get; private set; } = "";

    public Guid? SavedMethod { get; private set; }

    public string? CardBrand { get; private set; }

    public string? CardLast4 { get; private set; }

    /// <summary>The member wants no further period.</summary>
    public DateTimeOffset? CancelledAt { get; private set; }

    public DateTimeOffset? AccessUntil { get; private set; }

    public DateTimeOffset? AccessClosedAt { get; private set; }

    public DateTimeOffset? GivesUpAt { get; private set; }

    public DateTimeOffset? RemindedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public EndReason? EndReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public List<SubscriptionCharge> Charges { get; private set; } = [];

    public bool HasEnded => EndedAt is not null;

    /// <summary>A period is paid or tried, and no bill is open.</summary>
    public bool Runs => State is SubscriptionState.Trialing or SubscriptionState.Active;

    public AgreedPlan Coming => NextPlan ?? Plan;

    /// <summary>Another period follows this one.</summary>
    public bool Continues => !HasEnded && CancelledAt is null && !IsComplete;

    public bool IsComplete => Coming.MaxPeriods is { } most && PaidPeriods >= most;

    private DateTimeOffset EndOf(int period) => Anchor.AddMonths(Plan.Months * (period - AnchorPeriod + 1));
}
