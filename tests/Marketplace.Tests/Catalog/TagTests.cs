using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>Tags are counted as products come and go, and what is going on rises and fades.</summary>
public sealed class TagTests
{
    [Fact]
    public async Task Their_use_is_what_is_on_sale_and_a_trend_loses_half_a_week()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        await seller.OpenShop();
        async Task<Guid> Publish(params string[] tags)
        {
            var draft = (await seller.Ready(Ware.Digital)).Id();
            (await seller.Edit(draft, new { tags })).Must();
            return tags.Contains("dunes") ? draft : (await seller.Visitor.Post($"/api/v1/products/{draft}/publish")).Must().Json.Id();
        }

        await Publish("dark", "Bells");
        var two = await Publish("dark", "dusty");
        await Publish("dark", "dunes");
        await market.Run<AddUpTags>();
        async Task<string> Begin(string typed) => string.Join(' ', (await seller.Visitor.Get($"/api/v1/tags?q={typed}")).Must().Json.GetProperty("data").EnumerateArray().Select(t => $"{t.GetProperty("tag").GetString()}:{t.GetProperty("usage").GetInt32()}"));
        (await Begin("d")).ShouldBe("dark:2 dusty:1", "the most used first, and nothing of drafts");
        (await Begin("BE")).ShouldBe("bells:1");
        (await Begin("%25")).ShouldBe("");
        (await seller.Visitor.Get("/tags")).Must().Text.ShouldContain("#dusty");

        double Trend(Answer answer, string tag) => answer.Json.GetProperty("data").EnumerateArray().Single(t => t.GetProperty("tag").GetString() == tag).GetProperty("trend").GetDouble();
        Trend((await seller.Visitor.Get("/api/v1/tags")).Must(), "dark").ShouldBe(6, 0.01);
        market.Clock.Walk(TimeSpan.FromDays(7));
        await seller.SignIn();
        Trend((await seller.Visitor.Get("/api/v1/tags")).Must(), "dark").ShouldBe(3, 0.01);
        await market.Do(services => services.GetRequiredService<ICatalog>().RecordSale([two]));
        await market.Drain();
        await market.Run<AddUpTags>();
        var now = (await seller.Visitor.Get("/api/v1/tags")).Must();
        Trend(now, "dark").ShouldBe(4, 0.01);
        Trend(now, "dusty").ShouldBe(2.5, 0.01);
        now.Json.GetProperty("data")[0].GetProperty("tag").GetString().ShouldBe("dark");

        (await seller.Visitor.Post($"/api/v1/products/{two}/pause")).Must();
        await BuyerReviewTests.CatalogHolds(market);
        await market.Run<AddUpTags>();
        (await Begin("d")).ShouldBe("dark:1");
        (await seller.Visitor.Post($"/api/v1/products/{two}/publish")).Must();
        await Task.WhenAll(market.Run<AddUpTags>(), market.Run<AddUpTags>());
        (await Begin("d")).ShouldBe("dark:2 dusty:1");
        await BuyerReviewTests.CatalogHolds(market);
    }
}
