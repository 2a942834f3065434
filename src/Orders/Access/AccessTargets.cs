using Marketplace.Catalog;
using Marketplace.Users;

namespace Marketplace.Orders;

/// <summary>Asks whoever shows a kind.</summary>
internal sealed class AccessTargets(IEnumerable<IAccessTargets> all)
{
    public IEnumerable<AccessKind> Kinds => all.Select(a => a.Kind).Order();

    public async Task<IReadOnlyList<AccessTarget>> Of(AccessKind kind, ShopLine shop, CancellationToken stop = default) =>
        all.FirstOrDefault(a => a.Kind == kind) is { } known ? await known.Of(shop, stop) : [];

    /// <summary>What is not there any more is missing.</summary>
    public async Task<IReadOnlyDictionary<(AccessKind, string), AccessTarget>> Find(IEnumerable<(AccessKind Kind, string Target)> targets, CancellationToken stop = default)
    {
        var found = new Dictionary<(AccessKind, string), AccessTarget>();
        foreach (var group in targets.Distinct().GroupBy(t => t.Kind))
        {
            // What was bought itself has the title of a product, too.
            if (all.FirstOrDefault(a => a.Kind == group.Key || (group.Key == AccessKind.Membership && a is ProductTargets)) is not { } known) continue;
            foreach (var (target, shown) in await known.Find(group.Select(t => t.Target).ToList(), stop)) found[(group.Key, target)] = shown;
        }

        return found;
    }
}

/// <summary>Courses, webinars and files of the same shop.</summary>
internal sealed class ProductTargets(AccessKind kind, IReadOnlyCollection<string> productKinds, ICatalog catalog) : IAccessTargets
{
    public AccessKind Kind => kind;

    public async Task<IReadOnlyList<AccessTarget>> Of(ShopLine shop, CancellationToken stop = default) =>
        (await catalog.ProductsOf(shop.Id, productKinds, stop)).Select(Shown).ToList();

    public async Task<IReadOnlyDictionary<string, AccessTarget>> Find(IReadOnlyCollection<string> targets, CancellationToken stop = default) =>
        (await catalog.Products(targets.Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToList(), stop)).Values.Select(Shown).ToDictionary(t => t.Target);

    private static AccessTarget Shown(ShopProduct product) => new(product.Id.ToString(), product.Title, $"/p/{product.Slug}");
}

/// <summary>The tiers at which people sell, opened by products of whoever owns the market.</summary>
internal sealed class TierTargets(IUsers users) : IAccessTargets
{
    private static readonly AccessTarget[] All = [new("standard", "Seller tier Standard", "/sell/plans"), new("premium", "Seller tier Premium", "/sell/plans"), new("ultimate", "Seller tier Ultimate", "/sell/plans")];

    public AccessKind Kind => AccessKind.SellerTier;

    public async Task<IReadOnlyList<AccessTarget>> Of(ShopLine shop, CancellationToken stop = default) =>
        (await users.Holders(Rights.Owner, stop)).Contains(shop.Owner) ? All : [];

    public Task<IReadOnlyDictionary<string, AccessTarget>> Find(IReadOnlyCollection<string> targets, CancellationToken stop = default) =>
        Task.FromResult<IReadOnlyDictionary<string, AccessTarget>>(All.Where(t => targets.Contains(t.Target)).ToDictionary(t => t.Target));
}
