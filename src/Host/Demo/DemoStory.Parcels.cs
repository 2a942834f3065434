namespace Marketplace.Host;

/// <summary>One shop prints shirts: three sizes, two colours, and parcels on their way.</summary>
internal sealed partial class DemoStory
{
    private static readonly (string Handle, string Name, string Street, string Postcode, string City, string Country)[] Addresses =
    [
        ("ana", "Ana Lima", "Rua das Flores 18", "1200-195", "Lisboa", "PT"),
        ("theo", "Théo Blanc", "7 rue Oberkampf", "75011", "Paris", "FR"),
        ("jonas", "Jonas Weidner", "Weserstraße 40", "12045", "Berlin", "DE"),
    ];

    private IReadOnlyList<(string Values, Guid Offer)> shirts = [];

    private void NoteParcels()
    {
        diary.Note(calendar.At(15, 615), PrintShirts);
        diary.Note(calendar.At(18, 640), () => BuyShirt(0, "size:m", sent: true, received: true));
        diary.Note(calendar.At(27, 655), () => BuyShirt(1, "size:l", sent: true, received: false));
        diary.Note(calendar.At(29, 610), () => BuyShirt(2, "size:xl", sent: false, received: false));
    }

    private async Task PrintShirts()
    {
        var (seller, shop) = (people["nova"], DemoShops.All.First(s => s.Handle == "nova"));
        var draft = await seller.Post("/api/v1/products", new
        {
            kind = "physical",
            title = "Bakery Hours Shirt",
            description = "Organic cotton, printed two streets from the bakery. Fits as a shirt should: neither a tent nor a sock.",
            tags = new[] { "shirt", "merch" },
            details = new { condition = "new", brand = shop.Name, material = "Organic cotton", weight = 240, package_size = "30 × 24 × 3 cm" },
        }, stop);
        var id = Id(draft);
        foreach (var (title, number) in new[] { ("Bakery Hours", 1), ("From behind", 2) })
            await seller.Upload($"/api/v1/products/{id}/images", "image", $"shirt-{number}.png", "image/png", CoverRenderer.Png(title, shop.Name, 40 + number, shop.Face, number), stop);
        var version = (await seller.Get($"/api/v1/products/{draft.GetProperty("slug").GetString()}", stop)).GetProperty("version").GetInt32();
        var combinations = new[] { "m", "l", "xl" }.SelectMany(size => new[] { "black", "blue" }.Select(colour => (size, colour))).ToList();
        var saved = await seller.Put($"/api/v1/products/{id}/variants", new
        {
            axes = new object[] { new { attribute = "size", values = new[] { "m", "l", "xl" } }, new { attribute = "colour", values = new[] { "black", "blue" } } },
            variants = combinations.Select(c => new { values = new { c.size, c.colour }, price = new { amount = c.size == "xl" ? 2_900 : 2_700, currency = shop.Currency }, sku = $"BH-{c.size}-{c.colour}".ToUpperInvariant(), stock = c is ("xl", "blue") ? 0 : 4 }).ToList(),
        }, stop, $"\"{version}\"");
        shirts = saved.GetProperty("variants").EnumerateArray().Select(v => ($"size:{v.GetProperty("values").GetProperty("size").GetString()}", v.GetProperty("offer_id").GetGuid())).ToList();
        var state = (await seller.Post($"/api/v1/products/{id}/publish", null, stop)).GetProperty("state").GetString();
        object Eur(long minor) => new { amount = minor, currency = shop.Currency };
        var place = Id((await seller.Get("/api/v1/me/shops", stop)).GetProperty("data")[0]);
        await seller.Put($"/api/v1/sales/shipping/{place}", new { rates = new object[] { new { country = "PT", price = Eur(390), free_from = Eur(5_000) }, new { price = Eur(690) } } }, stop);
        await seller.Post("/api/v1/coupons", new { code = "BAKERY10", shop_id = place, percent = 1_000, max_uses_each = 1 }, stop);
        if (state == "pending") await people["mona"].Post($"/api/v1/products/{id}/approval", new { }, stop);
    }

    private async Task BuyShirt(int who, string size, bool sent, bool received)
    {
        var to = Addresses[who];
        await people[to.Handle].Post("/api/v1/cart/items", new { offer_id = shirts.First(s => s.Values == size).Offer, units = who == 1 ? 2 : 1 }, stop);
        if (who < 2) await people[to.Handle].Put("/api/v1/cart/coupon", new { code = "BAKERY10" }, stop);
        var order = await people[to.Handle].Post("/api/v1/checkout", new
        {
            payment_method = "sandbox_card", payment_token = "tok_ok",
            shipping_address = new { name = to.Name, line1 = to.Street, postcode = to.Postcode, city = to.City, country = to.Country },
        }, stop);
        // What else lay in the cart is paid with it.
        foreach (var item in order.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("kind").GetString() == "physical").Select(i => i.GetProperty("id").GetGuid()))
        {
            if (sent) In(26 * 60, () => people["nova"].Post($"/api/v1/sales/{item}/shipment", new { carrier = "DHL", tracking = $"JD01460{who}5534" }, stop));
            if (received) In(4 * 24 * 60, () => people[to.Handle].Post($"/api/v1/orders/{Id(order)}/items/{item}/receipt", null, stop));
        }
    }
}
