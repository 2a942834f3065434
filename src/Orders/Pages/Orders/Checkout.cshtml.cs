using System.Text.Json;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>See the whole, choose how to pay, pay. A guest gives an e-mail address and has an account in the same step.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class CheckoutPage(
    ReadCart read, Checkout checkout, IWallet wallet, IUsers users, Fulfilments fulfilments, ReadBilling billing, TaxTerms terms, Caller caller, IStringLocalizer<Texts> texts, IStringLocalizer<Marketplace.Users.Texts> accountTexts) : FormPage
{
    /// <summary>What a guest says of themselves.</summary>
    /// <param name="ShippingAddress">Where parcels go, for everybody who orders any.</param>
    public sealed record Guest(string? Email = null, string? DisplayName = null, string? Password = null, Destination? ShippingAddress = null, string? Country = null, string? Company = null, string? VatId = null);

    public sealed record Destination(
        string? Name = null, string? Line1 = null, string? Line2 = null, string? Postcode = null, string? City = null, string? Region = null, string? Country = null, string? Phone = null)
    {
        public PostalAddress Read() => new(Name ?? "", Line1 ?? "", Line2, Postcode, City ?? "", Region, Country ?? "", Phone);

        public static Destination Of(PostalAddress a) => new(a.Name, a.Line1, a.Line2, a.Postcode, a.City, a.Region, a.Country, a.Phone);
    }

    [BindProperty]
    public Guest Input { get; set; } = new();

    [BindProperty(Name = "payment_method")]
    public string? PaymentMethod { get; set; }

    [BindProperty(Name = "payment_token")]
    public string? PaymentToken { get; set; }

    [BindProperty(Name = "save_payment_method")]
    public bool SavePaymentMethod { get; set; }

    [BindProperty(Name = "wallet_first")]
    public bool WalletFirst { get; set; }

    /// <summary>The total that the buyer has seen, in minor units of the currency beside it.</summary>
    [BindProperty(Name = "accepted")]
    public long? Accepted { get; set; }

    [BindProperty(Name = "accepted_currency")]
    public string? AcceptedCurrency { get; set; }

    /// <summary>Which part of a cart of two currencies.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Currency { get; set; }

    /// <summary>The key of the payment button that the buyer came by.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Button { get; set; }

    public IReadOnlyList<CartLineReply> Lines { get; private set; } = [];

    /// <summary>Lines with something to be known or mended first.</summary>
    public IReadOnlyList<CartLineReply> Troubled { get; private set; } = [];

    /// <summary>How the total comes about.</summary>
    public BasketReply Basket { get; private set; } = null!;

    public Money Total => Basket?.Total ?? default;

    public string? Coupon { get; private set; }

    /// <summary>Of the whole: a coupon that does not count any more, a parcel that cannot be sent there.</summary>
    public IReadOnlyList<CartProblem> Problems { get; private set; } = [];

    public bool OtherCurrencies { get; private set; }

    public PaymentChoice PayBy { get; private set; } = null!;

    /// <summary>Something of it is sent.</summary>
    public bool AsksAddress => Lines.Any(l => fulfilments.Know(l.Kind) && fulfilments.Of(l.Kind).NeedsAddress);

    /// <summary>Something of it is paid again.</summary>
    public bool Renews => Lines.Any(l => l.Renews is not null);

    /// <summary>What of the total is tax, by rate; nothing when nobody knows where it goes.</summary>
    public IReadOnlyList<TaxShare> Taxes { get; private set; } = [];

    public IEnumerable<SelectListItem> CountryChoices => users.Countries.Select(c => new SelectListItem(c.Name, c.Code)).Prepend(new SelectListItem(texts["Choose a country."], ""));

    public bool IsGuest => !caller.IsSignedIn;

    /// <summary>The guest's address has an account: they must sign in.</summary>
    public bool HasAccount { get; private set; }

    /// <summary>Back to this checkout, with the cart.</summary>
    public string SignInUrl => "/sign-in?return_url=" + Uri.EscapeDataString("/checkout" + (Currency is { Length: 3 } ? $"?currency={Currency}" : ""));

    public override async Task Load()
    {
        var shopper = Shopper.Of(HttpContext);
        if (Input.ShippingAddress is null && !IsGuest && await users.UsualAddress(caller.Account) is { } usual) Input = Input with { ShippingAddress = Destination.Of(usual) };
        var cart = await read.Handle(shopper, Input.ShippingAddress?.Country is { Length: 2 } country ? country : null);
        if (shopper.BringsCart) Shopper.Forget(HttpContext);
        var currency = cart.Totals.Select(t => t.Currency.Code).FirstOrDefault(c => Currency is null || c == Currency);
        Lines = cart.Items.Where(l => l.Price.Currency.Code == currency).ToList();
        Troubled = (Lines.Count == 0 ? cart.Items : Lines).Where(l => l.Problems.Count > 0).ToList();
        OtherCurrencies = cart.Totals.Count > 1;
        if (Lines.Count == 0) return;
        if (OtherCurrencies) Currency = currency;
        Basket = cart.Baskets.First(b => b.Total.Currency.Code == currency);
        (Coupon, Problems) = (cart.Coupon, cart.Problems.Where(p => p != CartProblems.TwoCurrencies).ToList());
        if (!AsksAddress && Input.Country is null) Input = Input with { Country = Input.ShippingAddress?.Country ?? terms.Country };
        Taxes = TaxShare.Of(Basket, await billing.Tax(AsksAddress ? Input.ShippingAddress?.Country : Input.Country, VatIds.Plain(Input.VatId) is not null));
        PayBy = wallet.Choice(Total, IsGuest ? null : await wallet.Available(caller.Account, Total.Currency), PaymentMethod, PaymentToken) with { Saved = IsGuest ? [] : await wallet.SavedMethods(caller.Account, HttpContext.RequestAborted), Save = SavePaymentMethod, WalletFirst = WalletFirst };
    }

    /// <summary>What it costs to send it to the country that was chosen. Nothing is written.</summary>
    public async Task<IActionResult> OnPostQuoteAsync()
    {
        await Load();
        ModelState.Remove("accepted");
        return Page();
    }

    /// <summary>The tax for another country, while the form is filled in.</summary>
    public async Task<IActionResult> OnGetTaxAsync([FromQuery(Name = "Input.Country")] string? country, [FromQuery(Name = "Input.ShippingAddress.Country")] string? to)
    {
        Input = Input with { Country = Known(country), ShippingAddress = new Destination(Country: Known(to)) };
        await Load();
        return Partial("_TaxShares", Taxes);
    }

    private string? Known(string? country) => users.Countries.Any(c => c.Code == country) ? country : null;

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        // Nothing is read of the cart here: a repeated click finds it empty, and its key finds the order.
        var currency = Kernel.Currency.Of(AcceptedCurrency ?? "");
        var (method, token) = PaymentChoice.Read(PaymentMethod, PaymentToken);
        var request = new PlaceOrder.Request(
            method, token, Accepted is { } sum ? new Money(sum, currency) : null, currency, SavePaymentMethod, Input.ShippingAddress?.Read(), Input.Country, Input.Company, Input.VatId, Button, WalletFirst);
        new PlaceOrder.Validator().MustAccept(request);
        try
        {
            if (IsGuest) return Paid(await PayAsGuest(request, stop));

            var key = IdempotencyKey.Of(caller, Request.Form["idempotency_key"], "POST /checkout", request);
            return Paid((await checkout.Handle(key, request, caller, stop)).Value);
        }
        catch (Refused refused) when (refused.Errors.Any(e => e.Pointer.StartsWith("/shipping_address/", StringComparison.Ordinal)))
        {
            // The rules of addresses speak with their own texts.
            throw new Refused(refused.Code, refused.Status, refused.Message) { Errors = refused.Errors.Select(e => e with { Detail = accountTexts[e.Detail] }).ToList() };
        }
    }

    private IActionResult Paid(OrderReply order) =>
        LocalRedirect(order.Payment.NextPage ?? (Button is not null && order.PaidAt is not null ? $"/buy/thanks/{order.Id}" : $"/orders/{order.Id}"));

    private async Task<OrderReply> PayAsGuest(PlaceOrder.Request request, CancellationToken stop)
    {
        var (guest, cart) = (await Prepare(), Shopper.Of(HttpContext).TokenHash);
        GuestOrder placed;
        try
        {
            placed = await checkout.Place(KeyOf(request, cart), request, guest, cart, stop);
        }
        catch (Refused refused) when (refused.Code == "email_taken")
        {
            HasAccount = true;
            throw new Refused(refused.Code, refused.Status, "This address has an account already. Sign in with it: your cart comes along.");
        }

        // Whoever repeats the form in the same browser is signed in again: the first answer may never have arrived.
        await users.SignIn(placed.Account, HttpContext);
        Shopper.Forget(HttpContext);
        this.Toast(guest.HasPassword ? texts["You have an account now: {0}.", guest.Email] : texts["You have an account now. A link to choose a password is on its way to {0}.", guest.Email]);
        return await checkout.Finish(placed, stop);
    }

    // The rules of accounts speak with their own texts.
    private async Task<NewAccount> Prepare()
    {
        try
        {
            return await users.PrepareAccount(Input.Email ?? "", Input.DisplayName, Input.Password, HttpContext);
        }
        catch (Refused refused) when (refused.Code is "invalid" or "too_many_attempts")
        {
            foreach (var error in refused.Errors)
            {
                var member = error.Pointer switch { "/email" => nameof(Guest.Email), "/password" => nameof(Guest.Password), _ => nameof(Guest.DisplayName) };
                ModelState.AddModelError($"{nameof(Input)}.{member}", accountTexts[error.Detail]);
            }

            if (refused.Errors.Count == 0) ModelState.AddModelError("", accountTexts[refused.Message]);
            throw new Refused(refused.Code, refused.Status, refused.Message) { RetryAfter = refused.RetryAfter };
        }
    }

    // Of this browser's cart alone: nobody else's repetition of the form is answered. The password is not kept with it.
    private IdempotencyKey? KeyOf(PlaceOrder.Request request, byte[]? cart) => cart is null || Request.Form["idempotency_key"].ToString() is not { Length: > 0 } key
        ? null
        : new IdempotencyKey($"guest:{Convert.ToHexStringLower(cart)}", key, "POST /checkout\n" + JsonSerializer.Serialize(new { request, guest = Input with { Password = null } }, JsonStyle.Options));
}
