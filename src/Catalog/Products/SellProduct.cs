using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>On sale (or first to a moderator), off sale for a while, or off sale for good.</summary>
internal static class SellProduct
{
    public static Task<ProductView> Publish(Guid id, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock) =>
        Handle(id, caller, db, work, kinds, (p, shop, kind) => p.Publish(kind, shop, clock.GetUtcNow()));

    public static Task<ProductView> Pause(Guid id, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds) =>
        Handle(id, caller, db, work, kinds, (p, _, _) => p.Pause());

    public static async Task<ProductView> Archive(Guid id, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, TimeProvider clock)
    {
        await db.Own(id, caller.Account);
        if (await ProposeChange.Open(id, db) is not null) await ProposeChange.Withdraw(id, caller, db, work, blobs, kinds, clock);
        return await Handle(id, caller, db, work, kinds, (p, _, _) => p.Archive());
    }

    private static async Task<ProductView> Handle(Guid id, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, Action<Product, Shop, ProductKind> verb)
    {
        var (product, shop) = await db.Own(id, caller.Account);
        verb(product, shop, kinds[product.Kind]);
        return await ProductView.Own(product, work, kinds);
    }
}
