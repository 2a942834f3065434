using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.Host;

/// <summary>Three payers ask their bank for the money back, and a provider's books leave something out.</summary>
internal sealed partial class DemoStory
{
    private readonly List<(Guid Order, Guid Payment, string Seller, DateTimeOffset At)> cards = [];
    private readonly HashSet<Guid> disputed = [];

    private void NoteDisputes()
    {
        diary.Note(calendar.At(9, 800), () => Dispute(won: true));
        diary.Note(calendar.At(15, 900), () => Dispute(won: false));
        diary.Note(calendar.At(22, 700), () => people["ana"].Post(
            "/api/v1/wallet/top-ups", new { amount = new { amount = 2_000, currency = "EUR" }, payment_method = "sandbox_card", payment_token = "tok_unreported" }, stop));
        diary.Note(calendar.End.AddMinutes(-9), () => Dispute(won: null));
        diary.Note(calendar.End.AddMinutes(-8), Explain);
    }

    private void PaidByCard(JsonElement order)
    {
        var shop = DemoShops.All.Single(s => s.Name == order.GetProperty("items")[0].GetProperty("shop_name").GetString());
        if (order.GetProperty("payment").GetProperty("id") is { ValueKind: JsonValueKind.String } payment) cards.Add((Id(order), payment.GetGuid(), shop.Handle, clock.GetUtcNow()));
    }

    /// <param name="won">Null: it is still open at the end.</param>
    private async Task Dispute(bool? won)
    {
        var (order, payment, seller, _) = cards.Last(c => c.At < clock.GetUtcNow().AddHours(-12) && !disputed.Contains(c.Order));
        disputed.Add(order);
        var owner = people["owner"];
        await owner.Press("/sandbox/provider", "Open", stop, ("payment", payment.ToString()));
        await RunJobs();
        In(2, RunJobs);     // sent, then handled
        if (won is not { } outcome) return;

        In(30, async () =>
        {
            var dispute = Id((await people[seller].Get("/api/v1/disputes", stop)).GetProperty("data")[0]);
            await people[seller].Post($"/api/v1/disputes/{dispute}/evidence", new { text = "The files were fetched on the day of the sale. The buyer wrote that the record is just what they were looking for." }, stop);
            In(90, () => owner.Press($"/admin/disputes/{dispute}", "Answer", stop, ("Input.Statement", "The files were delivered at once, and the licence's contract says what was bought.")));
        });
        In(5 * 24 * 60, async () =>
        {
            var reference = DisputeReference().Match(await owner.Page("/sandbox/provider", stop)).Groups[1].Value;
            await owner.Press("/sandbox/provider", "Decide", stop, ("reference", reference), ("won", outcome ? "true" : "false"));
            await RunJobs();
            In(2, RunJobs);
        });
    }

    private async Task Explain()
    {
        var owner = people["owner"];
        var difference = DifferenceId().Match(await owner.Page("/admin/reconciliation", stop)).Groups[1].Value;
        await owner.Press("/admin/reconciliation", "Explain", stop, ("id", difference), ("Input.Note", "The provider confirms it by mail: its report of that day was cut off. The money is in its next payout."));
    }

    [GeneratedRegex("name=\"reference\" value=\"([^\"]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DisputeReference();

    [GeneratedRegex("name=\"id\" value=\"([0-9a-f-]{36})\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DifferenceId();
}
