using AngleSharp.Html.Dom;
using Marketplace.Users;

namespace Marketplace.Tests;

public class LedgerPageTests : MarketTest
{
    [Theory]
    [InlineData("/admin/ledger")]
    [InlineData("/admin/ledger/accounts")]
    [InlineData("/admin/ledger/accounts/1")]
    [InlineData("/admin/ledger/transactions/1")]
    [InlineData("/admin/ledger/invariants")]
    [InlineData("/admin/payments/0190a1b2-1234-7123-8123-123456789012")]
    public async Task Amounts_of_others_need_the_right_to_finance(string path)
    {
        var (ana, other) = (await Market.SignUp(), await Market.Staff(Rights.People, Rights.Moderation, Rights.Support, Rights.System));
        (await ana.Visitor.Get(path)).Status.ShouldBe(403);
        (await other.Visitor.Get(path)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_cent_is_explained_from_the_order_to_the_leg()
    {
        var (finance, ana, ben) = (await Market.Staff(Rights.Finance), await Market.SignUp("Ana Obi"), await Market.SignUp("Ben Sol"));
        await ana.TopUp(10_000);
        var (order, item) = (WalletSteps.NewId(), WalletSteps.NewId());
        await Market.Settle(order, item, ana.Account, ben.Account, 10_000);

        var rows = (await finance.Visitor.Get($"/admin/ledger?ref={order}")).Must().Html.QuerySelectorAll("tbody tr");
        rows.Select(r => r.QuerySelector("a")!.TextContent).ShouldBe(["Sale split", "Order paid from the wallet"], ignoreOrder: true);
        var sale = rows.Single(r => r.TextContent.Contains($"sale:{item}", StringComparison.Ordinal)).QuerySelector("a")!.GetAttribute("href")!;

        var page = (await finance.Visitor.Get(sale)).Must().Html;
        page.QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        var held = page.QuerySelectorAll("tbody tr").Single(r => r.TextContent.Contains("Held · Ben Sol", StringComparison.Ordinal));
        held.QuerySelector("[data-label=Credit]")!.TextContent.ShouldContain("€90.00");
        page.QuerySelector("tfoot [data-label=Debit]")!.TextContent.Trim().ShouldBe("€100.00");
        page.QuerySelector("tfoot [data-label=Credit]")!.TextContent.Trim().ShouldBe("€100.00");

        var account = (await finance.Visitor.Get(held.QuerySelector("a")!.GetAttribute("href")!)).Must().Html;
        account.QuerySelector("h1")!.TextContent.ShouldContain("Held · Ben Sol");
        account.QuerySelector(".figure strong")!.TextContent.ShouldContain("€90.00");
        account.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_list_is_filtered_by_person_kind_account_and_key()
    {
        var (finance, ana, ben) = (await Market.Staff(Rights.Finance), await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(10_000);
        var item = WalletSteps.NewId();
        await Market.Settle(WalletSteps.NewId(), item, ana.Account, ben.Account, 1_000);

        (await Kinds($"owner={ana.Email}")).ShouldBe(["Order paid from the wallet", "Top-up captured"]);
        (await Kinds($"owner={ana.Account}&kind=topup")).ShouldBe(["Top-up captured"]);
        (await Kinds($"owner={ana.Account}&account=user_pending")).ShouldBeEmpty();
        (await Kinds($"owner={ben.Account}&account=user_pending")).ShouldBe(["Sale split"]);
        (await Kinds($"key=sale:{item}")).ShouldBe(["Sale split"]);
        (await Kinds($"key=sale:{item.ToString()[..34]}&owner={ben.Email}")).ShouldBe(["Sale split"]);
        (await Kinds("owner=nobody@example.org")).ShouldBeEmpty();
        (await Kinds("ref=garbage")).ShouldBeEmpty();
        (await Kinds("kind=%27%3B--&key=%25_%5C")).ShouldBeEmpty();

        async Task<IReadOnlyList<string>> Kinds(string query) =>
            (await finance.Visitor.Get($"/admin/ledger?{query}")).Must().Html.QuerySelectorAll("tbody tr").Select(r => r.QuerySelector("a")!.TextContent).ToList();
    }

    [Fact]
    public async Task Pages_of_the_ledger_and_of_an_account_meet_every_line_once()
    {
        await using var market = await OwnMarket.Open();
        var (finance, ana) = (await market.Staff(Rights.Finance), await market.SignUp());
        for (var i = 0; i < 56; i++) await ana.TopUp(100 + i);

        (await Walk("/admin/ledger")).ShouldBe(112, "each capture comes with its fee");
        var clearing = await market.Source.Command("SELECT id FROM wallet.accounts WHERE kind = 'psp_clearing'").Scalar<long>();
        (await Walk($"/admin/ledger/accounts/{clearing}")).ShouldBe(112);

        async Task<int> Walk(string path)
        {
            var seen = new List<string>();
            for (var page = path; page is not null;)
            {
                var html = (await finance.Visitor.Get(page)).Must().Html;
                seen.AddRange(html.QuerySelectorAll("tbody tr a[href^='/admin/ledger/transactions/']").Select(a => a.GetAttribute("href")!));
                page = html.QuerySelector(".pager a")?.GetAttribute("href") is { } next ? next.StartsWith('?') ? path + next : next : null;
            }

            seen.Distinct().Count().ShouldBe(seen.Count);
            return seen.Count;
        }
    }

    [Fact]
    public async Task The_trial_balance_sums_to_nothing_and_leads_to_the_accounts()
    {
        await using var market = await OwnMarket.Open();
        var (finance, ana, ben) = (await market.Staff(Rights.Finance), await market.SignUp(), await market.SignUp("Ben Sol"));
        (await finance.Visitor.Get("/admin/ledger/accounts")).Must().Html.QuerySelector(".empty")!.TextContent.ShouldContain("The books are empty");
        await ana.TopUp(10_000);
        await ana.TopUp(5_000, "JPY");
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 4_000);

        var page = (await finance.Visitor.Get("/admin/ledger/accounts")).Must().Html;
        page.QuerySelector("tfoot [data-label=Debit]")!.TextContent.Trim().ShouldBe("€100.00");
        page.QuerySelector("tfoot [data-label=Credit]")!.TextContent.Trim().ShouldBe("€100.00");
        (await finance.Visitor.Get("/admin/ledger/accounts?currency=JPY")).Must().Html.QuerySelector("tfoot [data-label=Credit]")!.TextContent.Trim().ShouldBe("¥5,000");

        var accounts = (await finance.Visitor.Get("/admin/ledger/accounts?kind=user_pending")).Must().Html.QuerySelectorAll("#accounts tbody tr");
        accounts.ShouldHaveSingleItem().TextContent.ShouldContain("Held · Ben Sol");
    }

    [Fact]
    public async Task The_page_of_invariants_is_green_and_turns_red_with_the_detail()
    {
        await using var market = await OwnMarket.Open();
        var (finance, ana) = (await market.Staff(Rights.Finance), await market.SignUp());
        await ana.TopUp(10_000);
        var green = (await finance.Visitor.Get("/admin/ledger/invariants")).Must().Html;
        green.QuerySelector(".notice-good").ShouldNotBeNull();
        green.QuerySelectorAll("tbody tr").Length.ShouldBeGreaterThan(20);

        await TestServer.Execute(market.ConnectionString, "UPDATE wallet.account_balances SET balance = balance + 1 WHERE balance > 0");

        var red = (await finance.Visitor.Get("/admin/ledger/invariants")).Must().Html;
        red.QuerySelector(".notice-bad").ShouldNotBeNull();
        red.QuerySelectorAll("tbody tr")[0].TextContent.ShouldContain("a stored balance is the sum of its postings");
        red.QuerySelectorAll("tbody .chip-bad").Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_top_up_leads_to_its_payment_and_back_to_its_posting()
    {
        var (finance, ana) = (await Market.Staff(Rights.Finance), await Market.SignUp("Ana Obi"));
        await ana.TopUp(1_234);

        var row = (await finance.Visitor.Get($"/admin/ledger?owner={ana.Account}")).Must().Html.QuerySelectorAll("tbody tr").ShouldHaveSingleItem();
        var link = row.QuerySelector("[data-label=About] a") as IHtmlAnchorElement;
        link!.TextContent.ShouldBe("Payment €12.34");
        var payment = (await finance.Visitor.Get(link.GetAttribute("href")!)).Must().Html;
        payment.QuerySelector(".facts")!.TextContent.ShouldContain("Ana Obi");

        var posting = payment.QuerySelector(".page-actions a")!.GetAttribute("href")!;
        (await finance.Visitor.Get(posting)).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("/admin/ledger?cursor=abc", 400)]
    [InlineData("/admin/ledger?key=%00", 400)]
    [InlineData("/admin/ledger/transactions/9223372036854775807", 404)]
    [InlineData("/admin/ledger/transactions/-1", 404)]
    [InlineData("/admin/ledger/transactions/x", 404)]
    [InlineData("/admin/ledger/accounts/9223372036854775807", 404)]
    [InlineData("/admin/ledger/accounts?kind=nonsense&currency=ZZZ", 200)]
    [InlineData("/admin/payments/0190a1b2-1234-7123-8123-123456789012", 404)]
    public async Task Garbage_finds_nothing_and_breaks_nothing(string path, int status)
    {
        var finance = await Market.Staff(Rights.Finance);
        (await finance.Visitor.Get(path)).Must(status);
    }
}
