using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Orders.Pages;

/// <summary>See the whole, choose how to pay, pay. Guests sign in first; the cart comes along.</summary>
[Authorize, WritesInSteps]
internal sealed class CheckoutPage(ReadCart read, Checkout checkout, IWallet wallet, Caller caller) : FormPage
{
    [BindProperty(Name = "payment_method")]
    public string? PaymentMethod { get; set; }

    [BindProperty(Name = "payment_token")]
    public string? PaymentToken { get; set; }

    /// <summary>The total that the buyer has seen, in minor units of the currency beside it.</summary>
    [BindProperty(Name = "accepted")]
    public long? Accepted { get; set; }

    [BindProperty(Name = "accepted_currency")]
    public string? AcceptedCurrency { get; set; }

    /// <summary>Which part of a cart of two currencies.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Currency { get; set; }

    public IReadOnlyList<CartLineReply> Lines { get; private set; } = [];

    public Money Total { get; private set; }

    public bool OtherCurrencies { get; private set; }

    public PaymentChoice PayBy { get; private set; } = null!;

    public override async Task Load()
    {
        var shopper = Shopper.Of(HttpContext);
        var cart = await read.Handle(shopper);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
        var currency = cart.Totals.Select(t => t.Currency.Code).FirstOrDefault(c => Currency is null || c == Currency);
        Lines = cart.Items.Where(l => l.Price.Currency.Code == currency).ToList();
        OtherCurrencies = cart.Totals.Count > 1;
        if (Lines.Count == 0) return;
        if (OtherCurrencies) Currency = currency;
        Total = cart.Totals.First(t => t.Currency.Code == currency);
        PayBy = wallet.Choice(Total, await wallet.Available(caller.Account, Total.Currency), PaymentMethod, PaymentToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        // Nothing is read of the cart here: a repeated click finds it empty, and its key finds the order.
        var currency = Kernel.Currency.Of(AcceptedCurrency ?? "");
        var request = new PlaceOrder.Request(
            PaymentMethod ?? "", string.IsNullOrWhiteSpace(PaymentToken) ? null : PaymentToken.Trim(),
            Accepted is { } sum ? new Money(sum, currency) : null, currency);
        new PlaceOrder.Validator().Check(request);
        var key = IdempotencyKey.Of(caller, Request.Form["idempotency_key"], "POST /checkout", request);
        var order = (await checkout.Handle(key, request, caller, stop)).Value;
        return order.Payment is { State: PaymentState.NeedsAction, ActionUrl: { } confirm } ? Redirect(confirm) : LocalRedirect($"/orders/{order.Id}");
    }
}

internal static class ValidatorChecks
{
    /// <summary>For pages whose form becomes the request: the API's validator speaks here, too.</summary>
    public static void Check<T>(this IValidator<T> validator, T request)
    {
        var result = validator.Validate(request);
        if (!result.IsValid) throw Refused.Invalid(result.Errors.Select(e => new FieldError($"/{Naming.Snake(e.PropertyName)}", Naming.Snake(e.ErrorCode), e.ErrorMessage)).ToArray());
    }
}
