using System.Text;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>A seller brings a file of products: from its columns over the dry run to the last row, while the page tells how far it is.</summary>
[Collection(Demo.Name)]
public sealed class ImportTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr", "salome")]
    [InlineData("desktop-night", "en", "ingrid")]
    public async Task A_file_is_uploaded_mapped_tried_and_put_in(string device, string locale, string handle)
    {
        await using var visit = await demo.Visit(Device.Of(device), locale);
        await visit.SignIn($"{handle}@demo.example");
        var page = visit.Page;
        async Task Look(string name)
        {
            await visit.Picture($"import-{name}-{locale}");
            (await visit.Faults()).ShouldBeEmpty(name);
        }

        await page.GotoAsync("/sell/imports");
        await Look("1-empty");
        var csv = "Reference,Title,Price,Tempo,Key,Notes\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"{device}-{i},Number {i} of the drawer,{(i == 7 ? "free?" : "19.90")},{(i == 9 ? 900 : 80 + i)},A minor,keep\n"));
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "drawer.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        await page.Locator("form[action='/sell/imports/files'] button").ClickAsync();
        await visit.IsAt("/sell/imports/");
        await Look("2-columns");
        await page.Locator("select[name=kind]").SelectOptionAsync("beat");
        await page.Locator("input[name=save_as]").FillAsync("Drawer");
        await page.Locator("form:has([name=save_as]) button[type=submit]").ClickAsync();
        // The page fetches itself until the dry run is over.
        await page.Locator("form[action*='handler=Run']").WaitForAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator(".figures")).ToContainTextAsync("118");
        await Look("3-tried");
        await page.Locator("form[action*='handler=Run'] button").ClickAsync();
        await page.Locator("form[action*='handler=Retry']").WaitForAsync(new() { Timeout = 60_000 });
        await Look("4-done");
        await page.GotoAsync("/sell/imports");
        await Look("5-list");
    }

    [Fact]
    public async Task The_demo_shows_an_import_that_waits_and_one_that_is_done()
    {
        await using var visit = await demo.VisitAs("nova@demo.example", Device.Of("desktop-day"));
        await visit.Page.GotoAsync("/sell/imports");
        await visit.Picture("import-demo-list");
        await Assertions.Expect(visit.Page.Locator("main table")).ToContainTextAsync("winter-prices.csv");
        await visit.Page.Locator("main table a", new() { HasTextString = "winter-prices.csv" }).ClickAsync();
        await visit.IsAt("/sell/imports/");
        await visit.Picture("import-demo-waits");
        (await visit.Faults()).ShouldBeEmpty();
    }
}
