using System.Text.Json;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>Belonging, learning, a seat: a grant that the payment opens and a full refund closes; see <see cref="OpenAccess"/>.</summary>
internal sealed class AccessGranted(TimeProvider clock) : IFulfilment
{
    private const string Webinar = "webinar";

    public static readonly CartProblem
        AlreadyMember = new("already_member", "One plan of a membership is enough: another is in your cart, or you have one; your library shows it. A plan that renews is changed under Subscriptions."),
        TrialRequired = new("trial_required", "This membership begins with a trial: take a plan that has one.");

    private static readonly string[] All = ["membership", "course", Webinar];

    public IReadOnlyCollection<string> Kinds => All;

    public string Promise => "Your access is in your library as soon as you have paid.";

    /// <summary>What a product of such a kind opens: itself.</summary>
    public static AccessKind KindOf(string kind) => kind switch { "course" => AccessKind.Course, Webinar => AccessKind.WebinarSeat, _ => AccessKind.Membership };

    public static bool Opens(string kind) => All.Contains(kind, StringComparer.Ordinal);

    /// <summary>A seat's money waits for the hour itself.</summary>
    public HoldTerms Hold(string kind) => new(kind == Webinar ? HoldTerms.AfterAttendance : HoldTerms.AfterSale);

    public SaleEvent Received(string kind) => kind == Webinar ? SaleEvent.Attended : SaleEvent.Completed;

    public CartProblem? Refuses(Wanted wanted)
    {
        if (!AgreedPlan.Renews(wanted.Kind, wanted.Option)) return BeginsWithTrial(wanted) ? TrialRequired : null;
        var plan = PlanFacts.Of(wanted.Details);
        if (plan.Agreed is { Member: true }) return AlreadyMember;
        return plan is { TrialDays: 0, Agreed: not { Tried: true } } && BeginsWithTrial(wanted) ? TrialRequired : null;
    }

    /// <summary>A file that comes with it is not the hour itself.</summary>
    public bool IsReceivedByFetching => false;

    public void Begin(Order order, OrderItem item, DateTimeOffset now)
    {
        item.WillOpen(KindOf(item.Kind), item.Product.ToString());
        if (order.Subscription is null && AgreedPlan.Renews(item.Kind, item.Option)) item.Subscription = new Subscription(order, item, clock);
        order.MakeAvailable(item, now, EndOf(item) is { } end && end > now ? end : now + CompleteReceived.After);
    }

    /// <summary>When it is over, for what happens at an hour.</summary>
    public static DateTimeOffset? EndOf(OrderItem item) => StartOf(item) is { } start ? start.AddMinutes(item.ProductDetails.TryGetProperty("minutes", out var minutes) ? minutes.GetInt32() : 60) : null;

    public static DateTimeOffset? StartOf(OrderItem item) =>
        item.Kind == Webinar && item.ProductDetails.TryGetProperty("starts_at", out var at) ? at.GetDateTimeOffset() : null;

    private static bool BeginsWithTrial(Wanted wanted)
    {
        using var details = JsonDocument.Parse(wanted.ProductDetails);
        return details.RootElement.TryGetProperty("requires_trial", out var required) && required.ValueKind == JsonValueKind.True;
    }
}
