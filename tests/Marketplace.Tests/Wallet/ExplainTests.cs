using System.Text.Json;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests;

/// <summary>The way of each cent: paid, shared, held, released, given back.</summary>
public class ExplainTests
{
    [Fact]
    public async Task From_any_amount_staff_see_the_whole_way_and_the_owner_theirs()
    {
        await using var market = await OwnMarket.Open();
        var (support, seller, buyer, eve) = (await market.Staff(Rights.Support), await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Eve"));
        var (beat, other) = (await seller.PublishBeat(price: 10_000), await seller.PublishBeat(price: 3_000));
        var order = await buyer.BuyByCard("tok_ok", beat, other);
        (await support.Refund(order.Id(), order.ItemOf(beat), 1_000)).Must(201);
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        await HoldTests.Owe(market, eve, 1);

        var finance = await market.Staff(Rights.Finance);
        var ids = (await market.Source.Command("SELECT key, id FROM wallet.ledger_transactions WHERE ref_id = $1", order.Id()).List(r => (r.GetString(0), r.GetInt64(1)))).ToDictionary(t => t.Item1, t => t.Item2);
        var sale = ids[$"sale:{order.ItemOf(beat)}"];
        var all = (await finance.Visitor.Get($"/api/v1/ledger/transactions/{sale}/explanation")).Must().Json;
        Kinds(all).ShouldBe(["capture", "psp_fee", "sale", "refund", "refund_settled", "release"], ignoreOrder: true);
        foreach (var (key, id) in ids) (await finance.Visitor.Get($"/admin/ledger/explain/{id}")).Must().Html.QuerySelectorAll(".timeline > li").Length.ShouldBeGreaterThan(3, key);
        var page = (await finance.Visitor.Get($"/admin/ledger/explain/{sale}")).Must().Html.QuerySelector("main")!.TextContent;
        foreach (var words in new[] { beat.Title, "40.0", "Time for refunds", "Normal risk", "Card (sandbox)", "It was not as described.", "Nova" }) page.ShouldContain(words);
        page.ShouldNotContain(other.Title, Case.Sensitive, "the other line has a way of its own");

        var entries = (await seller.Visitor.Get("/api/v1/wallet/entries")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        var entry = entries.Single(e => e.GetProperty("id").GetString()!.StartsWith($"{sale}-", StringComparison.Ordinal)).GetProperty("id").GetString();
        var own = (await seller.Visitor.Get($"/api/v1/wallet/entries/{entry}")).Must().Json;
        Kinds(own).ShouldBe(["sale", "refund", "release"]);
        own.GetProperty("steps").EnumerateArray().SelectMany(s => s.GetProperty("legs").EnumerateArray()).ShouldAllBe(l => l.GetProperty("owner").GetGuid() == seller.Account);
        var told = (await seller.Visitor.Get($"/wallet/entries/{entry}")).Must().Html.QuerySelector("main")!.TextContent;
        foreach (var words in new[] { beat.Title, "Your share", "Time for refunds", "Released", "Refund" }) told.ShouldContain(words);
        told.ShouldNotContain("It was not as described.", Case.Sensitive, "the reason is the team's and the buyer's");
        (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelectorAll("#statement tbody a[href^='/wallet/entries/']").Length.ShouldBe(entries.Count);

        foreach (var path in new[] { $"/api/v1/wallet/entries/{entry}", "/api/v1/wallet/entries/999999999-1", "/api/v1/wallet/entries/nonsense" }) (await eve.Visitor.Get(path)).Status.ShouldBe(404);
        (await eve.Visitor.Get($"/wallet/entries/{entry}")).Status.ShouldBe(404);
        (await finance.Visitor.Get("/admin/ledger/explain/999999999")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_release_that_repaid_a_debt_says_so()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await HoldTests.Owe(market, ben, 300);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        var released = (await ben.Visitor.Get("/api/v1/wallet/entries?type=release&account=available")).Must().Json.GetProperty("data")[0].GetProperty("id").GetString();
        var page = (await ben.Visitor.Get($"/wallet/entries/{released}")).Must().Html.QuerySelector("main")!.TextContent;
        page.ShouldContain("Debt");
        page.ShouldContain("€3.00");
        page.ShouldContain("€6.00");
    }

    private static List<string> Kinds(JsonElement explanation) => explanation.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("kind").GetString()!).ToList();
}
