using Marketplace.Catalog;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class ReviewSteps
{
    /// <summary>As if the person had bought and received the product: what Orders tells the catalog.</summary>
    /// <returns>The line.</returns>
    public static async Task<Guid> Received(this Person buyer, Guid product)
    {
        var (line, market) = (Guid.CreateVersion7(), Market.At(buyer.Visitor.Http.BaseAddress!));
        await market.Do(services => services.GetRequiredService<ICatalog>().AllowReview(line, product, buyer.Account, services.GetRequiredService<TimeProvider>().GetUtcNow()));
        return line;
    }

    public static Task<Answer> Review(this Person author, Guid line, int stars, string? text = null, string? about = null) =>
        author.Visitor.Post("/api/v1/reviews", new { line_id = line, stars, text, about });

    /// <summary>A product that the person has received and reviewed.</summary>
    public static async Task<(Guid Line, Guid Review)> Reviewed(this Person buyer, Guid product, int stars = 4, string text = "Warm drums.")
    {
        var line = await buyer.Received(product);
        return (line, (await buyer.Review(line, stars, text)).Must(201).Json.Id());
    }

    /// <summary>Grants the right to boost, fills the wallet and pays for a place.</summary>
    public static async Task<Guid> Boosted(this Person owner, Guid product, int days = 7, string place = "search")
    {
        await Market.At(owner.Visitor.Http.BaseAddress!).Grant(owner.Account, Capabilities.CanBoost);
        await owner.SignIn();
        await owner.TopUp(5_000);
        return (await owner.Boost(product, days, place)).Must(201).Json.Id();
    }

    public static Task<Answer> Boost(this Person owner, Guid product, int days = 7, string place = "search", DateTimeOffset? starts = null) =>
        owner.Visitor.Post("/api/v1/boosts", new { kind = "product", subject_id = product, place, days, starts_at = starts }, WalletSteps.Key());
}
