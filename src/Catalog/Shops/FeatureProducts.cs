using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What a shop shows first. How many, the tier of its owner says; who loses a tier keeps what is featured and may only take away. Archived
/// products free their places.
/// </summary>
internal static class FeatureProducts
{
    private const string Counted = "catalog.featured_products f JOIN catalog.products p ON p.id = f.product_id AND p.state <> 'archived'";

    /// <param name="Quota">How many there may be.</param>
    /// <param name="Products">Ids, in their order.</param>
    public sealed record Reply(int Quota, IReadOnlyList<Guid> Products);

    /// <param name="Products">All that are featured, in the new order.</param>
    public sealed record Order(IReadOnlyList<Guid> Products);

    public sealed class OrderValidator : AbstractValidator<Order>
    {
        public OrderValidator() => RuleFor(r => r.Products).NotNull().Must(p => p is null || (p.Count <= 100 && p.Distinct().Count() == p.Count)).WithErrorCode("too_many").WithMessage("Each product is named once.");
    }

    public static async Task<Reply> Read(string slug, Caller caller, CatalogDb db, IUsers users, NpgsqlDataSource source, CancellationToken stop)
    {
        var shop = await db.MustBeFor(slug, caller.Account, ShopPermission.Products);
        return new Reply(await Quota(shop.Owner, users, stop), await source.Command($"SELECT f.product_id FROM {Counted} WHERE f.shop_id = $1 ORDER BY f.position, f.product_id", shop.Id).List(r => r.GetGuid(0), stop));
    }

    /// <summary>Puts it behind the others, once or again.</summary>
    /// <exception cref="Refused">404; 409 <c>featured_limit</c>, <c>not_on_sale</c>.</exception>
    public static async Task<Reply> Add(Guid product, Caller caller, CatalogDb db, UnitOfWork work, IUsers users, TimeProvider clock)
    {
        var (state, shop) = await Own(product, caller, db);
        if (state is not (ProductState.Active or ProductState.Withheld)) throw new Refused("not_on_sale", 409, "This product is not on sale.");
        var featured = await All(shop.Id, work);
        var quota = await Quota(shop.OwnerId, users);
        if (featured.Contains(product)) return new Reply(quota, featured);
        if (featured.Count >= quota) throw new Refused("featured_limit", 409, "Your tier allows no more featured products. Take one away first, or choose a higher tier.");
        await work.Command(
            "INSERT INTO catalog.featured_products (product_id, shop_id, position, featured_at) SELECT $1, $2, coalesce(max(position), 0) + 1, $3 FROM catalog.featured_products WHERE shop_id = $2",
            product, shop.Id, clock.GetUtcNow()).Execute();
        return new Reply(quota, [.. featured, product]);
    }

    public static async Task<Reply> Remove(Guid product, Caller caller, CatalogDb db, UnitOfWork work, IUsers users)
    {
        var (_, shop) = await Own(product, caller, db);
        await work.Command("DELETE FROM catalog.featured_products WHERE product_id = $1", product).Execute();
        return new Reply(await Quota(shop.OwnerId, users), await All(shop.Id, work));
    }

    /// <exception cref="Refused">404; 409 <c>featured_changed</c>: the list is not the one that is there.</exception>
    public static async Task<Reply> Sort(string slug, Order request, Caller caller, CatalogDb db, UnitOfWork work, IUsers users)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Products);
        if (!(await All(shop.Id, work)).ToHashSet().SetEquals(request.Products)) throw new Refused("featured_changed", 409, "Name all featured products and no others.");
        await work.Command("UPDATE catalog.featured_products f SET position = o.position FROM unnest($1) WITH ORDINALITY AS o(id, position) WHERE f.product_id = o.id", request.Products.ToArray()).Execute();
        return new Reply(await Quota(shop.OwnerId, users), request.Products);
    }

    // The shop is locked: of many at once none is too many.
    private static async Task<(ProductState State, Shop Shop)> Own(Guid product, Caller caller, CatalogDb db)
    {
        var shop = await db.ShopFor(await db.MayChange(product, caller.Account), caller.Account, ShopPermission.Products);
        return (await db.Products.Where(p => p.Id == product).Select(p => p.State).SingleAsync(), shop);
    }

    private static Task<List<Guid>> All(Guid shop, UnitOfWork work) =>
        work.Command($"SELECT f.product_id FROM {Counted} WHERE f.shop_id = $1 ORDER BY f.position, f.product_id", shop).List(r => r.GetGuid(0));

    // A partner's tier is ultimate whatever they pay.
    private static async Task<int> Quota(Guid owner, IUsers users, CancellationToken stop = default) =>
        (await users.People([owner], stop)).TryGetValue(owner, out var person) ? users.Terms(person.Tier).FeaturedProducts : 0;
}
