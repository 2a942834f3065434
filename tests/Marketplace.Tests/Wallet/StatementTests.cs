using System.Globalization;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Account = Marketplace.Wallet.Account;

namespace Marketplace.Tests;

public class StatementTests : MarketTest
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("été", "été")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Text_of_others_is_quoted_and_never_a_formula(string? text, string cell) => Csv.Line(text, "end").ShouldBe($"{cell},end");

    [Theory]
    [InlineData("EUR", -1_250, "-12.50")]
    [InlineData("JPY", 1_500, "1500")]
    [InlineData("KWD", 1_005, "1.005")]
    [InlineData("EUR", 0, "0.00")]
    public void Amounts_are_decimals_of_their_currency_in_any_culture(string currency, long minor, string cell)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
        Csv.Line(Money.Of(minor, currency)).ShouldBe(cell);
        Csv.Line(new DateTimeOffset(2026, 3, 2, 10, 30, 0, TimeSpan.FromHours(1))).ShouldBe("2026-03-02T09:30:00.000Z");
    }

    [Fact]
    public async Task The_filters_choose_and_the_file_holds_exactly_what_they_show()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await ana.TopUp(5_000, "JPY");
        var order = WalletSteps.NewId();
        await market.Settle(order, WalletSteps.NewId(), ana.Account, ben.Account, 4_000);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await ana.TopUp(700);

        foreach (var (query, expected) in new (string, int)[]
        {
            ("", 4), ("?currency=EUR", 3), ("?currency=JPY", 1), ("?type=deposit", 3), ("?type=hold&currency=EUR", 1), ("?account=available", 4), ("?account=pending", 0), ("?account=debt", 0),
            ("?from=2026-03-03", 1), ("?to=2026-03-02", 3), ("?from=2026-03-02&to=2026-03-03", 3), ("?from=2026-03-04&to=2026-03-04", 1), ("?to=9999-12-31", 4), ($"?reference={order}", 1), ($"?reference={WalletSteps.NewId()}", 0),
        })
        {
            var shown = (await ana.Visitor.Get("/api/v1/wallet/entries" + query)).Must().Json.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("id").GetString()!).ToList();
            shown.Count.ShouldBe(expected, query);
            var file = Rows(await ana.Visitor.Get("/api/v1/wallet/entries.csv" + query));
            file.Select(r => r["id"]).ShouldBe(shown, query);
        }

        var answer = await ana.Visitor.Get($"/api/v1/wallet/entries.csv?reference={order}");
        answer.ContentHeaders.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        answer.ContentHeaders.ContentDisposition!.ToString().ShouldBe("attachment; filename=\"statement.csv\"");
        var row = Rows(answer).Single();
        (row["amount"], row["currency"], row["balance_before"], row["balance_after"], row["type"], row["account"]).ShouldBe(("-40.00", "EUR", "100.00", "60.00", "hold", "available"));
        row["at"].ShouldBe("2026-03-02T09:00:00.000Z");
        Rows(await ana.Visitor.Get("/api/v1/wallet/entries.csv?currency=EUR")).Sum(r => decimal.Parse(r["amount"], CultureInfo.InvariantCulture)).ShouldBe((await ana.Available()) / 100m);
    }

    [Fact]
    public async Task A_long_statement_is_streamed_whole()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        for (var i = 0; i < 11; i++)
        {
            await market.Do(services => services.GetRequiredService<Ledger>().Post([.. Enumerable.Range(0, 100).Select(_ => new Posting(
                $"topup:{WalletSteps.NewId()}", "topup", null, Account.Clearing("test").Minus(Money.Of(1, "EUR")), Account.Available(ana.Account).Plus(Money.Of(1, "EUR"))))]));
        }

        var rows = Rows(await ana.Visitor.Get("/api/v1/wallet/entries.csv"));
        rows.Count.ShouldBe(1_100);
        rows.Select(r => r["id"]).Distinct().Count().ShouldBe(1_100);
        rows[0]["balance_after"].ShouldBe("11.00");
    }

    [Theory]
    [InlineData("?account=secret", 422)]
    [InlineData("?from=yesterday", 400)]
    [InlineData("?to=2026-02-30", 400)]
    [InlineData("?reference=1", 400)]
    [InlineData("?type=nothing", 422)]
    [InlineData("?currency=ZZZ", 422)]
    public async Task Garbage_in_a_filter_is_refused_before_a_file_begins(string query, int status)
    {
        var ana = await Market.SignUp();
        foreach (var path in new[] { "/api/v1/wallet/entries", "/api/v1/wallet/entries.csv" }) (await ana.Visitor.Get(path + query)).Must(status).Code.ShouldNotBeNull();
        (await ana.Visitor.Get("/wallet" + query)).Status.ShouldBeOneOf(status, 200);
    }

    [Fact]
    public async Task The_page_filters_without_script_and_offers_the_same_as_a_file()
    {
        var ana = await Market.SignUp();
        await ana.TopUp(1_000);
        await ana.TopUp(2_000, "KWD");
        var page = (await ana.Visitor.Get("/wallet?currency=KWD&account=available&from=2020-01-01")).Must().Html;
        page.QuerySelectorAll("#statement tbody tr").Length.ShouldBe(1);
        page.QuerySelector(".figures")!.TextContent.ShouldContain("2.000");
        page.QuerySelector("nav.filters a[aria-current=true]")!.TextContent.ShouldContain("KWD");
        page.QuerySelector("details[open] input[name=from]")!.GetAttribute("value").ShouldBe("2020-01-01");
        page.QuerySelector(".page-head .btn-primary")!.GetAttribute("href").ShouldBe("/wallet/top-up?currency=KWD");
        var file = page.QuerySelector("#statement a[download]")!.GetAttribute("href")!;
        Rows(await ana.Visitor.Get(file)).Single()["amount"].ShouldBe("2.000");
        (await ana.Visitor.Get("/wallet?currency=JPY")).Must().Html.QuerySelector(".figures")!.TextContent.ShouldContain("¥0");
    }

    [Fact]
    public async Task Files_of_ledger_and_sales_are_for_those_who_see_the_lists()
    {
        var (seller, buyer, finance, support) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Finance), await Market.Staff(Rights.Support));
        var order = await buyer.Buy(await seller.PublishBeat("=HYPERLINK(\"evil\")", price: 1_000));
        var (item, id) = (order.Item(), order.Id());

        foreach (var person in new[] { seller, buyer, support }) (await person.Visitor.Get("/api/v1/ledger/transactions.csv")).MustRefuse(403, "forbidden");
        var legs = Rows(await finance.Visitor.Get($"/api/v1/ledger/transactions.csv?ref={id}"));
        legs.Select(l => l["key"]).Distinct().ShouldBe([$"sale:{item}", $"fund:{id}"], ignoreOrder: true);
        legs.Sum(l => decimal.Parse(l["amount"], CultureInfo.InvariantCulture)).ShouldBe(0);
        Rows(await finance.Visitor.Get("/api/v1/ledger/transactions.csv?owner=nobody@example.com")).ShouldBeEmpty();
        (await finance.Visitor.Get($"/admin/ledger?ref={id}")).Must().Html.QuerySelector("a[download]")!.GetAttribute("href").ShouldBe($"/api/v1/ledger/transactions.csv?ref={id}");

        var sale = Rows(await seller.Visitor.Get("/api/v1/sales.csv")).Single();
        (sale["price"], sale["commission"], sale["share"], sale["net"], sale["held"], sale["currency"]).ShouldBe(("10.00", "4.00", "6.00", "6.00", "6.00", "EUR"));
        sale["title"].ShouldStartWith("'=HYPERLINK");
        (await buyer.Visitor.Get("/api/v1/sales.csv")).MustRefuse(403, "forbidden");
        Rows(await seller.Visitor.Get("/api/v1/wallet/entries.csv")).Single()["about"].ShouldStartWith("Order ");
    }

    /// <summary>Reads a file as a spreadsheet would.</summary>
    private static List<Dictionary<string, string>> Rows(Answer answer)
    {
        answer.Must();
        answer.Bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var (rows, row, cell, quoted, text) = (new List<List<string>>(), new List<string>(), new System.Text.StringBuilder(), false, System.Text.Encoding.UTF8.GetString(answer.Bytes[3..]));
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted)
            {
                if (text[i] != '"') cell.Append(text[i]);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (text[i] == '"') quoted = true;
            else if (text[i] is ',' or '\n')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (text[i] == ',') continue;
                rows.Add(row);
                row = [];
            }
            else if (text[i] != '\r') cell.Append(text[i]);
        }

        rows.ShouldAllBe(r => r.Count == rows[0].Count);
        return rows.Skip(1).Select(r => rows[0].Zip(r).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal)).ToList();
    }
}
