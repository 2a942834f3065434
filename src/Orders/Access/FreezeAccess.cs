using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What the products of a new order open by the rules of this moment is written into it: seats to be kept, files to be delivered, grants that the payment opens.</summary>
internal static class FreezeAccess
{
    /// <summary>One query where nothing is opened.</summary>
    public static async Task Handle(Order order, ICatalog catalog, UnitOfWork work, TimeProvider clock)
    {
        var rules = await work.Command(
            "SELECT product, target_kind, target, seat_offer FROM orders.access_rules WHERE product = ANY ($1) AND ended_at IS NULL ORDER BY id", order.Items.Select(i => i.Product).Distinct().ToArray())
            .List(r => new Rule(r.GetGuid(0), r.GetString(1).ReadChoice<AccessKind>()!.Value, r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3)));
        if (rules.Count == 0) return;
        var bundled = rules.Where(r => r.Kind == AccessKind.Download).Select(r => Guid.Parse(r.Target)).Distinct().ToList();
        var files = bundled.Count == 0 ? null : await catalog.Files(bundled);
        foreach (var item in order.Items)
        {
            // A seat was kept by the line with which a subscription began; its later periods need none, and do not fail for want of one.
            foreach (var rule in rules.Where(r => r.Product == item.Product && (r.Seat is null || order.Subscription is null)))
            {
                item.WillOpen(rule.Kind, rule.Target, rule.Seat);
                if (rule.Kind == AccessKind.Download) item.Add(files![Guid.Parse(rule.Target)], clock);
            }
        }
    }

    private sealed record Rule(Guid Product, AccessKind Kind, string Target, Guid? Seat);
}
