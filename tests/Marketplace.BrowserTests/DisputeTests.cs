using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>What a provider tells by itself, as seller and staff see it.</summary>
[Collection(Demo.Name)]
public sealed class DisputeTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task Disputes_events_and_reconciliation_are_looked_at_and_answered(string device)
    {
        await using var owner = await demo.Visit(Device.Of(device));
        await owner.SignIn("owner@demo.example");
        var page = owner.Page;
        foreach (var (path, picture) in new[]
        {
            ("/admin/disputes", "dispute-1-list"), ("/admin/payment-events", "dispute-2-events"), ("/admin/reconciliation?state=explained", "dispute-3-reconciliation"), ("/sandbox/provider", "dispute-4-sandbox"),
        })
        {
            await page.GotoAsync(path);
            await owner.Picture(picture);
            (await owner.Faults()).ShouldBeEmpty(path);
        }

        await page.GotoAsync("/admin/payment-events");
        await page.Locator("main tbody a").First.ClickAsync();
        await owner.IsAt("/admin/payment-events/");
        await owner.Picture("dispute-5-event");
        (await owner.Faults()).ShouldBeEmpty();

        await page.GotoAsync("/admin/disputes?state=needs_response");
        await page.Locator("main tbody a[href^='/admin/disputes/']").First.ClickAsync();
        await owner.IsAt("/admin/disputes/");
        await owner.Picture("dispute-6-open");
        (await owner.Faults()).ShouldBeEmpty();

        await page.GotoAsync("/admin/disputes?state=lost");
        await page.Locator("main tbody a[href^='/admin/disputes/']").First.ClickAsync();
        await Assertions.Expect(page.Locator("#fault")).ToBeVisibleAsync();
        var seller = (await page.Locator("#fault option").First.TextContentAsync())!.Split('@')[1].TrimEnd(')', ' ').Split('-')[0];     // the demo's mail addresses begin with the first name
        await owner.Picture("dispute-7-lost");
        (await owner.Faults()).ShouldBeEmpty();

        await using var shop = await demo.Visit(Device.Of(device));
        await shop.SignIn($"{seller}@demo.example");
        await shop.Page.GotoAsync("/sell/disputes");
        await shop.Picture("dispute-8-seller");
        (await shop.Faults()).ShouldBeEmpty();
        await shop.Page.Locator("main tbody a[href^='/sell/disputes/']").First.ClickAsync();
        await shop.IsAt("/sell/disputes/");
        await shop.Picture("dispute-9-seller-one");
        (await shop.Faults()).ShouldBeEmpty();
    }
}
