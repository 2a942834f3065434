using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What a buyer agrees to beside the price of now.</summary>
/// <param name="Price">Of every later period.</param>
/// <param name="Interval">month, quarter or year.</param>
/// <param name="TrialDays">Before the first of them; 0: the first is paid now.</param>
/// <param name="MaxPeriods">It ends by itself after so many; null: it goes on until it is cancelled.</param>
internal sealed record RenewalTerms(Money Price, string Interval, int TrialDays, Money? SetupFee, int? MaxPeriods)
{
    /// <param name="first">What is paid now.</param>
    public static RenewalTerms? Of(Offer offer, Money first)
    {
        if (!AgreedPlan.Renews(offer.Kind, offer.Option)) return null;
        var facts = PlanFacts.Of(offer.Details);
        var price = facts.Agreed?.Price ?? first - (facts.SetupFee ?? Money.Zero(first.Currency));
        return new RenewalTerms(price, offer.Option, facts.Agreed?.TrialDays ?? facts.TrialDays, facts.SetupFee, facts.MaxPeriods);
    }
}
