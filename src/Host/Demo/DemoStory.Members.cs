namespace Marketplace.Host;

/// <summary>The back room: who tries it for a week, who stays, and who leaves.</summary>
internal sealed partial class DemoStory
{
    private void NoteMembers()
    {
        diary.Note(calendar.At(17, 700), () => Join("ana"));
        diary.Note(calendar.At(18, 705), () => Join("theo"));
        diary.Note(calendar.At(26, 710), () => Join("jonas"));
    }

    private async Task Join(string who)
    {
        var shelf = (await people["nova"].Get("/api/v1/shop/products?limit=100", stop)).GetProperty("data").EnumerateArray().FirstOrDefault(p => p.GetProperty("title").GetString() == "The back room");
        if (shelf.ValueKind == System.Text.Json.JsonValueKind.Undefined) return;
        var room = await people["nova"].Get($"/api/v1/products/{shelf.GetProperty("slug").GetString()}", stop);
        var month = room.GetProperty("offers").EnumerateArray().First(o => o.GetProperty("option").GetString() == "month").GetProperty("id").GetGuid();
        var id = await Subscribe(who, month);
        if (who == "theo") In(3 * 24 * 60, () => people[who].Post($"/api/v1/subscriptions/{id}/cancel", new { }, stop));
    }

    private async Task<Guid> Subscribe(string who, Guid plan)
    {
        await people[who].Post("/api/v1/cart/items", new { offer_id = plan }, stop);
        // A free week keeps no card: one that is saved before pays when it is over.
        await people[who].Post("/api/v1/wallet/top-ups", new { amount = new { amount = 500, currency = "EUR" }, payment_method = "sandbox_card", payment_token = "tok_ok", save_payment_method = true }, stop);
        var card = (await people[who].Get("/api/v1/payment-methods", stop)).GetProperty("data")[0];
        await people[who].Post("/api/v1/checkout", new { payment_method = card.GetProperty("method").GetString(), payment_token = card.GetProperty("token").GetString(), currency = "EUR" }, stop);
        return Id((await people[who].Get("/api/v1/subscriptions", stop)).GetProperty("data")[0]);
    }
}
