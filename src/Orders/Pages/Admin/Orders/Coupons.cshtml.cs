using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages.Admin;

/// <summary>The market's own coupons, for finance.</summary>
[Authorize("right:finance")]
internal sealed class AdminCouponsPage(ListCoupons list, ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    private static readonly Currency Sums = Currency.Of("EUR");

    public CouponTable Table { get; private set; } = null!;

    [BindProperty]
    public CouponForm Input { get; set; } = new();

    public override async Task Load() => Table = new CouponTable(await list.OfMarket(caller, HttpContext.RequestAborted), [], Input, Sums, clock.GetUtcNow());

    public async Task<IActionResult> OnPostAsync()
    {
        var request = Input.Read(null, Sums);
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
