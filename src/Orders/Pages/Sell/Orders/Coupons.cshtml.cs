using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages.Sell;

/// <summary>The coupons of the shops in which somebody sells.</summary>
[Authorize]
internal sealed class CouponsPage(ListCoupons list, ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts)
    : CouponDesk(catalog, db, work, audit, caller, clock, texts)
{
    public override async Task Load()
    {
        Shops = await Catalog.ShopsOf(Caller.Account, ShopPermission.Products, HttpContext.RequestAborted);
        Coupons = await list.OfShops(Caller, HttpContext.RequestAborted);
    }

    protected override async Task<ShopLine?> Payer() =>
        (await Catalog.ShopsOf(Caller.Account, ShopPermission.Products)).FirstOrDefault(s => Input.Shop is null || s.Id == Input.Shop) ?? throw Refused.NotFound();
}
