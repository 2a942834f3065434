using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Shops as their visitors, their team and the market's staff see them.</summary>
[Collection(Demo.Name)]
public sealed class ShopsTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr")]
    [InlineData("desktop-night", "en")]
    [InlineData("phone-night", "en")]
    [InlineData("desktop-day", "fr")]
    public async Task Shops_teams_and_pages_are_fit_to_be_looked_at(string device, string language)
    {
        await using var guest = await demo.VisitAs(null, Device.Of(device), language);
        foreach (var (path, name) in new[] { ("/shops/nova-reyes", "shop"), ("/shops/second-pew", "shop-away"), ("/p/collection-plate", "product-away"), ("/pages/fees", "cms"), ("/shop-invitation?token=none", "invitation-over") })
            await Look(guest, path, $"shops-{name}-{language}");

        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), language);
        foreach (var (path, name) in new[] { ("/sell", "sell"), ("/sell/shop", "edit"), ("/sell/featured", "featured") }) await Look(seller, path, $"shops-{name}-{language}");
        await seller.Page.GotoAsync("/sell/products");
        await seller.Page.GotoAsync(await seller.Page.Locator("main a[href^='/sell/products/']:not([href$='/new'])").First.GetAttributeAsync("href") + "/address");
        await seller.Picture($"shops-address-{language}");
        (await seller.Faults()).ShouldBeEmpty();

        await using var owner = await demo.VisitAs("delia@demo.example", Device.Of(device), language);
        await Look(owner, "/sell/team", $"shops-team-{language}");
        await using var member = await demo.VisitAs("salome@demo.example", Device.Of(device), language);
        await Look(member, "/sell/workplace", $"shops-workplace-{language}");
        await member.Page.Locator("main form button").Last.ClickAsync();
        await member.IsAt("/sell");
        await Assertions.Expect(member.Page.Locator("h1")).ToHaveTextAsync("Atelier Marchand");
        await member.Picture($"shops-member-{language}");
        (await member.Faults()).ShouldBeEmpty();
        await Look(member, "/sell/shop", $"shops-foreign-{language}");

        await using var staff = await demo.VisitAs("mona@demo.example", Device.Of(device), language);
        await Look(staff, "/admin/shops", $"shops-admin-{language}");
        await staff.Page.Locator("main table a[href^='/admin/shops/']").First.ClickAsync();
        await staff.IsAt("/admin/shops/");
        await staff.Picture($"shops-admin-shop-{language}");
        (await staff.Faults()).ShouldBeEmpty();
        await Look(staff, "/admin/pages", $"shops-admin-pages-{language}");
        await staff.Page.Locator("main table a[href^='/admin/pages/']").First.ClickAsync();
        await staff.IsAt("/admin/pages/");
        await staff.Picture($"shops-admin-page-{language}");
        (await staff.Faults()).ShouldBeEmpty();
    }

    private static async Task Look(Visit visit, string path, string picture)
    {
        await visit.Page.GotoAsync(path);
        await visit.Picture(picture);
        (await visit.Faults()).ShouldBeEmpty(path);
    }
}
