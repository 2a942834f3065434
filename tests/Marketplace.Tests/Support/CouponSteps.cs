using System.Text.Json;

namespace Marketplace.Tests;

internal static class CouponSteps
{
    public static string Fresh() => "C" + Guid.CreateVersion7().ToString("N")[^12..].ToUpperInvariant();

    /// <summary>A coupon of a sum.</summary>
    public static async Task<string> Coupon(this Person maker, Shop shop, object amount)
    {
        var code = Fresh();
        (await maker.Visitor.Post("/api/v1/coupons", new { code, shop_id = shop.Id, amount })).Must(201);
        return code;
    }

    /// <summary>A coupon of a part, in basis points; without a shop the market's.</summary>
    public static async Task<string> Coupon(
        this Person maker, Shop? shop, int percent, int? maxUses = null, int? each = null, long? minimum = null, DateTimeOffset? starts = null, DateTimeOffset? ends = null)
    {
        var code = Fresh();
        (await maker.Visitor.Post("/api/v1/coupons", new
        {
            code, shop_id = shop?.Id, percent, max_uses = maxUses, max_uses_each = each, starts_at = starts, ends_at = ends,
            minimum = minimum is null ? null : new { amount = minimum, currency = "EUR" },
        })).Must(201);
        return code;
    }

    /// <summary>Into the buyer's cart.</summary>
    public static Task<Answer> Use(this Person buyer, string code) => buyer.Visitor.Put("/api/v1/cart/coupon", new { code });

    public static IReadOnlyList<JsonElement> Lines(this JsonElement order) => order.GetProperty("items").EnumerateArray().ToList();

    public static long Minor(this JsonElement money) => money.GetProperty("amount").GetInt64();

    public static JsonElement Of(this JsonElement thing, string property) => thing.GetProperty(property);
}
