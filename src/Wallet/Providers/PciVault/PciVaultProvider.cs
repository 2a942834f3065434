using System.Net;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Cards that a vault keeps and an acquirer of the market's own choice charges. We hold a token and a reference; the acquirer knows our
/// payment by its id, so that it can be asked about one whose answer was lost.
/// </summary>
internal sealed class PciVaultProvider(PciVaultApi api, PciVaultSettings settings, PublicAddress address) : IPaymentProvider, IMethodKeeper
{
    public const string Method = "vault_card";

    private static readonly TimeSpan HeldFor = TimeSpan.FromDays(7);

    public string Key => PciVaultApi.Name;

    public IReadOnlyList<PaymentMethod> Methods { get; } = [new PaymentMethod(Method, "Card", true) { CanBeSaved = true }];

    public Money Fee(Money amount) => settings.Price.Of(amount);

    public async Task<Outcome> Create(Charge charge, CancellationToken stop)
    {
        if (charge.Attempts > 0 && await Known(charge, stop) is { } known) return await Read(charge, known, stop);
        if (charge.Token?.Split([' ', ':'], 2) is not [{ Length: > 0 } token, { Length: > 0 } reference]) return new Outcome.Declined("card_unknown");
        try
        {
            return await Read(charge, await api.Charge(token, reference, $"payment:{charge.Id}", new
            {
                payment = charge.Id, amount = charge.Minor, currency = charge.CurrencyCode, off_session = charge.OffSession,
                return_url = charge.OffSession ? null : address.Of($"/wallet/payments/{charge.Id}/back"),
                card = new { number = "{{card_number}}", holder = "{{card_holder}}", expiry_month = "{{expiry_month}}", expiry_year = "{{expiry_year}}", cvc = "{{cvv}}" },
            }, stop), stop);
        }
        catch (ProviderRefusal no)
        {
            return new Outcome.Declined(no.Status == HttpStatusCode.NotFound ? "card_unknown" : no.StableCode);
        }
    }

    public async Task<Outcome> Fetch(Charge charge, CancellationToken stop) => await Known(charge, stop) is { } known ? await Read(charge, known, stop) : new Outcome.Unknown();

    public async Task<Outcome> Capture(Charge charge, CancellationToken stop) => await Act(charge, "capture", stop);

    public async Task<Outcome> Cancel(Charge charge, CancellationToken stop) => await Act(charge, "void", stop);

    public async Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop)
    {
        try
        {
            var answer = await api.Post($"payments/{charge.Id}/refunds", $"refund:{refund.Id}", new { refund = refund.Id, amount = refund.Minor }, stop);
            return answer.Text("status") switch
            {
                "done" => new RefundOutcome.Done(answer.MustText("id")),
                "refused" => new RefundOutcome.Declined("refund_refused"),
                _ => new RefundOutcome.Unknown(),
            };
        }
        catch (ProviderRefusal no)
        {
            return new RefundOutcome.Declined(no.Code == "refund_too_high" ? "refund_too_high" : "refund_refused");
        }
    }

    public async Task Forget(string token, CancellationToken stop)
    {
        try
        {
            await api.Delete(token.Split(' ')[0], token.Split(' ')[1], stop);
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound)
        {
            // Not there any more.
        }
    }

    private async Task<JsonElement?> Known(Charge charge, CancellationToken stop)
    {
        try
        {
            return await api.Get($"payments/{charge.Id}", stop);
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<Outcome> Act(Charge charge, string act, CancellationToken stop)
    {
        try
        {
            return await Read(charge, await api.Post($"payments/{charge.Id}/{act}", $"{act}:{charge.Id}", new { }, stop), stop);
        }
        catch (ProviderRefusal)
        {
            // Ended otherwise meanwhile.
            return await Fetch(charge, stop);
        }
    }

    private async Task<Outcome> Read(Charge charge, JsonElement payment, CancellationToken stop)
    {
        var id = payment.MustText("id");
        if (payment.Number("amount") != charge.Minor || payment.Text("currency") != charge.CurrencyCode) throw new InvalidOperationException($"The provider has another amount for payment {charge.Id}.");
        switch (payment.Text("status"))
        {
            case "captured":
                return new Outcome.Captured(id, payment.Number("fee") is { } fee ? charge.Amount with { Minor = fee } : null, charge is { SaveMethod: true, IsOpen: true, SavedMethodId: null } ? Kept(charge, payment) : null);
            case "authorised":
                return charge.State == PaymentState.Authorised || payment.Member("review") is { ValueKind: JsonValueKind.True }
                    ? new Outcome.Authorised(id, payment.Time("authorised_until") ?? charge.CreatedAt + HeldFor)
                    : await Act(charge, "capture", stop);
            case "requires_action" when payment.Text("redirect_url") is { } url:
                return new Outcome.NeedsAction(url, id);
            case "declined":
                return new Outcome.Declined(ProviderRefusal.Stable(payment.Text("code") ?? "card_declined"));
            case "voided":
                return new Outcome.Declined("action_expired");
            default:
                return new Outcome.Unknown();
        }
    }

    private static KeptMethod? Kept(Charge charge, JsonElement payment) => charge.Token?.Split([' ', ':'], 2) is [var token, var reference]
        ? new KeptMethod($"{token} {reference}", payment.Text("card", "brand") ?? "card", payment.Text("card", "last4"), (int?)payment.Number("card", "expiry_month"), (int?)payment.Number("card", "expiry_year"))
        : null;
}
