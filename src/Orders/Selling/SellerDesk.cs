using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>For which shops somebody reads or acts: their own, and those of whose team they are. The money stays the seller's.</summary>
internal sealed class SellerDesk(ICatalog catalog)
{
    public async Task<Shops> ShopsOf(Caller caller, ShopPermission permission, CancellationToken stop = default)
    {
        var shops = await catalog.ShopsOf(caller.Account, permission, stop);
        return new Shops(shops.Select(s => s.Id).ToList(), shops.Select(s => s.Owner).Distinct().ToList());
    }

    public Task<bool> May(Caller caller, OrderItem item, ShopPermission permission, CancellationToken stop = default) => May(caller, item.Shop, permission, stop);

    public async Task<bool> May(Caller caller, Guid shop, ShopPermission permission, CancellationToken stop = default) =>
        (await catalog.ShopsOf(caller.Account, permission, stop)).Any(s => s.Id == shop);

    /// <param name="Sellers">Their owners, by whom sold lines are found fast.</param>
    public sealed record Shops(IReadOnlyList<Guid> Ids, IReadOnlyList<Guid> Sellers);
}
