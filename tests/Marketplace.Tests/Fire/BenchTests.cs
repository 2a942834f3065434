using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Fire;

/// <summary>The bench fills its market by SQL, behind the modules' backs: a new column must not break it unseen.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task The_market_that_is_measured_fits_the_schema_and_its_products_can_be_bought()
    {
        await using var market = await OwnMarket.Open();
        await Fill(market);

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
        await TestServer.Execute(market.ConnectionString, await Script("ledger.sql", ("$ORDERS", "1000"), ("$BUYERS", "384"), ("$ENTRIES", "1500")));

        (await market.Count("SELECT count(*) FROM wallet.postings")).ShouldBe((1_000 * 5) + (384 * 2) + ((1_500 + 1_000) * 2));
        await market.BooksMustHold();

        // New postings go on where the past ended.
        var (ana, seller) = (await market.SignUp(), Guid.Parse("00000000-0000-7000-b000-000000000007"));
        await ana.TopUp(1_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, seller, 1_000);
        (await market.Balance("user_pending", seller)).ShouldBe((20 * 600) + 900);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_old_market_in_which_mixed_checkouts_are_measured_could_have_happened_and_goes_on()
    {
        await using var market = await OwnMarket.Open();
        await Fill(market);
        foreach (var script in new[]
                 {
                     await Script("ledger.sql", ("$ORDERS", "300"), ("$BUYERS", "40"), ("$ENTRIES", "10")), await Script("orders.sql"),
                     await Script("mixed.sql", ("$BUYERS", "40"), Today), await Script("carts.sql", ("$SCHEMA", "orders"), ("$ROUND", "1")),
                 }) await TestServer.Execute(market.ConnectionString, script);
        (await market.Count("SELECT count(*) FROM orders.orders WHERE state = 'completed'")).ShouldBe(300);
        await SalesMustHold(market);

        var buyer = market.Visitor();
        buyer.Token = "bench" + "1000007".PadLeft(38, '0');
        var to = new { name = "Ana Martin", line1 = "12 rue des Lilas", postcode = "75011", city = "Paris", country = "FR" };
        var order = (await buyer.Post("/api/v1/checkout", new { payment_method = "wallet", shipping_address = to }, WalletSteps.Key())).Must(201).Json;
        order.Lines().Select(l => (l.Of("kind").GetString(), l.Of("discount").Minor() > 0, l.Of("tax").Of("amount").Minor() > 0))
            .ShouldBe([("physical", true, true), ("sample", true, true), ("sample", true, true), ("shipping", false, true)]);
        order.Lines().Select(l => l.Of("shop_id").GetGuid()).Distinct().Count().ShouldBe(2);
        await market.Drain();
        await SalesMustHold(market);
    }

    // The catalogue is a stage: its products have no files behind them, and nobody has counted its shelves. What is sold and paid must be true.
    private static async Task SalesMustHold(Market market) =>
        (await market.Services.GetRequiredService<InvariantCheck>().Run()).Where(r => r.Violations > 0 && r.Module != "catalog" && r.Invariant != "each sold file is kept")
            .Select(r => $"{r.Module}: {r.Invariant}: {r.Detail}").ShouldBeEmpty();

    private static readonly (string, string) Today = ("now()", "'2026-03-02 09:00+00'::timestamptz");

    private static async Task Fill(Market market)
    {
        var sql = await Script("market.sql", Today);
        sql.ShouldContain("10000");
        await TestServer.Execute(market.ConnectionString, sql.Replace("generate_series(1, 10000)", "generate_series(1, 20)", StringComparison.Ordinal));
    }

    private static async Task<string> Script(string file, params (string From, string To)[] filled) => filled.Aggregate(
        await File.ReadAllTextAsync(Path.Combine(TestServer.Root, "bench", "Marketplace.Bench", file)), (sql, f) => sql.Replace(f.From, f.To, StringComparison.Ordinal));
}
