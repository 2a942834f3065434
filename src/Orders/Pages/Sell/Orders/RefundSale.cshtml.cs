using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>The shop gives money of one sold line back by itself.</summary>
[Authorize("can:can_sell"), WritesInSteps]
internal sealed class RefundSalePage(OrdersDb db, RefundSale refund, Refunding refunding, Caller caller, IStringLocalizer<Texts> texts, IValidator<RefundSale.Request> rules) : FormPage
{
    [FromRoute]
    public Guid Item { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Line Sale { get; private set; } = null!;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        var id = await refund.OrderOf(Item, caller);
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == id).Select(o => new { o.Number, o.Currency }).SingleAsync(stop);
        var item = await db.Items.AsNoTracking().SingleAsync(i => i.Id == Item, stop);
        Money Of(long minor) => Money.Of(minor, order.Currency);
        Sale = new Line(id, order.Number, item.Title, Of(item.Gross), Of(item.Refunded), Of(item.Left), item.ShipBy is not null && item.IsUnsent);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        await Load();
        Money? amount = null;
        if (!string.IsNullOrWhiteSpace(Input.Amount))
            amount = Money.TryParse(Input.Amount, Sale.Price.Currency, out var typed) ? typed : throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 25 or 25.00."));
        var request = new RefundSale.Request(Input.Reason ?? "", amount);
        rules.MustAccept(request);
        await refunding.Handle(IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /sell/orders/{Item}/refund", request), Sale.Order, () => refund.Handle(Item, request, caller), stop);
        this.Toast(texts["The money is given back."]);
        return LocalRedirect("/sell/orders");
    }

    /// <param name="IsUnsent">A parcel that has not left.</param>
    public sealed record Line(Guid Order, long OrderNumber, string Title, Money Price, Money Refunded, Money Left, bool IsUnsent);

    public sealed class Form
    {
        public string? Amount { get; set; }

        public string? Reason { get; set; }
    }
}
