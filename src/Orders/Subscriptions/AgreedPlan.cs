using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>A plan as it was agreed: what the shop changes of its offer later concerns later buyers.</summary>
/// <param name="Option">month, quarter or year.</param>
/// <param name="Price">Of a period.</param>
/// <param name="MaxPeriods">After so many payments it is over; null: until somebody ends it.</param>
/// <param name="Details">The facts of the offer, JSON.</param>
internal sealed record AgreedPlan(Guid Offer, string Option, string Name, string Terms, Money Price, int? MaxPeriods, string Details)
{
    [JsonIgnore]
    public int Months => MonthsOf(Option);

    /// <summary>A plan of this option is paid again and again.</summary>
    public static bool Renews(string kind, string option) => kind == "membership" && MonthsOf(option) > 0;

    /// <summary>A plan of this option is paid once, and stays.</summary>
    public static bool Lasts(string kind, string option) => kind == "membership" && MonthsOf(option) == 0;

    /// <summary>As it is offered now.</summary>
    public static AgreedPlan Of(Offer offer) => new(offer.Id, offer.Option, offer.Name, offer.Terms, offer.Price, PlanFacts.Of(offer.Details).MaxPeriods, offer.Details);

    /// <summary>As it was bought. A coupon took something off the first payment alone.</summary>
    public static AgreedPlan Of(OrderItem item, string currency)
    {
        var facts = PlanFacts.Of(item.Details);
        var price = facts.Agreed?.Price ?? Money.Of(Math.Max(0, item.Price - (facts.SetupFee?.Minor ?? 0)), currency);
        return new AgreedPlan(item.Offer, item.Option, item.Licence, item.Terms, price, facts.MaxPeriods, item.Details.GetRawText());
    }

    /// <summary>It is worth more at once: changing to it is paid now. Everything else begins with the next period.</summary>
    public bool IsMoreThan(AgreedPlan other) => Months > other.Months || (Months == other.Months && Price > other.Price);

    private static int MonthsOf(string option) => option switch { "month" => 1, "quarter" => 3, "year" => 12, _ => 0 };
}

/// <summary>What an offer says of its plan.</summary>
/// <param name="Agreed">Set where it was priced for a buyer: see <see cref="FirstInvoice"/>.</param>
internal sealed record PlanFacts(int TrialDays, Money? TrialPrice, Money? SetupFee, int? MaxPeriods, AgreedPrice? Agreed)
{
    public const string AgreedName = "agreed";

    public static PlanFacts Of(string details)
    {
        using var json = JsonDocument.Parse(details);
        return Of(json.RootElement);
    }

    public static PlanFacts Of(JsonElement details) => new(
        Number(details, "trial_days") ?? 0, Amount(details, "trial_price"), Amount(details, "setup_fee"), Number(details, "max_cycles"),
        details.TryGetProperty(AgreedName, out var agreed) ? agreed.Deserialize<AgreedPrice>(JsonStyle.Options) : null);

    private static int? Number(JsonElement details, string name) => details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static Money? Amount(JsonElement details, string name) => details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.Deserialize<Money>(JsonStyle.Options) : null;
}

/// <summary>What a plan costs this buyer.</summary>
/// <param name="Price">Of a period; null where the buyer names it.</param>
/// <param name="TrialDays">0 for who has had a trial of it before.</param>
/// <param name="Tried">They have.</param>
/// <param name="Member">They are a member already, or are about to be by another line.</param>
internal sealed record AgreedPrice(Money? Price, int TrialDays, bool Tried, bool Member);
