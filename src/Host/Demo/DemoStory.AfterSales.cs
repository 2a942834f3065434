namespace Marketplace.Host;

/// <summary>One shirt has a hole, and one is too large: a claim that is decided, one that staff has to decide, one that its shop has to answer, and a request that waits, too.</summary>
internal sealed partial class DemoStory
{
    private void NoteAfterSales()
    {
        diary.Note(calendar.At(24, 700), async () =>
        {
            var claim = await Complain("ana", "physical", "damaged", "There is a small hole under the left arm. I would keep it for less.");
            In(20 * 60, () => Answer("nova", claim, "It left us whole, but parcels get rough. A third back is fair."));
            In(28 * 60, () => people["mona"].Post($"/api/v1/claims/{claim}/decision", new { percent = 30, reason = "Both agree that a part goes back, and the shirt stays where it is." }, stop));
        });
        diary.Note(calendar.At(28, 730), async () =>
        {
            var claim = await Complain("theo", "course", "not_as_described", "La leçon sur les voix demande un micro à ruban. Il n’est pas dans la liste du matériel, et il coûte plus que le cours.");
            In(15 * 60, () => Answer("delia", claim, "Un micro dynamique suffit, je le dis dans la leçon suivante. Je veux bien rendre un quart pour la frayeur."));
        });
        diary.Note(calendar.At(29, 640), () => Complain("maelle", "membership", "not_as_described", "Two sketches a week, says the page. Since I am in there was one."));
        diary.Note(calendar.At(29, 720), async () =>
        {
            var (order, item) = await LineOf("theo", "physical");
            await people["theo"].Post($"/api/v1/orders/{order}/items/{item}/refund-requests", new { reason = "I took the wrong size. Can I send it back when it is here?" }, stop);
        });
    }

    private async Task<Guid> Complain(string buyer, string kind, string reason, string text)
    {
        var (order, item) = await LineOf(buyer, kind);
        return Id(await people[buyer].Post($"/api/v1/orders/{order}/items/{item}/claims", new { reason, text }, stop));
    }

    private Task Answer(string seller, Guid claim, string text) => people[seller].Post($"/api/v1/claims/{claim}/messages", new { text }, stop);

    /// <summary>What somebody has bought of a kind last.</summary>
    private async Task<(Guid Order, Guid Item)> LineOf(string handle, string kind)
    {
        foreach (var one in (await people[handle].Get("/api/v1/orders?limit=100", stop)).GetProperty("data").EnumerateArray())
        {
            if (!one.GetProperty("lines").EnumerateArray().Any(l => l.GetProperty("kind").GetString() == kind)) continue;
            var order = await people[handle].Get($"/api/v1/orders/{Id(one)}", stop);
            return (Id(order), Id(order.GetProperty("items").EnumerateArray().First(i => i.GetProperty("kind").GetString() == kind)));
        }

        throw new InvalidOperationException($"{handle} has bought no {kind}.");
    }
}
