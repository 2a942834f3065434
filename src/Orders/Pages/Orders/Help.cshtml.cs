using System.Globalization;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>What a buyer can do about a line that is not what it should be: cancel what is late, ask the shop, open a claim.</summary>
[Authorize, WritesInSteps]
internal sealed class HelpPage(
    ReadOrder read, OrdersDb db, CancelLate late, OpenClaim claims, Refunding refunding, Writes writes, UnitOfWork work, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<AskRefund.Request> asking, IValidator<OpenClaim.Request> claiming) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [FromRoute]
    public Guid Item { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public OrderReply Order { get; private set; } = null!;

    public HelpLine Line { get; private set; } = null!;

    public bool IsLate { get; private set; }

    public bool MayAsk { get; private set; }

    public bool MayClaim { get; private set; }

    public Guid? ClaimNow { get; private set; }

    public RefundReply? RequestNow { get; private set; }

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Order = await read.Handle(Id, caller, stop);
        var item = await db.Items.AsNoTracking().SingleOrDefaultAsync(i => i.Id == Item && i.OrderId == Id, stop) ?? throw Refused.NotFound();
        Line = new HelpLine(item.Id, item.Title, item.ShopName, Money.Of(item.Left, Order.Total.Currency.Code), item.IsUnsent);
        var before = await db.Claims.AsNoTracking().Where(c => c.ItemId == Item).Select(c => new { c.Id, c.State }).ToListAsync(stop);
        ClaimNow = before.Find(c => c.State == ClaimState.Open)?.Id;
        RequestNow = Order.Refunds.FirstOrDefault(r => r.ItemId == Item && r.State == RefundState.Requested);
        if (item.Left == 0 || item.Disputed > 0 || item.State == ItemState.Pending) return;

        IsLate = await late.WhyLate(item) is not null;
        var open = ClaimNow is null && RequestNow is null && !AfterSale.IsOver(item, clock.GetUtcNow());
        MayAsk = open && Order.Refunds.Count(r => r.ItemId == Item && r.Asked is not null) < AskRefund.MostRequests;
        MayClaim = open && before.Count < Claim.MostALine && (IsLate || item.State is ItemState.Available or ItemState.Delivered or ItemState.Completed);
    }

    public async Task<IActionResult> OnPostCancelAsync(CancellationToken stop)
    {
        await refunding.Handle(IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /orders/{Id}/help/{Item}", new { }), Id, () => late.Handle(Id, Item, caller), stop);
        this.Toast(texts["Cancelled. Your money is on its way back."]);
        return LocalRedirect($"/orders/{Id}#{Item}");
    }

    public async Task<IActionResult> OnPostAskAsync()
    {
        var request = new AskRefund.Request(Input.Reason ?? "", await AmountOf(Input.Amount));
        asking.MustAccept(request);
        var asked = await writes.Run(() => AskRefund.Handle(Id, Item, request, caller, db, work, clock));
        this.Toast(texts["Sent. The shop has five days to answer."]);
        return LocalRedirect($"/refund-requests/{asked.Id}");
    }

    public async Task<IActionResult> OnPostClaimAsync()
    {
        var request = new OpenClaim.Request(Input.What ?? "", Input.Text ?? "");
        claiming.MustAccept(request);
        var opened = await writes.Run(() => claims.Handle(Id, Item, request, caller));
        this.Toast(texts["The claim is open. The shop has seven days to answer."]);
        return LocalRedirect($"/claims/{opened.Id}");
    }

    private async Task<Money?> AmountOf(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        var order = await read.Handle(Id, caller, HttpContext.RequestAborted);
        return Money.TryParse(typed, order.Total.Currency, out var amount) ? amount : throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 25 or 25.00."));
    }

    /// <param name="Left">What can still be given back.</param>
    public sealed record HelpLine(Guid Id, string Title, string ShopName, Money Left, bool IsUnsent);

    public sealed class Form
    {
        public string? Amount { get; set; }

        public string? Reason { get; set; }

        public string? What { get; set; }

        public string? Text { get; set; }
    }
}

internal static class ClaimWords
{
    /// <summary>English, shown translated.</summary>
    public static string Reason(ClaimReason reason) => reason switch
    {
        ClaimReason.NotReceived => "I did not receive it",
        ClaimReason.NotAsDescribed => "It is not as described",
        ClaimReason.Damaged => "It is damaged or does not work",
        ClaimReason.Late => "It is late",
        _ => "Something else",
    };

    public static string Side(ClaimSide side) => side switch
    {
        ClaimSide.Buyer => "The buyer",
        ClaimSide.Seller => "The shop",
        _ => "The market’s team",
    };
}
