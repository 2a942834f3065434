using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>On sale, off sale for a while, or off sale for good.</summary>
internal static class ChangeState
{
    public static Task<ProductView> Publish(Guid id, Caller caller, CatalogDb db, ProductKinds kinds, TimeProvider clock) =>
        Handle(id, caller, db, kinds, (p, kind) => p.Publish(kind, clock.GetUtcNow()));

    public static Task<ProductView> Pause(Guid id, Caller caller, CatalogDb db, ProductKinds kinds) =>
        Handle(id, caller, db, kinds, (p, _) => p.Pause());

    public static Task<ProductView> Archive(Guid id, Caller caller, CatalogDb db, ProductKinds kinds) =>
        Handle(id, caller, db, kinds, (p, _) => p.Archive());

    private static async Task<ProductView> Handle(Guid id, Caller caller, CatalogDb db, ProductKinds kinds, Action<Product, IProductKind> verb)
    {
        var (product, shop) = await db.Own(id, caller.Account);
        var kind = kinds[product.Kind];
        verb(product, kind);
        return ProductView.Own(product, shop, kind);
    }
}
