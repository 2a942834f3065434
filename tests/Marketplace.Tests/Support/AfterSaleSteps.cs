using System.Text.Json;

namespace Marketplace.Tests;

internal static class AfterSaleSteps
{
    /// <param name="minor">Null: all that is left.</param>
    public static Task<Answer> AskBack(this Person buyer, JsonElement order, Guid item, long? minor = null) => buyer.Visitor.Post(
        $"/api/v1/orders/{order.Id()}/items/{item}/refund-requests", new { reason = "It clicks at the end.", amount = minor is { } m ? Money.Of(m, "EUR") : (Money?)null });

    public static Task<Answer> DecideRequest(this Person person, Guid request, bool approved, long? minor = null, string? reason = "We are sorry.") => person.Visitor.Post(
        $"/api/v1/refund-requests/{request}/decision", new { approved, reason, amount = minor is { } m ? Money.Of(m, "EUR") : (Money?)null }, WalletSteps.Key());

    public static Task<Answer> GiveBack(this Person seller, Guid item, long? minor = null) => seller.Visitor.Post(
        $"/api/v1/sales/{item}/refunds", new { reason = "It cannot be made.", amount = minor is { } m ? Money.Of(m, "EUR") : (Money?)null }, WalletSteps.Key());

    public static Task<Answer> CancelLine(this Person buyer, JsonElement order, Guid? item = null) =>
        buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item ?? order.Item()}/cancellation", new { }, WalletSteps.Key());

    public static Task<Answer> Complain(this Person buyer, JsonElement order, Guid? item = null, string reason = "not_as_described") =>
        buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{item ?? order.Item()}/claims", new { reason, text = "It is another song." });

    public static Task<Answer> DecideClaim(this Person staff, Guid claim, int percent) =>
        staff.Visitor.Post($"/api/v1/claims/{claim}/decision", new { percent, reason = "The files are what was described." }, WalletSteps.Key());

    public static async Task<JsonElement> LineOf(this Person buyer, JsonElement order, Guid? item = null) =>
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items").EnumerateArray().Single(i => i.Id() == (item ?? order.Item()));

    public static async Task<JsonElement[]> Todo(this Person seller) => [.. (await seller.Visitor.Get("/api/v1/sales/todo")).Must().Json.GetProperty("data").EnumerateArray()];

    public static long Minor(this JsonElement thing, string name) => thing.GetProperty(name).GetProperty("amount").GetInt64();
}
