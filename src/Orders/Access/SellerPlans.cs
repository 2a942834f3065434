using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="CommissionRate">Basis points of a sale that the market keeps.</param>
/// <param name="FeaturedProducts">How many may be featured at once.</param>
internal sealed record TierReply(SellerTier Tier, int CommissionRate, int FeaturedProducts);

/// <param name="Offers">Its ways to pay, the cheapest first.</param>
/// <param name="IsMine">The caller has bought it, and it runs.</param>
internal sealed record SellerPlan(Guid ProductId, string Slug, string Title, TierReply Opens, IReadOnlyList<SellerPlanOffer> Offers, bool IsMine);

/// <param name="Option">month, quarter, year, lifetime, once; empty where there is one only.</param>
internal sealed record SellerPlanOffer(Guid OfferId, string Option, Money Price);

/// <param name="Now">At which the caller sells.</param>
internal sealed record SellerPlansReply(TierReply Now, IReadOnlyList<SellerPlan> Data);

/// <summary>The market's own plans: products of its owner's shop that open a seller tier, bought like all others.</summary>
internal sealed class SellerPlans(OrdersDb db, ICatalog catalog, IUsers users)
{
    public async Task<SellerPlansReply> Handle(Caller caller, CancellationToken stop)
    {
        var rules = await db.AccessRules.AsNoTracking().Where(r => r.TargetKind == AccessKind.SellerTier && r.EndedAt == null).Select(r => new { r.Product, r.Target }).ToListAsync(stop);
        var mine = await db.Grants.AsNoTracking().Where(g => g.Account == caller.Account && g.TargetKind == AccessKind.SellerTier && g.GrantedAt != null && g.RevokedAt == null)
            .Join(db.Items, g => g.ItemId, i => i.Id, (g, i) => i.Product).ToListAsync(stop);
        var onSale = (await catalog.OffersOf(rules.ConvertAll(r => r.Product), stop)).Values.Where(o => o.OnSale).OrderBy(o => o.Price.Minor).ToLookup(o => o.Product);
        var plans = new List<SellerPlan>();
        foreach (var rule in rules)
        {
            if (onSale[rule.Product].ToList() is not [var cheapest, ..] offers) continue;
            plans.Add(new SellerPlan(
                rule.Product, cheapest.ProductSlug, cheapest.ProductTitle, Terms(rule.Target.ReadChoice<SellerTier>()!.Value),
                offers.ConvertAll(o => new SellerPlanOffer(o.Id, o.Option, o.Price)), mine.Contains(rule.Product)));
        }

        return new SellerPlansReply(Terms((await users.People([caller.Account], stop))[caller.Account].Tier), plans.OrderBy(p => p.Opens.Tier).ThenBy(p => p.Title, StringComparer.Ordinal).ToList());
    }

    private TierReply Terms(SellerTier tier)
    {
        var terms = users.Terms(tier);
        return new TierReply(tier, terms.CommissionRate, terms.FeaturedProducts);
    }
}
