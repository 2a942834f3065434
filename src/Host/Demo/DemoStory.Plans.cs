namespace Marketplace.Host;

/// <summary>The market sells, too: a plan by which it keeps less of what a seller sells.</summary>
internal sealed partial class DemoStory
{
    private Guid sellersPlan;

    private void NotePlans()
    {
        diary.Note(calendar.At(19, 450), OfferPlan);
        diary.Note(calendar.At(23, 480), () => Subscribe("delia", sellersPlan));
    }

    private async Task OfferPlan()
    {
        const string shop = "The Ledger Room";
        var owner = people["owner"];
        await owner.Post("/api/v1/shops", new { name = shop, description = "What the market itself sells: plans for those who sell here.", currency = "EUR" }, stop);
        var plan = await owner.Post("/api/v1/products", new
        {
            kind = "membership",
            title = "Seller Premium",
            description = "The market keeps less of each sale, and more of your products stand in front. Ends when you end it.",
            tags = new[] { "sellers", "plans" },
            details = new { perks = new[] { "A smaller share for the market", "More places for featured products" } },
            offers = new[] { new { licence = "standard", option = "month", price = new { amount = 1900, currency = "EUR" } }, new { licence = "standard", option = "year", price = new { amount = 19000, currency = "EUR" } } },
        }, stop);
        var path = $"/api/v1/products/{Id(plan)}";
        await owner.Upload($"{path}/files", "cover", "cover.png", "image/png", CoverRenderer.Png("Seller Premium", shop, 0x5E11E2, new([5, 8, 2], [9, 12, 3]), 0), stop);
        if ((await owner.Post($"{path}/publish", null, stop)).GetProperty("state").GetString() != "active") await people["mona"].Post($"{path}/approval", new { }, stop);
        await owner.Prove(stop);
        await owner.Post($"{path}/access-rules", new { target_kind = "seller_tier", target = "premium" }, stop);
        sellersPlan = Id(plan.GetProperty("offers")[0]);
    }
}
