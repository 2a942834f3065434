using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>A page of coupons: those that there are, a form for another, a button that stops one. Who pays for them, each page says.</summary>
internal abstract class CouponDesk(ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    protected ICatalog Catalog => catalog;

    protected Caller Caller => caller;

    /// <summary>In which a coupon may count; none: in all, by the market.</summary>
    public IReadOnlyList<ShopLine> Shops { get; protected set; } = [];

    public IReadOnlyList<CouponReply> Coupons { get; protected set; } = [];

    [BindProperty]
    public CouponForm Input { get; set; } = new();

    /// <summary>Of the sums that are typed.</summary>
    public Currency Currency => Shops is [var first, ..] ? first.Currency : Currency.Of("EUR");

    public bool IsOver(CouponReply coupon) => coupon.IsOver(clock.GetUtcNow());

    public string ShopOf(CouponReply coupon) => Shops.FirstOrDefault(s => s.Id == coupon.ShopId)?.Name ?? "";

    /// <summary>The shop that pays for a new one; null: the market.</summary>
    /// <exception cref="Refused">404.</exception>
    protected abstract Task<ShopLine?> Payer();

    public async Task<IActionResult> OnPostAsync()
    {
        var payer = await Payer();
        var request = Input.Read(payer?.Id, payer?.Currency ?? Currency);
        new MakeCoupon.Validator().MustAccept(request);
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
