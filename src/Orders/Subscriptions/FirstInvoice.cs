using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// A plan that renews has a first invoice of its own: the trial's price or the first period's, and the setup fee once. Carts and checkouts
/// show and take that; what every later period costs is written beside it and frozen with the line.
/// </summary>
internal static class FirstInvoice
{
    /// <param name="buyer">Null: a guest, who has had no trial yet.</param>
    public static async Task<IReadOnlyDictionary<Guid, Offer>> Price(IReadOnlyDictionary<Guid, Offer> offers, Guid? buyer, OrdersDb db)
    {
        var plans = offers.Values.Where(o => AgreedPlan.Renews(o.Kind, o.Option)).ToList();
        if (plans.Count == 0) return offers;
        var products = plans.Select(p => p.Product).Distinct().ToList();
        var had = buyer is null ? [] : await db.Subscriptions.AsNoTracking().Where(s => s.Account == buyer && products.Contains(s.Product)).Select(s => new { s.Product, Live = s.EndedAt == null }).ToListAsync();
        var lasting = offers.Values.Where(o => AgreedPlan.Lasts(o.Kind, o.Option)).Select(o => o.Product).Concat(buyer is null ? [] : await Owned.Memberships(db, buyer.Value).Where(p => products.Contains(p)).ToListAsync());
        var priced = offers.ToDictionary();
        var seen = lasting.ToHashSet();
        foreach (var plan in plans.OrderBy(p => p.Price.Minor).ThenBy(p => p.Id))
            priced[plan.Id] = Of(plan, tried: had.Exists(h => h.Product == plan.Product), member: had.Exists(h => h.Live && h.Product == plan.Product) || !seen.Add(plan.Product));
        return priced;
    }

    private static Offer Of(Offer plan, bool tried, bool member)
    {
        var facts = PlanFacts.Of(plan.Details);
        var trial = tried ? 0 : facts.TrialDays;
        // Whoever names the price of a period names it without the trial's: that is the shop's to say.
        var names = plan.NamesPrice && trial == 0;
        var first = (trial > 0 ? facts.TrialPrice ?? Money.Zero(plan.Price.Currency) : plan.Price) + (facts.SetupFee ?? Money.Zero(plan.Price.Currency));
        var details = JsonNode.Parse(plan.Details)!.AsObject();
        details[PlanFacts.AgreedName] = JsonSerializer.SerializeToNode(new AgreedPrice(names ? null : plan.Price, trial, tried, member), JsonStyle.Options);
        return plan with { Price = first, NamesPrice = names, Details = details.ToJsonString() };
    }
}
