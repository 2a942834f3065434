using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What Stripe tells by itself.</summary>
internal sealed class StripeEvents(StripeSettings settings, TimeProvider clock) : IProviderEvents
{
    public string Key => StripeApi.Name;

    public Task<ProviderEvent> Read(InboundMessage message, CancellationToken stop)
    {
        if (settings.WebhookSecret is not { } secret) throw SignedBody.Invalid();
        SignedBody.Check(message.Headers.GetValueOrDefault("Stripe-Signature"), message.Body, secret, clock.GetUtcNow());
        return Task.FromResult(SignedBody.Read(message.Body, happened => new ProviderEvent(
            happened.MustText("id"), happened.MustText("type"), happened.UnixTime("created"), NewsOf(happened.MustText("type"), happened.Member("data", "object") ?? throw SignedBody.Malformed()))));
    }

    private static ProviderNews NewsOf(string type, JsonElement about)
    {
        if (type.StartsWith("charge.dispute.", StringComparison.Ordinal)) return new ProviderNews.OfDispute(about.MustText("id"));
        if (about.Id("metadata", StripeProvider.MetaRefund) is { } refund) return new ProviderNews.OfRefund(refund);
        if (about.Id("metadata", "payout") is { } payout) return new ProviderNews.OfPayout(payout);
        return about.Id("metadata", StripeProvider.MetaPayment) is { } payment ? new ProviderNews.OfPayment(payment) : new ProviderNews.Nothing();
    }
}

/// <summary>Stripe's disputes.</summary>
internal sealed class StripeDisputes(StripeApi api) : IDisputeDesk
{
    // One file a field, and 4.5 MB in all; PNG, JPEG and PDF.
    private const long MostBytes = 4_500_000;

    private static readonly string[] FileFields = ["uncategorized_file", "service_documentation", "customer_communication"];

    public string Key => StripeApi.Name;

    public async Task<ProviderDispute?> Fetch(string reference, CancellationToken stop)
    {
        if (await ProviderHttp.Maybe(api.Get($"v1/disputes/{Uri.EscapeDataString(reference)}?expand[]=payment_intent", stop)) is not { } found) return null;
        // One of a payment that was not made here is none of ours.
        if (found.Id("payment_intent", "metadata", StripeProvider.MetaPayment) is not { } payment) return null;
        var currency = Currency.Of(found.MustText("currency").ToUpperInvariant());
        var fee = found.Items("balance_transactions").Where(t => t.Text("currency")?.ToUpperInvariant() == currency.Code).Sum(t => t.Number("fee") ?? 0);
        return new ProviderDispute(found.MustText("id"), payment, new Money(found.Number("amount") ?? 0, currency), new Money(fee, currency), ProviderRefusal.Stable(found.Text("reason") ?? "general"),
            found.Text("status") switch
            {
                "won" or "warning_closed" or "prevented" => ProviderDisputeState.Won,
                "lost" or "charge_refunded" => ProviderDisputeState.Lost,
                "under_review" or "warning_under_review" => ProviderDisputeState.UnderReview,
                _ => ProviderDisputeState.NeedsResponse,
            },
            found.UnixTime("evidence_details", "due_by"));
    }

    public async Task Answer(string reference, string evidence, IReadOnlyList<EvidenceFile> files, CancellationToken stop)
    {
        var form = new List<(string, string?)> { ("evidence[uncategorized_text]", evidence.Length > 20_000 ? evidence[..20_000] : evidence), ("submit", "true") };
        var (fields, left) = (new Queue<string>(FileFields), MostBytes);
        foreach (var file in files.Where(f => f.ContentType is "image/png" or "image/jpeg"))
        {
            if (file.Size > left || fields.Count == 0) continue;
            try
            {
                form.Add(($"evidence[{fields.Peek()}]", (await api.Upload("dispute_evidence", file, stop)).MustText("id")));
                fields.Dequeue();
                left -= file.Size;
            }
            catch (ProviderRefusal)
            {
                // A picture that it does not like keeps no answer back: its name and hash stand in the text.
            }
        }

        await api.Post($"v1/disputes/{Uri.EscapeDataString(reference)}", $"dispute:{reference}", stop, form);
    }
}

/// <summary>Stripe's books: its balance transactions.</summary>
internal sealed class StripeReport(StripeApi api) : IProviderReport
{
    public string Key => StripeApi.Name;

    public async Task<IReadOnlyList<ProviderMovement>> Movements(DateTimeOffset from, DateTimeOffset until, CancellationToken stop)
    {
        var (all, after) = (new List<ProviderMovement>(), (string?)null);
        while (true)
        {
            var page = await api.Get($"v1/balance_transactions?created[gte]={from.ToUnixTimeSeconds()}&created[lt]={until.ToUnixTimeSeconds()}&limit=100&expand[]=data.source{(after is null ? "" : $"&starting_after={after}")}", stop);
            var rows = page.Items("data").ToList();
            foreach (var row in rows)
            {
                // What the market does not trade in cannot be ours.
                if (Currency.TryOf(row.Text("currency")?.ToUpperInvariant(), out var currency)) all.Add(Read(row, currency));
            }

            if (rows.Count == 0 || page.Member("has_more") is not { ValueKind: JsonValueKind.True }) return all;
            after = rows[^1].MustText("id");
        }
    }

    private static ProviderMovement Read(JsonElement row, Currency currency)
    {
        var amount = new Money(row.Number("amount") ?? 0, currency);
        var (kind, ours) = row.MustText("type") switch
        {
            "charge" or "payment" => ("payment", row.Id("source", "metadata", StripeProvider.MetaPayment)),
            "refund" or "payment_refund" => ("refund", row.Id("source", "metadata", StripeProvider.MetaRefund)),
            "adjustment" when row.Text("source", "object") == "dispute" => (amount.Minor < 0 ? "dispute" : "dispute_won", row.Id("source", "metadata", StripeProvider.MetaPayment)),
            "payout" or "transfer" => ("payout", row.Id("source", "metadata", "payout")),
            var other => (other, null),
        };
        return new ProviderMovement(kind, row.Text("source", "id") ?? row.Text("source") ?? row.MustText("id"), ours, amount, new Money(row.Number("fee") ?? 0, currency), row.UnixTime("created") ?? DateTimeOffset.UnixEpoch);
    }
}
