using System.Text.Json;

namespace Marketplace.Tests;

internal static class RefundSteps
{
    /// <param name="minor">Null: all that is left of the line.</param>
    public static Task<Answer> Refund(this Person staff, Guid order, Guid item, long? minor = null, string? key = null, string currency = "EUR") =>
        staff.Refund(order, [(item, minor)], key, currency);

    public static Task<Answer> Refund(this Person staff, Guid order, IEnumerable<(Guid Item, long? Minor)> lines, string? key = null, string currency = "EUR") => staff.Visitor.Post(
        $"/api/v1/orders/{order}/refunds",
        new { lines = lines.Select(l => new { item_id = l.Item, amount = l.Minor is { } minor ? Money.Of(minor, currency) : (Money?)null }), reason = "It was not as described." },
        key ?? WalletSteps.Key());

    /// <summary>The id of a line of an order's reply.</summary>
    public static Guid Item(this JsonElement order, int line = 0) => order.GetProperty("items")[line].Id();

    /// <summary>The id of the line that is this beat.</summary>
    public static Guid ItemOf(this JsonElement order, PublishedBeat beat) => order.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("product_id").GetGuid() == beat.Product).Id();

    /// <summary>Buys with a card of the sandbox.</summary>
    public static async Task<JsonElement> BuyByCard(this Person buyer, string card, params PublishedBeat[] beats)
    {
        foreach (var beat in beats) (await buyer.AddToCart(beat)).Must();
        var order = (await buyer.Checkout("sandbox_card", card)).Must(201).Json;
        order.State().ShouldBe("paid");
        return order;
    }
}
