namespace Marketplace.Tests.Catalog;

/// <summary>A market of its own, in which nothing is on sale yet, and somebody who looks for something.</summary>
public abstract class ShelfTest : IAsyncLifetime
{
    private protected OwnMarket market = null!;
    private protected Visitor visitor = null!;

    public async Task InitializeAsync()
    {
        market = await OwnMarket.Open();
        visitor = market.Visitor();
    }

    public async Task DisposeAsync()
    {
        visitor.Dispose();
        await market.DisposeAsync();
    }

    /// <summary>Of what a list shows, in its order.</summary>
    private protected async Task<List<string>> Titles(string query) =>
        (await visitor.Get("/api/v1/products" + query)).Must().Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("title").GetString()!).ToList();
}
