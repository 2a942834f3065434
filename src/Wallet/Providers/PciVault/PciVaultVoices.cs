using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What the acquirer tells by itself. The vault tells nothing: it answers when it is asked.</summary>
internal sealed class PciVaultEvents(PciVaultSettings settings, TimeProvider clock) : IProviderEvents
{
    public string Key => PciVaultApi.Name;

    public Task<ProviderEvent> Read(InboundMessage message, CancellationToken stop)
    {
        if (settings.EventSecret is not { } secret) throw SignedBody.Invalid();
        SignedBody.Check(message.Headers.GetValueOrDefault("Acquirer-Signature"), message.Body, secret, clock.GetUtcNow());
        return Task.FromResult(SignedBody.Read(message.Body, happened => new ProviderEvent(happened.MustText("id"), happened.MustText("type"), happened.Time("at"), NewsOf(happened))));
    }

    private static ProviderNews NewsOf(JsonElement happened) => happened.Text("dispute") is { } dispute ? new ProviderNews.OfDispute(dispute)
        : happened.Id("refund") is { } refund ? new ProviderNews.OfRefund(refund)
        : happened.Id("payment") is { } payment ? new ProviderNews.OfPayment(payment)
        : new ProviderNews.Nothing();
}

/// <summary>The acquirer's disputes.</summary>
internal sealed class PciVaultDisputes(PciVaultApi api) : IDisputeDesk
{
    public string Key => PciVaultApi.Name;

    public async Task<ProviderDispute?> Fetch(string reference, CancellationToken stop)
    {
        if (await ProviderHttp.Maybe(api.Get($"disputes/{Uri.EscapeDataString(reference)}", stop)) is not { } found) return null;
        if (found.Id("payment") is not { } payment) return null;
        var currency = Currency.Of(found.MustText("currency"));
        return new ProviderDispute(found.MustText("id"), payment, new Money(found.Number("amount") ?? 0, currency), new Money(found.Number("fee") ?? 0, currency), ProviderRefusal.Stable(found.Text("reason") ?? "general"),
            found.Text("status") switch
            {
                "won" => ProviderDisputeState.Won,
                "lost" => ProviderDisputeState.Lost,
                "under_review" => ProviderDisputeState.UnderReview,
                _ => ProviderDisputeState.NeedsResponse,
            },
            found.Time("evidence_due"));
    }

    // An acquirer takes words alone.
    public Task Answer(string reference, string evidence, IReadOnlyList<EvidenceFile> files, CancellationToken stop) => api.Post($"disputes/{Uri.EscapeDataString(reference)}/evidence", $"dispute:{reference}", new { evidence }, stop);
}

/// <summary>The acquirer's books.</summary>
internal sealed class PciVaultReport(PciVaultApi api) : IProviderReport
{
    public string Key => PciVaultApi.Name;

    public async Task<IReadOnlyList<ProviderMovement>> Movements(DateTimeOffset from, DateTimeOffset until, CancellationToken stop)
    {
        var (all, after) = (new List<ProviderMovement>(), "");
        while (true)
        {
            var page = await api.Get($"movements?from={Time(from)}&until={Time(until)}&after={Uri.EscapeDataString(after)}", stop);
            var rows = page.Items("data").ToList();
            foreach (var row in rows)
            {
                if (!Currency.TryOf(row.Text("currency"), out var currency)) continue;
                all.Add(new ProviderMovement(row.MustText("kind"), row.MustText("id"), row.Id("ours"), new Money(row.Number("amount") ?? 0, currency),
                    row.Number("fee") is { } fee ? new Money(fee, currency) : null, row.Time("at") ?? DateTimeOffset.UnixEpoch));
            }

            if (rows.Count == 0 || page.Member("has_more") is not { ValueKind: JsonValueKind.True }) return all;
            after = rows[^1].MustText("id");
        }
    }

    private static string Time(DateTimeOffset at) => Uri.EscapeDataString(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
