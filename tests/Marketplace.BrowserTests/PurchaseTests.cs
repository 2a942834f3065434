using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>The main job, as people do it.</summary>
[Collection(Demo.Name)]
public sealed class PurchaseTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("desktop-day")]
    [InlineData("phone-night")]
    public async Task A_person_hears_a_beat_buys_it_by_card_and_downloads_it_and_an_admin_sees_the_ledger_lines(string device)
    {
        await using var visit = await demo.Visit(Device.Of(device));
        var page = visit.Page;
        await page.GotoAsync("/search?q=midnight");
        await page.Locator("main a[href='/p/midnight-ferry']").Last.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Midnight Ferry", Level = 1 }).WaitForAsync();

        await visit.IsAt("/p/midnight-ferry");

        // Hears the preview …
        await page.Locator("main .play-inline, main [data-play]").First.ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-player=toggle]').getAttribute('aria-pressed') === 'true' && Number(document.querySelector('[data-player=seek]').value) > 0");
        await visit.Picture("buying-1-product", fullPage: false);

        // … buys it: an account is made on the way …
        await page.GetByRole(AriaRole.Button, new() { Name = "Buy now" }).ClickAsync();
        await visit.IsAt("/checkout");
        await page.Locator("main input[type=email]").FillAsync(Visit.Somebody());
        await page.Locator("main input[type=password]").FillAsync("a sentence that nobody guesses");
        await visit.Picture("buying-2-checkout");
        (await visit.Faults()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay " }).ClickAsync();

        // … is told so, and downloads the file that the seller uploaded.
        await page.GetByText("Paid. Everything is in your library.").WaitForAsync();
        var order = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await visit.Picture("buying-3-order");
        (await visit.Faults()).ShouldBeEmpty();
        await page.GotoAsync("/library");
        await visit.Picture("buying-4-library");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("main form button[type=submit]").First.ClickAsync());
        download.SuggestedFilename.ShouldBe("Midnight Ferry.wav");
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        System.Text.Encoding.ASCII.GetString(bytes, 0, 4).ShouldBe("RIFF");
        bytes.Length.ShouldBeGreaterThan(2_000_000);

        await using var admin = await demo.Visit(Device.Of(device));
        await admin.SignIn("owner@demo.example");
        await admin.Page.GotoAsync($"/admin/orders/{order}");
        await admin.Page.Locator($"main a[href*='/admin/ledger'][href*='{order}']").First.ClickAsync();
        await admin.IsAt("/admin/ledger");
        await admin.Picture("buying-5-ledger");
        await admin.Page.Locator("main table a[href^='/admin/ledger/']").First.ClickAsync();
        await Assertions.Expect(admin.Page.Locator("main table")).ToContainTextAsync("29.99");
        await admin.Picture("buying-6-legs");
        (await admin.Faults()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_a_buyer_must_do_works_without_JavaScript()
    {
        await using var visit = await demo.Visit(Device.Of("phone-day"), javaScript: false);
        var page = visit.Page;
        await page.GotoAsync("/p/kite");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await visit.SignUp("/cart");
        await page.Locator("main a[href^='/checkout']").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay " }).ClickAsync();
        await page.GetByText("Paid. Everything is in your library.").WaitForAsync();
        await page.GotoAsync("/library");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("main form button[type=submit]").First.ClickAsync());
        download.SuggestedFilename.ShouldBe("Kite.wav");
    }

    [Fact]
    public async Task A_declined_card_says_so_and_the_next_one_that_the_bank_wants_confirmed_pays_the_same_order()
    {
        await using var visit = await demo.Visit(Device.Of("desktop-night"));
        var page = visit.Page;
        await visit.SignUp("/p/velvet-engine");
        await page.GetByRole(AriaRole.Button, new() { Name = "Buy now" }).ClickAsync();
        await visit.IsAt("/checkout");
        await page.Locator("input[value=tok_declined]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay " }).ClickAsync();
        await page.GetByText("Try again, or pay in another way.").WaitForAsync();
        await visit.Picture("declined");
        (await visit.Faults()).ShouldBeEmpty();

        await page.Locator("input[value=tok_3ds]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay " }).ClickAsync();
        var confirm = page.GetByRole(AriaRole.Link, new() { Name = "Confirm the payment" });
        if (await confirm.CountAsync() > 0) await confirm.ClickAsync();
        await visit.IsAt("/sandbox/3ds/");
        await visit.Picture("3-d-secure");
        (await visit.Faults()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await page.GetByText("Paid. Everything is in your library.").WaitForAsync();
    }
}
