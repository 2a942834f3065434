using System.Globalization;
using System.Net;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// PayPal's Orders: the payer approves there and comes back, then we authorise and capture. What PayPal itself wants to look at first stays
/// authorised for our staff. Until we have authorised, no money can move: giving up is not coming back to it.
/// </summary>
internal sealed class PayPalProvider(PayPalApi api, PayPalSettings settings, PublicAddress address) : IPaymentProvider, IMethodKeeper
{
    public const string Method = "paypal";

    private static readonly string[] Currencies = ["EUR", "USD", "GBP", "JPY"];

    private static readonly TimeSpan HeldFor = TimeSpan.FromDays(29);

    public string Key => PayPalApi.Name;

    public IReadOnlyList<PaymentMethod> Methods { get; } = [new PaymentMethod(Method, "PayPal", false) { CanBeSaved = true }];

    public Money Fee(Money amount) => settings.Price.Of(amount);

    public bool Takes(Money amount) => Currencies.Contains(amount.Currency.Code);

    public async Task<Outcome> Create(Charge charge, CancellationToken stop)
    {
        if (charge.ProviderReference is not null) return await Fetch(charge, stop);
        var back = address.Of($"/wallet/payments/{charge.Id}/back");
        var paypal = new Dictionary<string, object?>
        {
            ["experience_context"] = new { return_url = back, cancel_url = back + "?cancelled=true", user_action = "PAY_NOW", shipping_preference = "NO_SHIPPING" },
        };
        if (charge.SavedMethodId is not null) paypal = new() { ["vault_id"] = charge.Token };
        else if (charge.SaveMethod) paypal["attributes"] = new { vault = new { store_in_vault = "ON_SUCCESS", usage_type = "MERCHANT" } };
        try
        {
            return await Read(charge, await api.Post("v2/checkout/orders", $"payment:{charge.Id}", new
            {
                intent = "AUTHORIZE",
                purchase_units = new[] { new { reference_id = charge.Id.ToString(), custom_id = charge.Id.ToString(), amount = Amount(charge.Amount) } },
                payment_source = new { paypal },
            }, stop), stop);
        }
        catch (ProviderRefusal no)
        {
            return Declined(no);
        }
    }

    public async Task<Outcome> Fetch(Charge charge, CancellationToken stop)
    {
        if (charge.ProviderReference is not { } reference) return new Outcome.Unknown();
        try
        {
            return charge.State == PaymentState.Captured
                ? Captured(charge, await api.Get($"v2/payments/captures/{reference}", stop), null)
                : await Read(charge, await api.Get($"v2/checkout/orders/{reference}", stop), stop);
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound && charge.IsOpen)
        {
            // What nobody approved is gone there after some hours.
            return new Outcome.Declined("action_expired");
        }
    }

    public async Task<Outcome> Capture(Charge charge, CancellationToken stop)
    {
        var order = await api.Get($"v2/checkout/orders/{charge.ProviderReference}", stop);
        return Held(order) is { } held && held.Text("status") is "CREATED" or "PENDING" ? await Capture(charge, order, Held(order)!.Value.MustText("id"), stop) : await Read(charge, order, stop);
    }

    public async Task<Outcome> Cancel(Charge charge, CancellationToken stop)
    {
        JsonElement order;
        try
        {
            order = await api.Get($"v2/checkout/orders/{charge.ProviderReference}", stop);
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound)
        {
            return new Outcome.Declined("action_expired");
        }

        if (Taken(order) is not null) return await Read(charge, order, stop);
        if (Held(order) is { } held && held.Text("status") is not ("VOIDED" or "DENIED"))
        {
            try
            {
                await api.Post($"v2/payments/authorizations/{held.MustText("id")}/void", $"void:{charge.Id}", null, stop);
            }
            catch (ProviderRefusal)
            {
                // Captured or voided by another meanwhile: the order says which.
                return await Read(charge, await api.Get($"v2/checkout/orders/{charge.ProviderReference}", stop), stop);
            }
        }

        return new Outcome.Declined("action_expired");
    }

    public async Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop)
    {
        try
        {
            var answer = await api.Post($"v2/payments/captures/{charge.ProviderReference}/refund", $"refund:{refund.Id}", new { amount = Amount(refund.Amount), custom_id = refund.Id.ToString() }, stop);
            return answer.Text("status") switch
            {
                "COMPLETED" => new RefundOutcome.Done(answer.MustText("id")),
                "FAILED" or "CANCELLED" => new RefundOutcome.Declined("refund_refused"),
                _ => new RefundOutcome.Unknown(),
            };
        }
        catch (ProviderRefusal no)
        {
            return new RefundOutcome.Declined(no.Reason is "REFUND_AMOUNT_EXCEEDED" or "CAPTURE_FULLY_REFUNDED" ? "refund_too_high" : "refund_refused");
        }
    }

    public async Task Forget(string token, CancellationToken stop)
    {
        try
        {
            await api.Delete($"v3/vault/payment-tokens/{Uri.EscapeDataString(token)}", stop);
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound)
        {
            // Not there any more.
        }
    }

    /// <summary>Major units with the currency's decimals: <c>12.34</c>, <c>1234</c> of yen.</summary>
    public static object Amount(Money money) => new { currency_code = money.Currency.Code, value = money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture) };

    public static Money? AmountOf(JsonElement? from) =>
        from is { } amount && Currency.TryOf(amount.Text("currency_code"), out var currency) && Money.TryParse(amount.Text("value"), currency, out var money) ? money : null;

    private async Task<Outcome> Read(Charge charge, JsonElement order, CancellationToken stop)
    {
        var id = order.MustText("id");
        if (AmountOf(Unit(order)?.Member("amount")) is { } amount && amount != charge.Amount) throw new InvalidOperationException($"The provider has another amount for payment {charge.Id}.");
        if (Taken(order) is { } taken) return Captured(charge, taken, order);
        if (Held(order) is { } held)
        {
            return held.Text("status") switch
            {
                "VOIDED" or "DENIED" or "EXPIRED" => new Outcome.Declined("card_declined"),
                "PENDING" => new Outcome.Authorised(id, held.Time("expiration_time") ?? charge.CreatedAt + HeldFor),
                "CREATED" when charge.State == PaymentState.Authorised => new Outcome.Authorised(id, held.Time("expiration_time") ?? charge.CreatedAt + HeldFor),
                "CREATED" => await Capture(charge, order, held.MustText("id"), stop),
                _ => new Outcome.Unknown(),
            };
        }

        return order.Text("status") switch
        {
            "APPROVED" => await Authorise(charge, id, stop),
            "VOIDED" => new Outcome.Declined("action_expired"),
            "CREATED" or "PAYER_ACTION_REQUIRED" when Approve(order) is { } url => charge.OffSession ? new Outcome.Declined("authentication_required") : new Outcome.NeedsAction(url, id),
            _ => new Outcome.Unknown(),
        };
    }

    private async Task<Outcome> Authorise(Charge charge, string order, CancellationToken stop)
    {
        try
        {
            return await Read(charge, await api.Post($"v2/checkout/orders/{order}/authorize", $"authorize:{charge.Id}", null, stop), stop);
        }
        catch (ProviderRefusal no) when (no.Reason == "ORDER_ALREADY_AUTHORIZED")
        {
            return await Read(charge, await api.Get($"v2/checkout/orders/{order}", stop), stop);
        }
        catch (ProviderRefusal no)
        {
            return Declined(no);
        }
    }

    private async Task<Outcome> Capture(Charge charge, JsonElement order, string authorisation, CancellationToken stop)
    {
        try
        {
            return Captured(charge, await api.Post($"v2/payments/authorizations/{authorisation}/capture", $"capture:{charge.Id}", new { amount = Amount(charge.Amount), final_capture = true }, stop), order);
        }
        catch (ProviderRefusal no) when (no.Reason is "AUTHORIZATION_ALREADY_CAPTURED" or "AUTHORIZATION_VOIDED")
        {
            var now = await api.Get($"v2/checkout/orders/{order.MustText("id")}", stop);
            return Taken(now) is { } taken ? Captured(charge, taken, now) : new Outcome.Declined("card_declined");
        }
    }

    private static Outcome Captured(Charge charge, JsonElement capture, JsonElement? order) => capture.Text("status") switch
    {
        "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED" => new Outcome.Captured(capture.MustText("id"),
            AmountOf(capture.Member("seller_receivable_breakdown", "paypal_fee")) is { } fee && fee.Currency == charge.Amount.Currency ? fee : null,
            charge is { SaveMethod: true, IsOpen: true } && order?.Text("payment_source", "paypal", "attributes", "vault", "id") is { } vault ? new KeptMethod(vault, "paypal", null, null, null) : null),
        "DECLINED" or "FAILED" => new Outcome.Declined("card_declined"),
        _ => new Outcome.Unknown(),
    };

    private static Outcome Declined(ProviderRefusal no) => new Outcome.Declined(no.Reason switch
    {
        "INSTRUMENT_DECLINED" or "TRANSACTION_REFUSED" or "PAYER_CANNOT_PAY" => "card_declined",
        "ORDER_NOT_APPROVED" => "authentication_failed",
        "PAYER_ACTION_REQUIRED" => "authentication_required",
        _ => no.StableCode,
    });

    private static string? Approve(JsonElement order) => order.Items("links").Where(l => l.Text("rel") is "payer-action" or "approve").Select(l => l.Text("href")).FirstOrDefault();

    private static JsonElement? Unit(JsonElement order) => order.Items("purchase_units").Select(u => (JsonElement?)u).FirstOrDefault();

    private static JsonElement? Taken(JsonElement order) => Unit(order)?.Items("payments", "captures").Select(c => (JsonElement?)c).FirstOrDefault();

    private static JsonElement? Held(JsonElement order) => Unit(order)?.Items("payments", "authorizations").Select(a => (JsonElement?)a).FirstOrDefault();
}
