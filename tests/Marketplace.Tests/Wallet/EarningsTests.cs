using Account = Marketplace.Wallet.Account;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>What the market itself earns, from the books.</summary>
public class EarningsTests
{
    [Fact]
    public async Task Commission_fees_costs_and_refunds_of_each_day_add_up_to_the_net()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var first = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 10_000));
        await market.Run<LearnFees>();
        market.Clock.Walk(TimeSpan.FromDays(1));
        await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 5_000));
        var support = await market.Staff(Rights.Support);
        (await support.Refund(first.Id(), first.Item(), 5_000)).Must(201);
        market.Clock.Walk(TimeSpan.FromHours(2));
        await market.Run<LearnFees>();

        var finance = await market.Staff(Rights.Finance);
        var earned = (await finance.Visitor.Get("/api/v1/earnings?from=2026-03-01&to=2026-03-04")).Must().Json;
        var days = earned.GetProperty("data").EnumerateArray().ToList();
        days.Count.ShouldBe(4);
        Amount(days[1], "commission").ShouldBe(4_000);
        Amount(days[2], "commission").ShouldBe(2_000);
        Amount(days[2], "refunds").ShouldBe(-2_000);
        days.Select(d => d.GetProperty("volume").GetProperty("amount").GetInt64()).ShouldBe([0, 10_000, 5_000, 0]);
        foreach (var day in days) day.GetProperty("amounts").EnumerateObject().Sum(l => l.Value.GetProperty("amount").GetInt64()).ShouldBe(day.GetProperty("net").GetProperty("amount").GetInt64());
        var net = earned.GetProperty("total").GetProperty("net").GetProperty("amount").GetInt64();
        net.ShouldBe(await market.Count("SELECT sum(p.amount)::bigint FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id JOIN wallet.account_kinds k ON k.code = a.kind WHERE k.class IN ('income', 'expense')"));
        earned.GetProperty("clearing").GetProperty("share").GetDecimal().ShouldBe(1);
        earned.GetProperty("clearing").GetProperty("moved").GetProperty("amount").GetInt64().ShouldBeGreaterThan(20_000);

        // A movement on a provider's account that nothing is behind.
        await market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting($"adjustment:{WalletSteps.NewId()}", "adjustment", null, Account.Clearing("sandbox").Minus(Money.Of(1_000, "EUR")), new Account("bank").Plus(Money.Of(1_000, "EUR")))));
        (await finance.Visitor.Get("/api/v1/earnings?by=month")).Must().Json.GetProperty("clearing").GetProperty("share").GetDecimal().ShouldBeLessThan(1);

        var page = (await finance.Visitor.Get("/admin/earnings?from=2026-03-01&to=2026-03-04")).Must().Html;
        page.QuerySelectorAll("main tbody tr").Length.ShouldBe(2);
        page.QuerySelector("main svg path")!.GetAttribute("d")!.ShouldContain("v");
        var csv = (await finance.Visitor.Get("/api/v1/earnings.csv?from=2026-03-01&to=2026-03-04")).Must().Text.TrimEnd().Split("\r\n");
        csv.Length.ShouldBe(5);
        csv[2].ShouldStartWith("2026-03-02,EUR,100.00,40.00,");
        (await buyer.Visitor.Get("/api/v1/earnings")).Status.ShouldBe(403);
        (await finance.Visitor.Get("/api/v1/earnings?from=2026-03-04&to=2026-03-01")).MustRefuse(422, "period_invalid");
        (await finance.Visitor.Get("/api/v1/earnings?by=week")).MustRefuse(422, "period_invalid");
    }

    [Theory]
    [InlineData("EUR", 1_000)]
    [InlineData("USD", 1_999)]
    [InlineData("JPY", 333)]
    [InlineData("KWD", 12_345)]
    public async Task Each_currency_is_a_statement_of_its_own(string currency, long minor)
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(20_000, currency);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, minor, currency);
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        var finance = await market.Staff(Rights.Finance);
        var total = (await finance.Visitor.Get($"/api/v1/earnings?currency={currency}")).Must().Json.GetProperty("total");
        (Amount(total, "commission"), total.GetProperty("volume").GetProperty("amount").GetInt64()).ShouldBe((minor / 10, minor));
        (await finance.Visitor.Get($"/admin/earnings?currency={currency}")).Must().Html.QuerySelector("main .figure strong")!.TextContent.ShouldContain(currency switch { "EUR" => "€", "USD" => "$", "JPY" => "¥", _ => "KD" });
    }

    private static long Amount(System.Text.Json.JsonElement period, string line) => period.GetProperty("amounts").GetProperty(line).GetProperty("amount").GetInt64();
}
