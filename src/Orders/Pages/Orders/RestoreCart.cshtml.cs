using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>The link of a reminder. Looking at it (mail scanners do) changes nothing; the button puts the cart back.</summary>
[AllowAnonymous]
internal sealed class RestoreCartPage(CartReminders reminders, OrdersDb db, Fulfilments fulfilments, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public string Token { get; set; } = "";

    public IReadOnlyList<(Offer Offer, CartProblem? Problem)> Lines { get; private set; } = [];

    public override async Task Load()
    {
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl, Response.Headers["X-Robots-Tag"]) = ("no-referrer", "no-store", "noindex");
        var account = Shopper.Of(HttpContext).Account;
        Lines = (await reminders.Find(Token, HttpContext.RequestAborted)).Select(o => (o, CartProblems.Blocking(o, account, false, fulfilments))).ToList();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await reminders.Find(Token);
        var shopper = Shopper.WithCookie(HttpContext);
        var missing = await reminders.Restore(Token, shopper, db, fulfilments);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
        this.Toast(missing == 0 ? texts["It is in your cart."] : texts["What can still be bought is in your cart."]);
        return LocalRedirect("/cart");
    }
}
