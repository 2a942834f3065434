using System.Text.Json;

namespace Marketplace.Host;

/// <summary>What is bought besides downloads, mostly by people who sell themselves: a course, a membership, somebody's work, and a beat that nobody else can have any more.</summary>
internal sealed partial class DemoStory
{
    private void NoteKinds()
    {
        diary.Note(calendar.At(21, 605), () => BuyOne("priya", "enregistrer-a-la-maison", ""));
        diary.Note(calendar.At(22, 615), () => BuyOne("maelle", "the-back-room", "lifetime"));
        diary.Note(calendar.At(24, 625), SellOutright);
        diary.Note(calendar.At(28, 635), async () =>
        {
            var item = await BuyOne("salome", "mix-of-your-song-by-ear", "basic");
            await people["salome"].Post($"/api/v1/service-orders/{item}/requirements", new { answers = new[] { "Anything by Mina before 1970: the voice in front, the room behind.", "The breath before the second verse." } }, stop);
        });
    }

    private async Task SellOutright()
    {
        var listing = listings.First(l => l.Product.Title == "Sunday Loaf");
        listings.Remove(listing);
        var (seller, path) = (people["ruben"], $"/api/v1/products/{listing.Id}");
        var own = (await seller.Get("/api/v1/shop/products?limit=100", stop)).GetProperty("data").EnumerateArray().First(p => Id(p) == listing.Id);
        var changed = await seller.Edit(path, $"\"{own.GetProperty("version").GetInt32()}\"", new
        {
            offers = listing.Product.Offers(listing.Shop.Currency).Append(new { licence = "exclusive", price = new { amount = 29_900, currency = listing.Shop.Currency } }).ToArray(),
        }, stop);
        if (changed.GetProperty("change").ValueKind == JsonValueKind.Object) await people["mona"].Post($"{path}/change/approval", new { }, stop);
        var slug = own.GetProperty("slug").GetString()!;
        In(300, () => BuyOne("ingrid", slug, "", "exclusive"));
    }

    /// <returns>The line of the order.</returns>
    private async Task<Guid> BuyOne(string handle, string slug, string option, string? licence = null)
    {
        var offers = (await people[handle].Get($"/api/v1/products/{slug}", stop)).GetProperty("offers").EnumerateArray();
        var offer = offers.First(o => o.GetProperty("option").GetString() == option && (licence is null || o.GetProperty("licence").GetString() == licence));
        await people[handle].Post("/api/v1/cart/items", new { offer_id = Id(offer) }, stop);
        var order = await people[handle].Post("/api/v1/checkout", new { payment_method = "sandbox_card", payment_token = "tok_ok" }, stop);
        return Id(order.GetProperty("items")[0]);
    }
}
