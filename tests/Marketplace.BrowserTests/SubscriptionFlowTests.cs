using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>A membership from its trial to its end.</summary>
[Collection(Demo.Name)]
public sealed class SubscriptionFlowTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-night", "fr")]
    [InlineData("desktop-day", "en")]
    public async Task Somebody_tries_it_takes_another_plan_leaves_comes_back_and_is_ended_by_staff(string device, string locale)
    {
        await using var member = await demo.Visit(Device.Of(device), locale);
        var page = member.Page;
        await member.SignUp("/wallet/top-up");
        await page.Locator("#Input_Amount").FillAsync("5");
        await page.Locator("[name=save_payment_method]").CheckAsync();
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await member.IsAt("/wallet");

        await page.GotoAsync("/p/the-back-room");
        await member.Look($"member-1-product-{locale}");
        await page.Locator("input[name=offer]").First.CheckAsync();
        await page.Locator("main button[name=then]").First.ClickAsync();
        await member.IsAt("/checkout");
        await member.Look($"member-2-trial-{locale}");
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await member.IsAt("/orders/");
        await page.GotoAsync("/subscriptions");
        await member.Look($"member-3-list-{locale}");
        await page.Locator("main li h2 a").First.ClickAsync();
        await member.IsAt("/subscriptions/");
        await member.Look($"member-4-trial-{locale}");

        await page.Locator("#change form [type=submit]").First.ClickAsync();
        await Assertions.Expect(page.Locator("main aside dl")).ToContainTextAsync("81");
        await member.Look($"member-5-other-plan-{locale}");
        await page.Locator("#pay-by input[value=wallet]").CheckAsync();
        await page.Locator("#pay-by [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#pay-by input[value=wallet]")).ToBeCheckedAsync();
        await page.Locator("#cancel [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#next form")).ToBeVisibleAsync();
        await member.Look($"member-6-cancelled-{locale}");
        await page.Locator("#next form [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#cancel")).ToBeVisibleAsync();
        var subscription = new Uri(page.Url).AbsolutePath;

        await using var owner = await demo.VisitAs("owner@demo.example", Device.Of(device), locale);
        await owner.Page.GotoAsync($"/admin{subscription}");
        await owner.Look($"member-7-admin-{locale}");
        await owner.Page.Locator("#end [name='Input.Reason']").FillAsync("The member asked for it by mail.");
        await owner.Page.Locator("#end [name='Input.Now']").CheckAsync();
        await owner.Page.Locator("#end [type=submit]").ClickAsync();
        await Assertions.Expect(owner.Page.Locator("#end")).ToHaveCountAsync(0);
        await page.GotoAsync(subscription);
        await member.Look($"member-8-over-{locale}");
    }
}
