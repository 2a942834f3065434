using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>
/// Where a payment button leads, for guests too: what it sells, and one step to paying. It goes into the cart that somebody has: there prices are
/// agreed to, carts of guests become accounts, and nothing that lay in it is lost. Looking changes nothing but the count.
/// </summary>
[AllowAnonymous]
internal sealed class BuyPage(
    ICatalog catalog, ReadCart read, ReturnOrigins origins, NpgsqlDataSource source, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock) : FormPage
{
    [FromRoute]
    public string Key { get; set; } = "";

    public PaymentButton Button { get; private set; } = null!;

    public Offer Offer { get; private set; } = null!;

    /// <summary>Why it cannot be bought just now.</summary>
    public CartProblem? Problem { get; private set; }

    public string? CancelUrl { get; private set; }

    public string? Typed { get; private set; }

    public override async Task OnGetAsync()
    {
        await Load();
        await source.Command("UPDATE orders.payment_buttons SET views = views + 1 WHERE id = $1", Button.Id).Execute(HttpContext.RequestAborted);
    }

    public override async Task Load()
    {
        Response.Headers["X-Robots-Tag"] = "noindex";
        var stop = HttpContext.RequestAborted;
        Button = await Find(stop);
        CancelUrl = Button.CancelUrl is { } cancel && ReturnAddress.IsAllowed(cancel, await origins.Of(Button.Shop, stop)) ? cancel : null;
        var account = Shopper.Of(HttpContext).Account;
        Offer = (await FirstInvoice.Price(await catalog.Offers([Button.Offer], stop), account, db)).GetValueOrDefault(Button.Offer) ?? throw Refused.NotFound();
        Problem = CartProblems.Blocking(Offer, account, account is not null && await db.Items.Where(Owned.Is).AnyAsync(i => i.Buyer == account && i.Offer == Offer.Id, stop), fulfilments);
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? price)
    {
        Typed = price;
        var button = await Find(HttpContext.RequestAborted);
        var shopper = Shopper.WithCookie(HttpContext);
        var offer = (await FirstInvoice.Price(await catalog.Offers([button.Offer]), shopper.Account, db)).GetValueOrDefault(button.Offer) ?? throw Refused.NotFound();
        var named = offer.NamesPrice ? NamedPrice.Typed(price, offer.Price.Currency) : null;
        await AddToCart.Handle(new AddToCart.Request(offer.Id, named), shopper, catalog, read, db, work, fulfilments, clock);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
        return LocalRedirect($"/checkout?button={button.Key}&currency={offer.Price.Currency.Code}");
    }

    private async Task<PaymentButton> Find(CancellationToken stop) =>
        Key.Length == 32 && await db.Buttons.AsNoTracking().FirstOrDefaultAsync(b => b.Key == Key && b.Active, stop) is { } found ? found : throw Refused.NotFound();
}
