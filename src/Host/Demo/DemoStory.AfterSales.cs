namespace Marketplace.Host;

/// <summary>One shirt has a hole, and one is too large: a claim that is decided, and a request that waits for its shop.</summary>
internal sealed partial class DemoStory
{
    private void NoteAfterSales()
    {
        diary.Note(calendar.At(24, 700), Complain);
        diary.Note(calendar.At(29, 720), AskBack);
    }

    private async Task Complain()
    {
        var (order, item) = await ShirtOf("ana");
        var claim = Id(await people["ana"].Post($"/api/v1/orders/{order}/items/{item}/claims", new { reason = "damaged", text = "There is a small hole under the left arm. I would keep it for less." }, stop));
        In(20 * 60, () => people["nova"].Post($"/api/v1/claims/{claim}/messages", new { text = "It left us whole, but parcels get rough. A third back is fair." }, stop));
        In(28 * 60, () => people["mona"].Post($"/api/v1/claims/{claim}/decision", new { percent = 30, reason = "Both agree that a part goes back, and the shirt stays where it is." }, stop));
    }

    private async Task AskBack()
    {
        var (order, item) = await ShirtOf("theo");
        await people["theo"].Post($"/api/v1/orders/{order}/items/{item}/refund-requests", new { reason = "I took the wrong size. Can I send it back when it is here?" }, stop);
    }

    private async Task<(Guid Order, Guid Item)> ShirtOf(string handle)
    {
        foreach (var one in (await people[handle].Get("/api/v1/orders?limit=100", stop)).GetProperty("data").EnumerateArray())
        {
            if (!one.GetProperty("lines").EnumerateArray().Any(l => l.GetProperty("kind").GetString() == "physical")) continue;
            var order = await people[handle].Get($"/api/v1/orders/{Id(one)}", stop);
            return (Id(order), Id(order.GetProperty("items").EnumerateArray().First(i => i.GetProperty("kind").GetString() == "physical")));
        }

        throw new InvalidOperationException($"{handle} has bought no shirt.");
    }
}
