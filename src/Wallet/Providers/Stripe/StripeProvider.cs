using System.Net;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Cards by Stripe: one PaymentIntent a payment, which carries our id. Who brings no card types it on Stripe's own page. The payment is authorised first and captured at once, unless Stripe's risk
/// check marks it for a review: then it waits for our staff.
/// </summary>
internal sealed class StripeProvider(StripeApi api, StripeSettings settings, PublicAddress address, TimeProvider clock) : IPaymentProvider, IMethodKeeper
{
    public const string Method = "stripe_card", MetaPayment = "payment", MetaRefund = "refund";

    private const string Expand = "latest_charge.balance_transaction";

    // Stripe remembers a key for a day. What is sent again later is looked for by our id instead.
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(23), HeldFor = TimeSpan.FromDays(7);

    public string Key => StripeApi.Name;

    public IReadOnlyList<PaymentMethod> Methods { get; } = [new PaymentMethod(Method, "Card", false) { CanBeSaved = true }];

    public Money Fee(Money amount) => settings.Price.Of(amount);

    // Of three decimals Stripe counts two.
    public bool Takes(Money amount) => amount.Currency.Exponent < 3 || amount.Minor % 10 == 0;

    public async Task<Outcome> Create(Charge charge, CancellationToken stop)
    {
        if (charge.ProviderReference is not null) return await Fetch(charge, stop);
        if (clock.GetUtcNow() - charge.CreatedAt > KeyLife)
            return await Search(charge, stop) is { } found ? await Read(charge, found, stop) : new Outcome.Declined("not_submitted");

        if (charge.Token is null) return await AskForCard(charge, stop);

        var (customer, method) = charge.SavedMethodId is null ? (await Customer(charge, stop), charge.Token!) : Split(charge.Token!);
        try
        {
            return await Read(charge, await api.Post("v1/payment_intents", $"payment:{charge.Id}", stop,
            [
                ("amount", Text(charge.Minor)), ("currency", Code(charge)), ("payment_method", method), ("customer", customer), ("confirm", "true"),
                ("payment_method_types[]", "card"), ("capture_method", "manual"), ("return_url", charge.OffSession ? null : address.Of($"/wallet/payments/{charge.Id}/back")),
                ("off_session", charge.OffSession ? "true" : null), ("setup_future_usage", charge.SaveMethod && charge.SavedMethodId is null ? "off_session" : null),
                ($"metadata[{MetaPayment}]", charge.Id.ToString()), ("description", $"Payment {charge.Id}"), ("expand[]", Expand),
            ]), stop);
        }
        catch (ProviderRefusal no)
        {
            return Declined(no);
        }
    }

    public async Task<Outcome> Fetch(Charge charge, CancellationToken stop) => charge.ProviderReference is { } id
        ? IsPage(id) ? await ReadPage(charge, await api.Get($"v1/checkout/sessions/{id}?expand[]=payment_intent.{Expand}", stop), stop)
        : await Read(charge, await api.Get($"v1/payment_intents/{id}?expand[]={Expand}", stop), stop)
        : await Search(charge, stop) is { } found ? await Read(charge, found, stop) : new Outcome.Unknown();

    public Task<Outcome> Capture(Charge charge, CancellationToken stop) => Capture(charge, charge.ProviderReference!, stop);

    public async Task<Outcome> Cancel(Charge charge, CancellationToken stop)
    {
        try
        {
            if (IsPage(charge.ProviderReference!))
                return await ReadPage(charge, await api.Post($"v1/checkout/sessions/{charge.ProviderReference}/expire", $"cancel:{charge.Id}", stop), stop);
            return await Read(charge, await api.Post($"v1/payment_intents/{charge.ProviderReference}/cancel", $"cancel:{charge.Id}", stop, ("cancellation_reason", "abandoned"), ("expand[]", Expand)), stop);
        }
        catch (ProviderRefusal no) when (no.Code == "payment_intent_unexpected_state" || IsPage(charge.ProviderReference!))
        {
            // The payer, or somebody at the dashboard, was faster.
            return await Fetch(charge, stop);
        }
    }

    public async Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop)
    {
        // Asked again: its own list says what became of it, however long ago that was.
        if (refund.Attempts > 0 && (await api.Get($"v1/refunds?payment_intent={charge.ProviderReference}&limit=100", stop)).Items("data").Where(r => r.Id("metadata", MetaRefund) == refund.Id).ToList() is [var known, ..])
            return Read(refund, known);
        try
        {
            return Read(refund, await api.Post("v1/refunds", $"refund:{refund.Id}", stop,
                ("payment_intent", charge.ProviderReference), ("amount", Text(refund.Minor)), ($"metadata[{MetaRefund}]", refund.Id.ToString()), ($"metadata[{MetaPayment}]", charge.Id.ToString())));
        }
        catch (ProviderRefusal no)
        {
            return new RefundOutcome.Declined(no.Code is "charge_already_refunded" or "amount_too_large" ? "refund_too_high" : "refund_refused");
        }
    }

    public async Task Forget(string token, CancellationToken stop)
    {
        try
        {
            await api.Post($"v1/payment_methods/{Split(token).Method}/detach", $"forget:{Split(token).Method}", stop);
        }
        catch (ProviderRefusal no) when (no.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            // Not there, or detached before.
        }
    }

    private async Task<Outcome> Capture(Charge charge, string intent, CancellationToken stop)
    {
        try
        {
            return await Read(charge, await api.Post($"v1/payment_intents/{intent}/capture", $"capture:{charge.Id}", stop, ("expand[]", Expand)), stop);
        }
        catch (ProviderRefusal no) when (no.Code == "payment_intent_unexpected_state")
        {
            return await Read(charge, await api.Get($"v1/payment_intents/{intent}?expand[]={Expand}", stop), stop);
        }
    }

    private async Task<Outcome> AskForCard(Charge charge, CancellationToken stop)
    {
        var back = address.Of($"/wallet/payments/{charge.Id}/back");
        try
        {
            return await ReadPage(charge, await api.Post("v1/checkout/sessions", $"payment:{charge.Id}", stop,
            [
                ("mode", "payment"), ("payment_method_types[]", "card"), ("success_url", back), ("cancel_url", back), ("customer", await Customer(charge, stop)),
                ("line_items[0][quantity]", "1"), ("line_items[0][price_data][currency]", Code(charge)), ("line_items[0][price_data][unit_amount]", Text(charge.Minor)),
                ("line_items[0][price_data][product_data][name]", charge.Purpose == Charge.ForOrder ? "Order" : "Wallet"),
                ("payment_intent_data[capture_method]", "manual"), ($"payment_intent_data[metadata][{MetaPayment}]", charge.Id.ToString()),
                ("payment_intent_data[setup_future_usage]", charge.SaveMethod ? "off_session" : null), ($"metadata[{MetaPayment}]", charge.Id.ToString()),
                // As long as Stripe's keys live: sent again, it is the same to the last letter. We give up sooner and say so.
                ("expires_at", Text((charge.CreatedAt + KeyLife).AddMinutes(45).ToUnixTimeSeconds())), ("expand[]", $"payment_intent.{Expand}"),
            ]), stop);
        }
        catch (ProviderRefusal no)
        {
            return Declined(no);
        }
    }

    private async Task<Outcome> ReadPage(Charge charge, JsonElement page, CancellationToken stop) => page.Text("status") switch
    {
        "open" => new Outcome.NeedsAction(page.MustText("url"), page.MustText("id")),
        "complete" when page.Member("payment_intent") is { ValueKind: JsonValueKind.Object } intent => await Read(charge, intent, stop),
        "expired" => new Outcome.Declined("action_expired"),
        _ => new Outcome.Unknown(),
    };

    private static bool IsPage(string reference) => reference.StartsWith("cs_", StringComparison.Ordinal);

    private async Task<Outcome> Read(Charge charge, JsonElement intent, CancellationToken stop)
    {
        var id = intent.MustText("id");
        if (intent.Number("amount") != charge.Minor || intent.Text("currency") != Code(charge)) throw new InvalidOperationException($"The provider has another amount for payment {charge.Id}.");
        switch (intent.Text("status"))
        {
            case "succeeded":
                return new Outcome.Captured(id, FeeOf(charge, intent), charge is { SaveMethod: true, IsOpen: true, SavedMethodId: null } ? await Kept(intent, stop) : null);
            case "requires_capture":
                return charge.State == PaymentState.Authorised || intent.Text("latest_charge", "outcome", "type") == "manual_review"
                    ? new Outcome.Authorised(id, intent.UnixTime("latest_charge", "payment_method_details", "card", "capture_before") ?? charge.CreatedAt + HeldFor)
                    : await Capture(charge, id, stop);
            case "requires_action" when intent.Text("next_action", "redirect_to_url", "url") is { } url:
                return new Outcome.NeedsAction(url, id);
            case "requires_payment_method":
                return new Outcome.Declined(Word(intent.Text("last_payment_error", "code")));
            case "canceled":
                return new Outcome.Declined("action_expired");
            default:
                return new Outcome.Unknown();    // processing: asked again
        }
    }

    private static RefundOutcome Read(PaymentRefund refund, JsonElement answer)
    {
        if (answer.Number("amount") != refund.Minor) throw new InvalidOperationException($"The provider has another amount for refund {refund.Id}.");
        return answer.Text("status") switch
        {
            "succeeded" => new RefundOutcome.Done(answer.MustText("id")),
            "failed" or "canceled" => new RefundOutcome.Declined("refund_refused"),
            _ => new RefundOutcome.Unknown(),
        };
    }

    // What Stripe counts the fee in is the currency of its payout, which may be another: the same part of the whole.
    private static Money? FeeOf(Charge charge, JsonElement intent) =>
        intent.Member("latest_charge", "balance_transaction") is { ValueKind: JsonValueKind.Object } books && books.Number("fee") is { } fee && books.Number("amount") is { } whole and > 0
            ? charge.Amount with { Minor = books.Text("currency") == Code(charge) ? fee : Money.Portion(fee, charge.Minor, whole) }
            : null;

    private async Task<KeptMethod?> Kept(JsonElement intent, CancellationToken stop)
    {
        if (intent.Text("customer") is not { } customer || intent.Text("payment_method") is not { } method) return null;
        var card = intent.Member("latest_charge", "payment_method_details", "card") ?? (await api.Get($"v1/payment_methods/{method}", stop)).Member("card");
        return new KeptMethod($"{customer} {method}", card?.Text("brand") ?? "card", card?.Text("last4"), (int?)card?.Number("exp_month"), (int?)card?.Number("exp_year"));
    }

    // Only who saves a card becomes a customer there; nothing of the person is told but our number.
    private async Task<string?> Customer(Charge charge, CancellationToken stop) => !charge.SaveMethod ? null
        : (await api.Post("v1/customers", $"customer:{charge.Id}", stop, ("metadata[account]", charge.PayerId.ToString()))).MustText("id");

    private async Task<JsonElement?> Search(Charge charge, CancellationToken stop)
    {
        var found = (await api.Get($"v1/payment_intents/search?query={Uri.EscapeDataString($"metadata['{MetaPayment}']:'{charge.Id}'")}&expand[]=data.{Expand}", stop)).Items("data").ToList();
        return found.Count == 0 ? null : found.Find(i => i.Text("status") is "succeeded" or "requires_capture") is { ValueKind: JsonValueKind.Object } live ? live : found[0];
    }

    private static Outcome.Declined Declined(ProviderRefusal no) => new(Word(no.Code));

    // Finer words (lost_card, fraudulent) are not for the payer: they help who tries stolen cards.
    private static string Word(string? code) => code switch
    {
        null => "card_declined",
        "payment_intent_authentication_failure" => "authentication_failed",
        "resource_missing" => "card_unknown",
        _ => ProviderRefusal.Stable(code),
    };

    private static (string Customer, string Method) Split(string token) => token.Split(' ') is [var customer, var method] ? (customer, method) : throw new InvalidOperationException("This is no saved method of Stripe.");

    private static string Code(Charge charge) => charge.CurrencyCode.ToLowerInvariant();

    private static string Text(long minor) => minor.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
