using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A shop makes buttons, says what is written on them and where they lead, and switches them off and on.</summary>
internal sealed class ChangeButtons(ICatalog catalog, ReturnOrigins origins, Fulfilments fulfilments, OrdersDb db, UnitOfWork work, PublicAddress address, Npgsql.NpgsqlDataSource source, TimeProvider clock)
{
    /// <param name="Mode">one_time or subscription, as the offer is.</param>
    /// <param name="Text">What is written on it, e.g. "Buy the kit".</param>
    /// <param name="SuccessUrl">https, at one of the shop's sites; the order's number is added as <c>order</c>.</param>
    public sealed record Request(Guid OfferId, string Text, string Mode = "one_time", string? SuccessUrl = null, string? CancelUrl = null);

    private const string Allowed = "Write an https address at one of the sites that the shop's owner allows.";

    /// <summary>What is not said stays; empty text takes an address away.</summary>
    public sealed record Change(string? Text = null, string? SuccessUrl = null, string? CancelUrl = null, bool? Active = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.OfferId).NotEmpty().WithMessage("Choose what it sells.");
            RuleFor(r => r.Mode).NotEmpty().OneOf<Request, ButtonMode>();
            RuleFor(r => r.Text).Must(t => Words.Line(t ?? "").Length > 0).WithErrorCode("not_empty").WithMessage("Write something on the button.").MaximumLength(40).Sound();
        }
    }

    public sealed class ChangeValidator : AbstractValidator<Change>
    {
        public ChangeValidator() => RuleFor(r => r.Text).Must(t => t is null || Words.Line(t).Length > 0).WithErrorCode("not_empty").WithMessage("Write something on the button.").MaximumLength(40).Sound();
    }

    /// <exception cref="Refused">404; 409 <c>not_on_sale</c>, <c>not_sold_yet</c>, <c>buttons_full</c>; 422 <c>button_mode</c>, <c>return_address</c>.</exception>
    public async Task<ButtonReply> Make(Request request, Caller caller)
    {
        var offer = (await catalog.Offers([request.OfferId])).GetValueOrDefault(request.OfferId) ?? throw Refused.NotFound();
        var shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => s.Id == offer.Shop) ?? throw Refused.NotFound();
        // What is away or sold out for now may be there again.
        if (CartProblems.Blocking(offer, null, false, fulfilments) is { } problem && problem != CartProblems.SoldOut && problem != CartProblems.SellerAway) throw new Refused(problem.Code, 409, problem.Detail);
        var mode = request.Mode.ReadChoice<ButtonMode>()!.Value;
        if (mode != ModeOf(offer)) throw new Refused("button_mode", 422, mode == ButtonMode.Subscription ? "This is paid once: it is no subscription." : "This renews: make a button for a subscription.");

        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('orders.payment_buttons/' || $1::text, 0))", shop.Id).Execute();
        if (await db.Buttons.CountAsync(b => b.Shop == shop.Id) >= PaymentButton.Most) throw new Refused("buttons_full", 409, "A shop has at most 100 buttons. Change one that you no longer need.");
        var button = new PaymentButton(shop.Id, offer.Product, offer.Id, mode, caller.Account, clock);
        var allowed = await origins.Of(shop.Id);
        button.Say(Words.Line(request.Text), Checked("/success_url", request.SuccessUrl, null, allowed), Checked("/cancel_url", request.CancelUrl, null, allowed), clock.GetUtcNow());
        db.Buttons.Add(button);
        return ButtonReply.Of(button, offer.ProductTitle, offer.Price, 0, address);
    }

    /// <exception cref="Refused">404; 422 <c>return_address</c>.</exception>
    public async Task<ButtonReply> Edit(Guid id, Change request, Caller caller)
    {
        var button = await db.Buttons.FromSql($"SELECT * FROM orders.payment_buttons WHERE id = {id} FOR UPDATE").FirstOrDefaultAsync() ?? throw Refused.NotFound();
        if (!(await catalog.ShopsOf(caller.Account, ShopPermission.Products)).Any(s => s.Id == button.Shop)) throw Refused.NotFound();
        var allowed = await origins.Of(button.Shop);
        button.Say(request.Text is { } text ? Words.Line(text) : button.Text, Checked("/success_url", request.SuccessUrl, button.SuccessUrl, allowed), Checked("/cancel_url", request.CancelUrl, button.CancelUrl, allowed), clock.GetUtcNow());
        if (request.Active is { } on) button.Switch(on, clock.GetUtcNow());
        // What led to a site that the shop gave up since is not switched on like that.
        if (button.Active && !new[] { button.SuccessUrl, button.CancelUrl }.All(u => u is null || ReturnAddress.IsAllowed(u, allowed))) throw NotAllowed("/success_url");
        await work.Flush();
        return (await Shown([button], default))[0];
    }

    /// <summary>The buttons of a shop, newest first.</summary>
    public async Task<ButtonsReply> List(string? shop, Caller caller, CancellationToken stop)
    {
        var chosen = await origins.Chosen(shop, caller, ShopPermission.Products, stop);
        return new ButtonsReply(await Shown(await db.Buttons.AsNoTracking().Where(b => b.Shop == chosen.Id).OrderByDescending(b => b.Id).ToListAsync(stop), stop));
    }

    /// <summary>A plan that goes on until it is cancelled is a subscription; what is paid once, and for life, is not.</summary>
    public static ButtonMode ModeOf(Offer offer) => offer is { Kind: "membership", Option: "month" or "quarter" or "year" } ? ButtonMode.Subscription : ButtonMode.OneTime;

    private async Task<List<ButtonReply>> Shown(IReadOnlyCollection<PaymentButton> buttons, CancellationToken stop)
    {
        var ids = buttons.Select(b => b.Id).ToArray();
        const string sql = "SELECT b.button_id, count(*) FROM orders.button_orders b JOIN orders.orders o ON o.id = b.order_id WHERE b.button_id = ANY ($1) AND o.paid_at IS NOT NULL GROUP BY 1";
        var sold = (await (work.IsOpen ? work.Command(sql, ids) : source.Command(sql, ids)).List(r => (Button: r.GetGuid(0), Orders: r.GetInt64(1)), stop)).ToDictionary(s => s.Button, s => s.Orders);
        var offers = await catalog.Offers(buttons.Select(b => b.Offer).Distinct().ToList(), stop);
        return buttons.Select(b => ButtonReply.Of(b, offers.GetValueOrDefault(b.Offer)?.ProductTitle ?? "", offers.GetValueOrDefault(b.Offer)?.Price, sold.GetValueOrDefault(b.Id), address)).ToList();
    }

    private static string? Checked(string pointer, string? said, string? before, IReadOnlyList<string> allowed)
    {
        if (said is null) return before;
        if (string.IsNullOrWhiteSpace(said)) return null;
        return ReturnAddress.IsAllowed(said, allowed) ? said : throw NotAllowed(pointer);
    }

    private static Refused NotAllowed(string pointer) => new("return_address", 422, Allowed) { Errors = [new FieldError(pointer, "return_address", Allowed)] };
}

/// <param name="Url">Where it leads: put this behind any link.</param>
/// <param name="Sales">Orders through it that were paid.</param>
internal sealed record ButtonReply(
    Guid Id, string Key, string Url, Guid ProductId, Guid OfferId, string Title, Money? Price, ButtonMode Mode, string Text, string? SuccessUrl, string? CancelUrl, bool Active, long Views, long Sales, DateTimeOffset CreatedAt)
{
    public static ButtonReply Of(PaymentButton b, string title, Money? price, long sales, PublicAddress address) =>
        new(b.Id, b.Key, address.Of($"/buy/{b.Key}"), b.Product, b.Offer, title, price, b.Mode, b.Text, b.SuccessUrl, b.CancelUrl, b.Active, b.Views, sales, b.CreatedAt);
}

internal sealed record ButtonsReply(IReadOnlyList<ButtonReply> Data);
