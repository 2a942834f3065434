namespace Marketplace.Tests.Fire;

/// <summary>The bench fills its market by SQL, behind the modules' backs: a new column must not break it unseen.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task The_market_that_is_measured_fits_the_schema_and_its_products_can_be_bought()
    {
        await using var market = await OwnMarket.Open();
        var sql = await File.ReadAllTextAsync(Path.Combine(TestServer.Root, "bench", "Marketplace.Bench", "market.sql"));
        sql.ShouldContain("10000");
        await TestServer.Execute(market.ConnectionString, sql.Replace("generate_series(1, 10000)", "generate_series(1, 20)", StringComparison.Ordinal).Replace("now()", "'2026-03-02 09:00+00'::timestamptz", StringComparison.Ordinal));

        var buyer = market.Visitor();
        buyer.Token = "bench" + "7".PadLeft(38, '0');
        (await buyer.AddToCart(Guid.Parse("00000000-0000-7000-a000-000000000024"))).Must();
        (await buyer.Post("/api/v1/checkout", new { payment_method = "wallet" }, WalletSteps.Key())).Must(201).Json.State().ShouldBe("paid");
        (await buyer.Get("/api/v1/products?genre=Trap&limit=20")).Must().Json.GetProperty("data").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_past_of_the_ledger_that_is_measured_is_one_that_could_have_happened()
    {
        await using var market = await OwnMarket.Open();
        var sql = await File.ReadAllTextAsync(Path.Combine(TestServer.Root, "bench", "Marketplace.Bench", "ledger.sql"));
        await TestServer.Execute(market.ConnectionString, sql.Replace("$ORDERS", "1000", StringComparison.Ordinal).Replace("$ENTRIES", "1500", StringComparison.Ordinal));

        (await market.Count("SELECT count(*) FROM wallet.postings")).ShouldBe((1_000 * 5) + (384 * 2) + ((1_500 + 1_000) * 2));
        await market.BooksMustHold();

        // New postings go on where the past ended.
        var (ana, seller) = (await market.SignUp(), Guid.Parse("00000000-0000-7000-b000-000000000007"));
        await ana.TopUp(1_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, seller, 1_000);
        (await market.Balance("user_pending", seller)).ShouldBe((20 * 600) + 900);
        await market.BooksMustHold();
    }
}
