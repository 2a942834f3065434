using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders.Pages;

/// <summary>One order of the caller; an unpaid one can be paid here.</summary>
[Authorize, WritesInSteps]
internal sealed class OrderPage(
    ReadOrder read, ReadInvoice papers, Checkout checkout, OrderPayment payment, IWallet wallet, ICatalog catalog, CouponUses coupons, Writes writes, OrdersDb db, UnitOfWork work, TimeProvider clock, Caller caller,
    Npgsql.NpgsqlDataSource source) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty(Name = "payment_method")]
    public string? PaymentMethod { get; set; }

    [BindProperty(Name = "payment_token")]
    public string? PaymentToken { get; set; }

    [BindProperty(Name = "save_payment_method")]
    public bool SavePaymentMethod { get; set; }

    [BindProperty(Name = "wallet_first")]
    public bool WalletFirst { get; set; }

    /// <summary>On to the site from whose button it was bought.</summary>
    public string? Return { get; private set; }

    public OrderReply Order { get; private set; } = null!;

    public PaymentChoice PayBy { get; private set; } = null!;

    /// <summary>And credit notes.</summary>
    public IReadOnlyList<InvoiceItem> Invoices { get; private set; } = [];

    public string MethodName => wallet.Methods.FirstOrDefault(m => m.Key == Order.Payment.Method)?.Name ?? Order.Payment.Method;

    private IReadOnlyDictionary<Guid, (Guid Id, ClaimState State)> claims = new Dictionary<Guid, (Guid, ClaimState)>();

    /// <summary>There may be something to ask for.</summary>
    public bool Helps(LineReply line) => Order.State is OrderState.Paid or OrderState.Completed && line.State is not (ItemState.Refunded or ItemState.Pending) && line.Price.Minor > line.Refunded.Minor + line.Disputed.Minor;

    /// <summary>The latest claim about a line.</summary>
    public (Guid Id, ClaimState State)? ClaimOf(LineReply line) => claims.TryGetValue(line.Id, out var claim) ? claim : null;

    public override async Task Load()
    {
        Order = await read.Handle(Id, caller, HttpContext.RequestAborted);
        if (Order is { State: OrderState.Pending or OrderState.Expired or OrderState.Cancelled, MoneyReturnedAt: null, Payment.State: PaymentState.Captured })
        {
            // Back from the bank before the event was heard: settle now rather than show an unpaid order that is paid.
            await payment.Finish(Id, HttpContext.RequestAborted);
            Order = await read.Handle(Id, caller, HttpContext.RequestAborted);
        }

        if (Order.PaidAt is not null)
        {
            Invoices = await papers.OfOrder(Id, caller, HttpContext.RequestAborted);
            Return = await ButtonSale.ReturnOf(Id, caller.Account, source, HttpContext.RequestAborted);
        }

        if (Order.State is OrderState.Paid or OrderState.Completed)
            claims = (await db.Claims.AsNoTracking().Where(c => c.OrderId == Id).OrderBy(c => c.Id).Select(c => new { c.ItemId, c.Id, c.State }).ToListAsync(HttpContext.RequestAborted)).GroupBy(c => c.ItemId).ToDictionary(c => c.Key, c => (c.Last().Id, c.Last().State));
        if (Order.CanPay)
            PayBy = wallet.Choice(Order.Total, await wallet.Available(caller.Account, Order.Total.Currency), PaymentMethod, PaymentToken) with { Saved = await wallet.SavedMethods(caller.Account, HttpContext.RequestAborted), Save = SavePaymentMethod, WalletFirst = WalletFirst };
    }

    public async Task<IActionResult> OnPostCancelAsync()
    {
        await writes.Run(() => CancelOrder.Handle(Id, caller, db, catalog, coupons, clock));
        return LocalRedirect($"/orders/{Id}");
    }

    public async Task<IActionResult> OnPostReceivedAsync([FromForm] Guid item)
    {
        await writes.Run(() => ConfirmReceipt.Handle(Id, item, caller, wallet, db, work, clock));
        return LocalRedirect($"/orders/{Id}#{item}");
    }

    public async Task<IActionResult> OnPostPayAsync(CancellationToken stop)
    {
        var (method, token) = PaymentChoice.Read(PaymentMethod, PaymentToken);
        var request = new PayOrder.Request(method, token, SavePaymentMethod, WalletFirst);
        new PayOrder.Validator().MustAccept(request);
        var key = IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /orders/{Id}/payments", request);
        var order = (await checkout.Handle(key, Id, request, caller, stop)).Value;
        return LocalRedirect(order.Payment.NextPage ?? $"/orders/{Id}");
    }
}
