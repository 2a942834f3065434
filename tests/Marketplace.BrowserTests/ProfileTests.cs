using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Somebody says who they are, and somebody else finds them.</summary>
[Collection(Demo.Name)]
public sealed class ProfileTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task A_newcomer_introduces_themselves_and_is_found(string device)
    {
        await using var newcomer = await demo.Visit(Device.Of(device));
        var page = newcomer.Page;
        var name = $"Wren {Ids.New(TimeProvider.System).ToString("N")[^6..]}";
        await page.GotoAsync("/sign-up");
        await page.Locator("[name='Input.DisplayName']").FillAsync(name);
        await page.Locator("[name='Input.Email']").FillAsync($"{name.Replace(' ', '.')}@browser.example");
        await page.Locator("[name='Input.Password']").FillAsync("more records than shelves");
        await page.Locator("main form button[type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-up"));

        await page.GotoAsync("/account/profile");
        await page.Locator("[name='Input.Bio']").FillAsync("Field recordings of bridges.");
        await page.Locator("[name='Input.SmartLink']").FillAsync("rolink.me.evil.com/wren");
        await page.Locator("[name='Input.Location.Country']").SelectOptionAsync("BE");
        await page.Locator("[name='Input.Location.City']").FillAsync("Ghent");
        await page.GetByLabel("Open to mentoring").CheckAsync();
        await page.Locator("form#profile button[type=submit]").Last.ClickAsync();
        await Assertions.Expect(page.Locator("#Input_SmartLink-error")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[name='Input.Bio']")).ToHaveValueAsync("Field recordings of bridges.");
        await newcomer.Picture("profile-1-refused");
        (await newcomer.Faults()).ShouldBeEmpty();
        await page.Locator("[name='Input.SmartLink']").FillAsync("rolink.me/wren");
        await page.Locator("form#profile button[type=submit]").Last.ClickAsync();
        await Assertions.Expect(page.Locator("[name='Input.SmartLink']")).ToHaveValueAsync("https://rolink.me/wren");

        await page.Locator("#file-avatar").SetInputFilesAsync(new FilePayload { Name = "wren.png", MimeType = "image/png", Buffer = Marketplace.Host.AvatarRenderer.Png("W", 7) });
        await page.Locator("form:has(#file-avatar) button").ClickAsync();
        await Assertions.Expect(page.Locator("#pictures .portrait img")).ToBeVisibleAsync();

        await page.GotoAsync("/account/talents");
        await page.GetByText("Content creators").First.ClickAsync();
        await page.GetByLabel("Podcasting").CheckAsync();
        await newcomer.Picture("profile-2-talents");
        await page.Locator("main form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Podcasting")).ToBeCheckedAsync();

        await using var guest = await demo.Visit(Device.Of(device));
        await guest.Page.GotoAsync("/people?near=Brussels&mentor=true");
        await guest.Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await guest.IsAt("/people/wren-");
        foreach (var words in new[] { "Field recordings of bridges.", "Ghent", "Belgium", "Podcasting", "Open to mentoring" }) await Assertions.Expect(guest.Page.Locator("main")).ToContainTextAsync(words);
        await guest.Picture("profile-3-found");
        (await guest.Faults()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_device_tells_where_one_is_when_the_tier_allows_it()
    {
        await using var visit = await demo.Visit(Device.Of("desktop-day"));
        await visit.SignIn("ruben@demo.example");
        await visit.Page.GotoAsync("/account/profile");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask my device" })).ToHaveCountAsync(0);
    }
}
