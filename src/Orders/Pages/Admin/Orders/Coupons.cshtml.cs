using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages.Admin;

/// <summary>The market's own coupons, for finance.</summary>
[Authorize("right:finance")]
internal sealed class AdminCouponsPage(ListCoupons list, ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts)
    : CouponDesk(catalog, db, work, audit, caller, clock, texts)
{
    public override async Task Load() => Coupons = await list.OfMarket(Caller, HttpContext.RequestAborted);

    protected override Task<ShopLine?> Payer() => Task.FromResult<ShopLine?>(null);
}
