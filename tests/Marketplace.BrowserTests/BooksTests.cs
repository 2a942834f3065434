using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>The books as finance and sellers read them: held, explained, looked back in, summed up and sealed.</summary>
[Collection(Demo.Name)]
public sealed class BooksTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-night")]
    [InlineData("desktop-day")]
    public async Task A_seller_sees_why_money_waits_where_a_cent_came_from_and_what_there_was_then(string device)
    {
        await using var seller = await demo.Visit(Device.Of(device));
        await seller.SignIn("maelle@demo.example");
        var page = seller.Page;
        await page.GotoAsync("/wallet");
        await Look(seller, "books-1-wallet");
        await page.Locator("#then summary").ClickAsync();
        await page.Locator("#at").FillAsync("2026-01-01T12:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look back", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#then dl")).ToContainTextAsync("Available");
        await Look(seller, "books-2-then", false);
        await page.GotoAsync("/wallet?type=sale");
        await page.Locator("#statement tbody a[href^='/wallet/entries/']").First.ClickAsync();
        await Assertions.Expect(page.Locator("main .timeline")).ToContainTextAsync("Your share");
        await Look(seller, "books-3-entry");
        await page.GotoAsync("/sell/orders");
        await page.Locator("td details summary").First.ClickAsync();
        await Look(seller, "books-4-sales", false);
    }

    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task Finance_reads_earnings_rules_the_past_and_the_seals(string device)
    {
        await using var finance = await demo.Visit(Device.Of(device));
        await finance.SignIn("owner@demo.example");
        var page = finance.Page;
        foreach (var (path, name) in new[]
        {
            ("/admin/earnings", "books-5-earnings"), ("/admin/earnings?by=month&currency=JPY", "books-6-months"), ("/admin/hold-rules", "books-7-rules"), ("/admin/hold-rules/after_download", "books-8-rule"),
            ("/admin/ledger/accounts?at=2026-01-01T12:00", "books-9-then"), ("/admin/ledger/seals", "books-10-seals"),
        })
        {
            await page.GotoAsync(path);
            await Look(finance, name);
        }

        await page.GotoAsync("/admin/ledger?kind=release");
        await page.Locator("main tbody a").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Explain it" }).ClickAsync();
        await Assertions.Expect(page.Locator("main .timeline")).ToContainTextAsync("This one");
        await Look(finance, "books-11-explained");
        await page.GotoAsync("/admin/people?q=maelle@demo");
        await page.Locator("main table a[href^='/admin/people/']").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Risk of this seller" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Staff says: High risk.");
        await Look(finance, "books-12-risk");
    }

    private static async Task Look(Visit visit, string name, bool whole = true)
    {
        await visit.Picture(name, whole);
        (await visit.Faults()).ShouldBeEmpty();
    }
}
