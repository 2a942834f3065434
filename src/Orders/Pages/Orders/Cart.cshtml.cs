using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>The cart, for guests too; the buy boxes of the product pages post here.</summary>
[AllowAnonymous]
internal sealed class CartPage(
    ReadCart read, ICatalog catalog, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public CartReply Cart { get; private set; } = null!;

    /// <summary>Of a coupon, as it was typed, when it cannot be used.</summary>
    public string? Code { get; private set; }

    public override async Task Load()
    {
        var shopper = Shopper.Of(HttpContext);
        Cart = await read.Handle(shopper);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
    }

    /// <param name="then"><c>checkout</c> for "Buy now".</param>
    public async Task<IActionResult> OnPostAddAsync(Guid offer, string? then, int units = 1)
    {
        if (units is < 1 or > Marketplace.Orders.Cart.MaxUnits) throw new Refused(CartProblems.NotEnough.Code, 409, CartProblems.NotEnough.Detail);
        var price = await NamedFor(offer);
        var shopper = Shopper.WithCookie(HttpContext);
        await AddToCart.Handle(new AddToCart.Request(offer, price, units), shopper, catalog, read, db, work, fulfilments, clock);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
        if (then == "checkout") return LocalRedirect("/checkout");
        this.Toast(texts["It is in your cart."]);
        return LocalRedirect("/cart");
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid item)
    {
        await RemoveFromCart.Handle(item, Shopper.Of(HttpContext), db, work, clock);
        return LocalRedirect("/cart");
    }

    public async Task<IActionResult> OnPostUnitsAsync(Guid item, int units)
    {
        if (units is < 1 or > Marketplace.Orders.Cart.MaxUnits) throw new Refused(CartProblems.NotEnough.Code, 409, CartProblems.NotEnough.Detail);
        await ChangeCartLine.Handle(item, new ChangeCartLine.Request(units), Shopper.Of(HttpContext), catalog, read, db, work, fulfilments, clock);
        return LocalRedirect("/cart");
    }

    public async Task<IActionResult> OnPostCouponAsync(string? code)
    {
        Code = code;
        if (string.IsNullOrWhiteSpace(code) || code.Length > 24) throw CouponProblems.Refuse(CouponProblems.Unknown);
        await UseCoupon.Handle(new UseCoupon.Request(code), Shopper.Of(HttpContext), read, db, work, clock);
        this.Toast(texts["The coupon counts."]);
        return LocalRedirect("/cart");
    }

    public async Task<IActionResult> OnPostNoCouponAsync()
    {
        await UseCoupon.Remove(Shopper.Of(HttpContext), db, work, clock);
        return LocalRedirect("/cart");
    }

    // Beside each offer that lets the buyer name the price stands a field of its own; an empty one means the least.
    private async Task<Money?> NamedFor(Guid offer)
    {
        var typed = Request.Form[$"price_{offer}"].ToString();
        if (string.IsNullOrWhiteSpace(typed)) return null;
        var found = (await catalog.Offers([offer])).GetValueOrDefault(offer) ?? throw Refused.NotFound();
        return found.NamesPrice ? NamedPrice.Typed(typed, found.Price.Currency) : null;
    }
}
