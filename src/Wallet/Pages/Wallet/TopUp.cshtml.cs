using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>Money from a card into the wallet. It commits in steps: written down, asked of the provider, applied.</summary>
[Authorize, WritesInSteps]
internal sealed class TopUpPage(Caller caller, IWallet wallet, Writes writes, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    [BindProperty(Name = "payment_method")]
    public string? PaymentMethod { get; set; }

    [BindProperty(Name = "payment_token")]
    public string? PaymentToken { get; set; }

    [BindProperty(Name = "save_payment_method")]
    public bool SavePaymentMethod { get; set; }

    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Wished { get; set; }

    public PaymentChoice Payment { get; private set; } = null!;

    public IEnumerable<SelectListItem> CurrencyItems { get; } = Currencies.All.Select(code => new SelectListItem(code, code)).ToList();

    public override async Task Load()
    {
        if (HttpMethods.IsGet(Request.Method) && Currency.TryOf(Wished, out var known) && Currencies.Payable(known)) Input.Currency = known.Code;
        Payment = wallet.Choice(null, null, PaymentMethod, PaymentToken) with { Saved = await wallet.SavedMethods(caller.Account, HttpContext.RequestAborted), Save = SavePaymentMethod };
    }

    public async Task<IActionResult> OnPostAsync(string? idempotency_key)
    {
        if (!Currency.TryOf(Input.Currency, out var currency)) throw Refused.Invalid(new FieldError("/currency", "currency", "This currency cannot be paid with."));
        if (!Money.TryParse(Input.Amount, currency, out var amount)) throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 25 or 25.00."));
        var (least, most) = (new Money(TopUp.Least(currency), currency), new Money(TopUp.Most(currency), currency));
        if (Currencies.Payable(currency) && (amount < least || amount > most))
            throw Refused.Invalid(new FieldError("/amount", "out_of_range", texts["Between {0} and {1}.", least, most]));

        var (method, token) = PaymentChoice.Read(PaymentMethod, PaymentToken);
        var request = new TopUp.Request(amount, method, token, SavePaymentMethod);
        if (new TopUp.Validator().Validate(request) is { IsValid: false } wrong)
            throw Refused.Invalid(wrong.Errors.Select(e => new FieldError("/amount", e.ErrorCode, e.ErrorMessage)).ToArray());

        var key = IdempotencyKey.Of(caller, idempotency_key, "POST /wallet/top-up", request);
        var (payment, _) = await TopUp.Handle(request, caller, key, wallet, writes);
        return LocalRedirect(payment.NextPage ?? $"/wallet/payments/{payment.Id}");
    }

    public sealed class Form
    {
        public string? Amount { get; set; }

        public string? Currency { get; set; } = "EUR";
    }
}
