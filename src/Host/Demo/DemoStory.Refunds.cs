using System.Text.Json;

namespace Marketplace.Host;

/// <summary>What was sold does not always stay sold.</summary>
internal sealed partial class DemoStory
{
    private static readonly string[] Reasons =
    [
        "Bought twice by mistake.",
        "The buyer meant the other licence and has bought that one.",
        "The song was never recorded; the producer agrees.",
    ];

    private readonly List<SoldLine> sold = [];

    private void Sold(JsonElement order, JsonElement item)
    {
        var line = new SoldLine(Id(order), Id(item), item.GetProperty("shop_name").GetString()!, item.GetProperty("price").GetProperty("amount").GetInt64(), item.GetProperty("price").GetProperty("currency").GetString()!, clock.GetUtcNow());
        if (line.Price == 0) return;
        if (!dice.Chance(0.035f))
        {
            sold.Add(line);
            return;
        }

        // Some days later, before the money is released or after; a third of them is a part of the price.
        var part = dice.Chance(0.33f);
        var reason = part ? "One file clicks at the end. The buyer keeps it at a lower price." : dice.Pick<string>(Reasons);
        In(dice.Between(0.3f, 13f) * 24 * 60, () => Refund(line, part ? line.Price * 2 / 5 : null, reason));
    }

    // What a bank has in hand is not given back a second time.
    private Task Refund(SoldLine line, long? amount, string reason) => disputed.Contains(line.Order) ? Task.CompletedTask : people["mona"].Post($"/api/v1/orders/{line.Order}/refunds", new
    {
        lines = new[] { new { item_id = line.Item, amount = amount is { } minor ? new { amount = minor, currency = line.Currency } : null } },
        reason,
    }, stop);

    /// <summary>What is sold from now on waits twice as long.</summary>
    private Task WatchOneSeller() => people["owner"].Put($"/api/v1/sellers/{people["maelle"].Account}/risk", new { level = "high", reason = "Two complaints about samples of others. To be looked at again in a month." }, stop);

    /// <summary>A seller spends all that she has earned, and then some of it has to go back.</summary>
    private async Task RunIntoDebt()
    {
        var (shop, seller) = (DemoShops.All.Single(s => s.Handle == "maelle"), people["maelle"]);
        var wallet = (await seller.Get("/api/v1/wallet", stop)).GetProperty("data").EnumerateArray().Single(w => w.GetProperty("currency").GetString() == shop.Currency);
        var left = wallet.GetProperty("available").GetProperty("amount").GetInt64();
        foreach (var (listing, price, offer) in listings.Where(l => l.Shop.Currency == shop.Currency && l.Shop != shop && !l.NamesPrice)
            .Select(l => (Listing: l, l.Offers[^1].Price, Offer: l.Offers[^1].Id)).OrderByDescending(o => o.Price).ThenBy(o => o.Listing.Product.Title, StringComparer.Ordinal))
        {
            if (price > left) continue;
            left -= price;
            await seller.Post("/api/v1/cart/items", new { offer_id = offer }, stop);
        }

        await seller.Post("/api/v1/checkout", new { payment_method = "wallet" }, stop);
        foreach (var line in sold.Where(l => l.Shop == shop.Name && l.At < clock.GetUtcNow().AddDays(-8)).OrderByDescending(l => l.Price).ThenBy(l => l.At).Take(4))
            await Refund(line, null, "A sample in it belongs to somebody else. The buyers have their money back.");
    }

    private sealed record SoldLine(Guid Order, Guid Item, string Shop, long Price, string Currency, DateTimeOffset At);
}
