using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages.Sell;

/// <summary>The coupons of the shops in which somebody sells.</summary>
[Authorize]
internal sealed class CouponsPage(ListCoupons list, ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<ShopLine> Shops { get; private set; } = [];

    public CouponTable Table { get; private set; } = null!;

    [BindProperty]
    public CouponForm Input { get; set; } = new();

    public override async Task Load()
    {
        Shops = await catalog.ShopsOf(caller.Account, ShopPermission.Products, HttpContext.RequestAborted);
        Table = new CouponTable(await list.OfShops(caller, HttpContext.RequestAborted), Shops, Input, Shops is [var first, ..] ? first.Currency : Currency.Of("EUR"), clock.GetUtcNow());
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => Input.Shop is null || s.Id == Input.Shop) ?? throw Refused.NotFound();
        var request = Input.Read(shop.Id, shop.Currency);
        new MakeCoupon.Validator().Check(request);
        await MakeCoupon.Handle(request, caller, catalog, db, work, audit, clock);
        this.Toast(texts["The coupon counts from now on."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostStopAsync(Guid coupon)
    {
        await MakeCoupon.Stop(coupon, caller, catalog, db, audit, clock);
        this.Toast(texts["Nobody can use it any more."]);
        return RedirectToPage();
    }
}
