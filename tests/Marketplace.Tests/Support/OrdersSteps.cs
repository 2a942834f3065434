using System.Text.Json;

namespace Marketplace.Tests;

internal static class OrdersSteps
{
    /// <summary>Puts a beat's licence into the person's cart.</summary>
    public static Task<Answer> AddToCart(this Person buyer, PublishedBeat beat) => buyer.Visitor.AddToCart(beat.Offer);

    public static Task<Answer> AddToCart(this Visitor visitor, Guid offer) => visitor.Post("/api/v1/cart/items", new { offer_id = offer });

    /// <param name="token">A card of the sandbox, when a card pays.</param>
    /// <param name="accepted">Minor units that the buyer agrees to.</param>
    public static Task<Answer> Checkout(this Person buyer, string method = "wallet", string? token = null, string? key = null, long? accepted = null, string? currency = null, bool walletFirst = false) => buyer.Visitor.Post(
        "/api/v1/checkout",
        new { payment_method = method, payment_token = token, accepted_total = accepted is null ? null : new { amount = accepted, currency = currency ?? "EUR" }, currency, wallet_first = walletFirst },
        key ?? WalletSteps.Key());

    /// <summary>By a card of the sandbox.</summary>
    public static Task<Answer> CheckoutByCard(this Person buyer, string token = "tok_ok", string? key = null) => buyer.Checkout("sandbox_card", token, key);

    /// <summary>Another try for an unpaid order.</summary>
    public static Task<Answer> Pay(this Person buyer, Guid order, string method = "wallet", string? token = null, string? key = null, bool walletFirst = false) =>
        buyer.Visitor.Post($"/api/v1/orders/{order}/payments", new { payment_method = method, payment_token = token, wallet_first = walletFirst }, key ?? WalletSteps.Key());

    /// <summary>The person buys these, paid from a wallet filled for it.</summary>
    /// <returns>The paid order.</returns>
    public static async Task<JsonElement> Buy(this Person buyer, params PublishedBeat[] beats)
    {
        await buyer.TopUp(Math.Max(100, beats.Sum(b => b.Price)));
        foreach (var beat in beats) (await buyer.AddToCart(beat)).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        order.GetProperty("state").GetString().ShouldBe("paid");
        return order;
    }

    public static Guid Id(this JsonElement thing) => thing.GetProperty("id").GetGuid();

    public static string? State(this JsonElement thing) => thing.GetProperty("state").GetString();

    /// <summary>Path of a fresh link to the only file of the order's first line.</summary>
    public static async Task<string> DownloadLink(this Person buyer, JsonElement order) =>
        (await buyer.Visitor.Post($"/api/v1/library/{order.GetProperty("items")[0].Id()}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!;

    /// <summary>The price of a beat's only offer changes while it lies in somebody's cart.</summary>
    public static Task Reprice(this Market market, PublishedBeat beat, long price) => TestServer.Execute(
        market.ConnectionString,
        $"UPDATE catalog.offers SET price_amount = {price} WHERE id = '{beat.Offer}'; UPDATE catalog.products SET price_from = {price} WHERE id = '{beat.Product}'");

    public static Task<long> Count(this Market market, string sql, params object?[] parameters) => market.Source.Command(sql, parameters).Scalar<long>();
}
