using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>What sellers and staff do, as they do it.</summary>
[Collection(Demo.Name)]
public sealed class BackOfficeTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("desktop-night")]
    [InlineData("phone-day")]
    public async Task An_owner_gives_a_part_of_a_line_back_and_buyer_and_seller_are_told(string device)
    {
        await using var buyer = await demo.Visit(Device.Of(device));
        var page = buyer.Page;
        await page.GotoAsync("/p/midnight-ferry");
        await page.GetByRole(AriaRole.Button, new() { Name = "Buy now" }).ClickAsync();
        await buyer.IsAt("/checkout");
        await page.Locator("input[type=email]").First.FillAsync($"refunded-{Ids.New(TimeProvider.System):N}@browser.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay " }).ClickAsync();
        await page.GetByText("Paid. Everything is in your library.").WaitForAsync();
        var order = new Uri(page.Url).AbsolutePath;

        await using var owner = await demo.Visit(Device.Of(device));
        await owner.SignIn("owner@demo.example");
        await owner.Page.GotoAsync($"/admin{order}");
        await owner.Page.Locator("input[name='Input.Amount']").First.FillAsync("10.00");
        await owner.Page.Locator("[name='Input.Reason']").First.FillAsync("The second half was cut off.");
        await Assertions.Expect(owner.Page.GetByText("The seller gives").First).ToBeVisibleAsync();
        await owner.Picture("refund-1-form");
        (await owner.Faults()).ShouldBeEmpty();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Give back" }).First.ClickAsync();
        await Assertions.Expect(owner.Page.Locator("main")).ToContainTextAsync("The second half was cut off.");
        await owner.Picture("refund-2-given");

        await page.GotoAsync(order);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Given back to the card");
        await buyer.Picture("refund-3-buyer");
        (await buyer.Faults()).ShouldBeEmpty();
        await Told(buyer, "10.00");

        await using var seller = await demo.Visit(Device.Of(device));
        await seller.SignIn("nova@demo.example");
        await Told(seller, "10.00");
        (await seller.Faults()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_moderator_sends_a_product_back_with_a_note_and_the_note_stands_beside_it()
    {
        await using var moderator = await demo.Visit(Device.Of("desktop-day"));
        await moderator.SignIn("mona@demo.example");
        var page = moderator.Page;
        await page.GotoAsync("/admin/products");
        await page.Locator("main a[href^='/admin/products/']").First.ClickAsync();
        await moderator.IsAt("/admin/products/");
        var title = await page.Locator("main h1").TextContentAsync();
        await page.Locator("[name='Input.Note']").FillAsync("The preview is quieter than the file.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send back" }).ClickAsync();
        await page.GotoAsync("/admin/products?state=rejected");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(title!.Trim());
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The preview is quieter than the file.");
        await moderator.Picture("review-sent-back");
        (await moderator.Faults()).ShouldBeEmpty();
    }

    // Events reach their listeners a moment after the commit: the inbox is looked at again until it is there.
    private static async Task Told(Visit visit, string text)
    {
        for (var tries = 0; ; tries++)
        {
            await visit.Page.GotoAsync("/inbox");
            if (await visit.Page.Locator("main").GetByText(text).CountAsync() > 0) return;
            tries.ShouldBeLessThan(40, await visit.Page.Locator("main").TextContentAsync());
        }
    }
}
