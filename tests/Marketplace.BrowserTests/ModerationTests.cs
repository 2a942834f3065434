using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>What happens when somebody does not keep to the rules.</summary>
[Collection(Demo.Name)]
public sealed class ModerationTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task A_product_is_reported_judged_and_its_reporter_sees_what_came_of_it(string device)
    {
        await using var reporter = await demo.Visit(Device.Of(device));
        await reporter.SignIn("ana@demo.example");
        var page = reporter.Page;
        var (slug, title) = device == "phone-day" ? ("brass-knocker", "Brass Knocker") : ("loading-bay", "Loading Bay");
        await page.GotoAsync($"/p/{slug}");
        await page.Locator("main a[href^='/report/product/']").ClickAsync();
        await reporter.IsAt("/report/product/");
        await page.Locator("select[name='Input.Reason']").SelectOptionAsync("Copyright");
        await page.Locator("textarea[name='Input.Text']").FillAsync("The second break is mine: compare it with my record of 2019.");
        await reporter.Picture("report-1-form");
        (await reporter.Faults()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the report" }).ClickAsync();
        await reporter.IsAt("/account/reports");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Being looked at");

        await using var moderator = await demo.Visit(Device.Of(device));
        await moderator.SignIn("mona@demo.example");
        await moderator.Page.GotoAsync("/admin/reports");
        await moderator.Picture("report-2-queue");
        (await moderator.Faults()).ShouldBeEmpty();
        await moderator.Page.Locator("main table").GetByRole(AriaRole.Link, new() { Name = title, Exact = true }).ClickAsync();
        await Assertions.Expect(moderator.Page.Locator("main")).ToContainTextAsync("my record of 2019");
        await moderator.Picture("report-3-thing");
        (await moderator.Faults()).ShouldBeEmpty();
        await moderator.Page.GetByRole(AriaRole.Button, new() { Name = "Uphold", Exact = true }).ClickAsync();
        await moderator.IsAt("/admin/reports");

        await page.GotoAsync("/account/reports");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You were right");
        await reporter.Picture("report-4-outcome");
        (await reporter.Faults()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("phone-night")]
    [InlineData("desktop-day")]
    public async Task A_seller_is_suspended_vanishes_appeals_and_comes_back(string device)
    {
        var handle = device == "phone-night" ? "priya" : "maelle";
        await using var guest = await demo.Visit(Device.Of(device));
        await using var owner = await demo.Visit(Device.Of(device));
        await owner.SignIn("owner@demo.example");
        var page = owner.Page;
        await page.GotoAsync($"/admin/people?q={handle}@demo");
        await page.Locator("main table a[href^='/admin/people/']").First.ClickAsync();
        await owner.IsAt("/admin/people/");
        await page.Locator("main details summary").First.ClickAsync();
        await page.Locator("textarea[name='Input.Reason']").FillAsync("Three covers are taken from another shop.");
        await owner.Picture("suspend-1-person");
        (await owner.Faults()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Suspend", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Three covers are taken from another shop.");
        await Vanished(guest, handle, true);

        await using var seller = await demo.Visit(Device.Of(device));
        await seller.SignIn($"{handle}@demo.example");
        await seller.Page.GotoAsync("/account/standing");
        await seller.Page.Locator("textarea[name='Input.Text']").FillAsync("They are photographs of mine; the other shop bought them from me.");
        await seller.Picture("suspend-2-appeal");
        (await seller.Faults()).ShouldBeEmpty();
        await seller.Page.GetByRole(AriaRole.Button, new() { Name = "Send the appeal" }).ClickAsync();
        await Assertions.Expect(seller.Page.Locator("main")).ToContainTextAsync("Your appeal is being read");

        await page.ReloadAsync();
        await page.Locator("#answer").FillAsync("You showed us the originals. Sorry.");
        await owner.Picture("suspend-3-answer");
        (await owner.Faults()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept and reinstate" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Accepted by staff");
        await Vanished(guest, handle, false);
    }

    // The catalog hears of it a moment after the commit.
    private static async Task Vanished(Visit guest, string handle, bool gone)
    {
        var slug = handle == "priya" ? "neon-laundry" : "bruine";
        for (var tries = 0; ; tries++)
        {
            var status = (await guest.Page.GotoAsync($"/p/{slug}"))!.Status;
            if (status == (gone ? 404 : 200)) return;
            tries.ShouldBeLessThan(60, $"/p/{slug} answers {status}");
        }
    }
}
