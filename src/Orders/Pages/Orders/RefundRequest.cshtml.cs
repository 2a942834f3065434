using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>What a buyer asked back, for all whom it concerns: the shop and staff answer it here.</summary>
[Authorize, WritesInSteps]
internal sealed class RefundRequestPage(
    ReadRequests read, DecideRefund decide, Refunding refunding, SellerDesk desk, OrdersDb db, Caller caller, IStringLocalizer<Texts> texts, IValidator<DecideRefund.Request> rules) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public RefundRequestReply Asked { get; private set; } = null!;

    public bool MayDecide { get; private set; }

    public override async Task Load()
    {
        Asked = await read.One(Id, caller, HttpContext.RequestAborted);
        MayDecide = Asked.State == RefundState.Requested && (Asked.Role == "staff"
            || (Asked.Role == "seller" && await desk.May(caller, await db.Items.AsNoTracking().SingleAsync(i => i.Id == Asked.ItemId), ShopPermission.Orders, HttpContext.RequestAborted)));
    }

    public Task<IActionResult> OnPostApproveAsync(CancellationToken stop) => Decide(true, stop);

    public Task<IActionResult> OnPostRejectAsync(CancellationToken stop) => Decide(false, stop);

    private async Task<IActionResult> Decide(bool approved, CancellationToken stop)
    {
        await Load();
        Money? amount = null;
        if (approved && !string.IsNullOrWhiteSpace(Input.Amount))
        {
            amount = Asked.Asked is { } asked && Money.TryParse(Input.Amount, asked.Currency, out var typed) ? typed : throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 25 or 25.00."));
            // All of it, typed out, needs no reason.
            if (amount == Asked.Asked) amount = null;
        }

        var request = new DecideRefund.Request(approved, Input.Reason, amount);
        rules.MustAccept(request);
        await refunding.Handle(IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /refund-requests/{Id}", request), Asked.OrderId, () => decide.Handle(Id, request, caller), stop);
        this.Toast(approved ? texts["The money is given back."] : texts["The buyer knows your answer."]);
        return LocalRedirect($"/refund-requests/{Id}");
    }

    public sealed class Form
    {
        public string? Amount { get; set; }

        public string? Reason { get; set; }
    }
}
