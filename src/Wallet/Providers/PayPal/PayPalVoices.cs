using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What PayPal tells by itself. It vouches for its events when it is asked, which is a call: never in a transaction.</summary>
internal sealed class PayPalEvents(PayPalApi api, PayPalSettings settings, TimeProvider clock) : IProviderEvents
{
    // It sends an event that was not taken again for three days, as it was.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(3) + SignedBody.Tolerance;

    public string Key => PayPalApi.Name;

    public async Task<ProviderEvent> Read(InboundMessage message, CancellationToken stop)
    {
        string? Header(string name) => message.Headers.GetValueOrDefault(name) is { Length: > 0 and <= 2000 } value ? value : null;
        if (settings.WebhookId is not { } webhook || Header("Paypal-Transmission-Id") is not { } id || Header("Paypal-Transmission-Sig") is not { } signature
            || Header("Paypal-Cert-Url") is not { } certificate || Header("Paypal-Auth-Algo") is not { } algorithm || Header("Paypal-Transmission-Time") is not { } time
            || !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || clock.GetUtcNow() - at > Oldest || at - clock.GetUtcNow() > SignedBody.Tolerance) throw SignedBody.Invalid();

        var happened = Parse(message.Body);
        // The event goes along exactly as it came: PayPal's signature is over its bytes.
        var asked = new JsonObject
        {
            ["auth_algo"] = algorithm, ["cert_url"] = certificate, ["transmission_id"] = id, ["transmission_sig"] = signature, ["transmission_time"] = time, ["webhook_id"] = webhook,
        }.ToJsonString();
        JsonElement answer;
        try
        {
            answer = await api.PostRaw("v1/notifications/verify-webhook-signature", $"{asked[..^1]},\"webhook_event\":{Encoding.UTF8.GetString(message.Body)}}}", stop);
        }
        catch (ProviderRefusal)
        {
            throw SignedBody.Invalid();
        }

        return answer.Text("verification_status") == "SUCCESS" ? Read(happened) : throw SignedBody.Invalid();
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            var happened = JsonDocument.Parse(body).RootElement;
            return happened.ValueKind == JsonValueKind.Object ? happened : throw SignedBody.Malformed();
        }
        catch (JsonException)
        {
            throw SignedBody.Malformed();
        }
    }

    private static ProviderEvent Read(JsonElement happened)
    {
        if (happened.Text("id") is not { Length: > 0 } id || happened.Text("event_type") is not { Length: > 0 } type || happened.Member("resource") is not { } about) throw SignedBody.Malformed();
        return new ProviderEvent(id, type, happened.Time("create_time"), NewsOf(type, about));
    }

    private static ProviderNews NewsOf(string type, JsonElement about)
    {
        if (type.StartsWith("CUSTOMER.DISPUTE.", StringComparison.Ordinal) && (about.Text("dispute_id") ?? about.Text("id")) is { } dispute) return new ProviderNews.OfDispute(dispute);
        if (type.StartsWith("PAYMENT.PAYOUTS-ITEM.", StringComparison.Ordinal)) return about.Id("payout_item", "sender_item_id") is { } payout ? new ProviderNews.OfPayout(payout) : new ProviderNews.Nothing();
        // An order says it in its unit; captures, authorisations and refunds of themselves. A refund is told as its capture's event.
        var ours = about.Id("custom_id") ?? about.Items("purchase_units").Select(u => u.Id("custom_id")).FirstOrDefault();
        return ours is not { } known ? new ProviderNews.Nothing() : type is "PAYMENT.CAPTURE.REFUNDED" or "PAYMENT.REFUND.PENDING" or "PAYMENT.REFUND.FAILED" ? new ProviderNews.OfRefund(known) : new ProviderNews.OfPayment(known);
    }
}

/// <summary>PayPal's resolution centre.</summary>
internal sealed class PayPalDisputes(PayPalApi api) : IDisputeDesk
{
    public string Key => PayPalApi.Name;

    public async Task<ProviderDispute?> Fetch(string reference, CancellationToken stop)
    {
        if (await ProviderHttp.Maybe(api.Get($"v1/customer/disputes/{Uri.EscapeDataString(reference)}", stop)) is not { } found) return null;
        var about = found.Items("disputed_transactions").Select(t => t.Id("custom")).FirstOrDefault();
        if (about is not { } payment || PayPalProvider.AmountOf(found.Member("dispute_amount")) is not { } amount) return null;
        var won = found.Text("dispute_outcome", "outcome_code") is "RESOLVED_SELLER_FAVOUR" or "CANCELED_BY_BUYER" or "DENIED";
        return new ProviderDispute(found.MustText("dispute_id"), payment, amount, PayPalProvider.AmountOf(found.Items("fee_policy", "dispute_fees").Select(f => f.Member("amount")).FirstOrDefault()) ?? Money.Zero(amount.Currency),
            ProviderRefusal.Stable(found.Text("reason") ?? "other"),
            found.Text("status") switch
            {
                "RESOLVED" => won ? ProviderDisputeState.Won : ProviderDisputeState.Lost,
                "UNDER_REVIEW" or "WAITING_FOR_BUYER_RESPONSE" => ProviderDisputeState.UnderReview,
                _ => ProviderDisputeState.NeedsResponse,
            },
            found.Time("seller_response_due_date"));
    }

    public async Task Answer(string reference, string evidence, IReadOnlyList<EvidenceFile> files, CancellationToken stop)
    {
        // JPEG, PNG, GIF and PDF, and 50 MB in all.
        var parts = new List<(string Name, byte[] Content, string Type)>();
        var left = 50_000_000L;
        foreach (var file in files.Where(f => f.ContentType is "image/png" or "image/jpeg"))
        {
            if ((left -= file.Size) < 0) break;
            parts.Add((file.Name, await file.Bytes(stop), file.ContentType));
        }

        await api.PostForm($"v1/customer/disputes/{Uri.EscapeDataString(reference)}/provide-evidence", $"dispute:{reference}", new
        {
            evidences = new[] { new { evidence_type = "OTHER", notes = evidence.Length > 2_000 ? evidence[..2_000] : evidence } },
        }, parts, stop);
    }
}

/// <summary>PayPal's books: its transaction search, at most 31 days at once.</summary>
internal sealed class PayPalReport(PayPalApi api) : IProviderReport
{
    private static readonly TimeSpan Span = TimeSpan.FromDays(31);

    public string Key => PayPalApi.Name;

    public async Task<IReadOnlyList<ProviderMovement>> Movements(DateTimeOffset from, DateTimeOffset until, CancellationToken stop)
    {
        var all = new List<ProviderMovement>();
        for (var start = from; start < until; start += Span)
        {
            var end = start + Span < until ? start + Span : until;
            for (long page = 1, pages = 1; page <= pages; page++)
            {
                var found = await api.Get($"v1/reporting/transactions?start_date={Time(start)}&end_date={Time(end)}&fields=transaction_info&page_size=500&page={page}", stop);
                pages = found.Number("total_pages") ?? 1;
                // Its end belongs to the span; ours does not.
                all.AddRange(found.Items("transaction_details").Select(t => t.Member("transaction_info")).OfType<JsonElement>().Select(Read).OfType<ProviderMovement>().Where(m => m.At >= start && m.At < end));
            }
        }

        return all;
    }

    private static ProviderMovement? Read(JsonElement row)
    {
        if (PayPalProvider.AmountOf(row.Member("transaction_amount")) is not { } amount) return null;
        var code = row.Text("transaction_event_code") ?? "";
        var kind = code switch
        {
            "T1106" or "T1107" or "T1108" => "refund",
            "T1201" or "T1111" or "T1110" => amount.Minor < 0 ? "dispute" : "dispute_won",
            "T1202" or "T1112" or "T1115" => "dispute_won",
            _ when code.StartsWith("T04", StringComparison.Ordinal) || code == "T0001" => "payout",
            _ when code.StartsWith("T00", StringComparison.Ordinal) => "payment",
            _ => code.ToLowerInvariant(),
        };
        var fee = PayPalProvider.AmountOf(row.Member("fee_amount"));
        return new ProviderMovement(kind, row.MustText("transaction_id"), row.Id("custom_field"), amount, fee is { } cost ? -cost : null, row.Time("transaction_initiation_date") ?? DateTimeOffset.UnixEpoch);
    }

    private static string Time(DateTimeOffset at) => Uri.EscapeDataString(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
