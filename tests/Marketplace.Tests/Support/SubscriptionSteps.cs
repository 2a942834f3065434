using System.Text.Json;
using Marketplace.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class SubscriptionSteps
{
    /// <summary>A membership with these plans.</summary>
    /// <returns>The product, and the offers in the order of the plans.</returns>
    public static async Task<(JsonElement Product, IReadOnlyList<Guid> Offers)> PublishPlans(this Person seller, object? details = null, params (string Option, long Price, object Details)[] plans)
    {
        var product = await seller.Publish(Ware.Membership with
        {
            Details = details ?? new { perks = new[] { "All of it" } },
            Offers = (_, currency, _) => [.. plans.Select(p => new { licence = "standard", option = p.Option, price = new { amount = p.Price, currency }, details = p.Details })],
        });
        return (product, [.. plans.Select(p => product.GetProperty("offers").EnumerateArray().Single(o => o.GetProperty("option").GetString() == p.Option).Id())]);
    }

    /// <summary>Becomes a member.</summary>
    /// <returns>The subscription.</returns>
    public static async Task<Guid> Subscribe(this Person buyer, Market market, Guid offer, string method = "wallet", string? token = null)
    {
        (await buyer.Visitor.AddToCart(offer)).Must();
        (await buyer.Visitor.Post("/api/v1/checkout", new { payment_method = method, payment_token = token, save_payment_method = method != "wallet" }, WalletSteps.Key())).Must(201).Json.State().ShouldBe("paid");
        await market.Drain();
        return (await buyer.Visitor.Get("/api/v1/subscriptions")).Must().Json.GetProperty("data")[0].Id();
    }

    public static async Task<JsonElement> Subscription(this Person buyer, Guid id) => (await buyer.Visitor.Get($"/api/v1/subscriptions/{id}")).Must().Json;

    /// <summary>Goes to a moment and lets time do its work, twice.</summary>
    public static async Task At(this OwnMarket market, DateTimeOffset when)
    {
        market.Clock.Walk(when - market.Clock.GetUtcNow());
        await market.Run<RenewSubscriptions>();
        await market.Drain();
        await market.Run<RenewSubscriptions>();
        await market.Drain();
    }

    /// <summary>From now on the sandbox plays another card behind a kept one.</summary>
    public static Task TurnCards(this Market market, string card) => TestServer.Execute(market.ConnectionString, $"UPDATE wallet.sandbox_methods SET card = '{card}'");

    public static async Task<long> Grants(this Market market, Person buyer) => await market.Count("SELECT count(*) FROM orders.access_grants WHERE account = $1 AND revoked_at IS NULL", buyer.Account);
}
