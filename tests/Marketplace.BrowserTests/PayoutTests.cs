using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Money on its way out, as its seller and the team see it.</summary>
[Collection(Demo.Name)]
public sealed class PayoutTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task A_seller_asks_for_their_money_and_the_team_pays_it(string device)
    {
        var handle = device == "phone-day" ? "ingrid" : "ruben";
        await using var seller = await demo.Visit(Device.Of(device));
        await seller.SignIn($"{handle}@demo.example");
        var page = seller.Page;
        await Look(seller, "/wallet", "payout-0-wallet");
        await Look(seller, "/wallet/payouts", "payout-1-list");
        await Look(seller, "/wallet/payouts/destinations", "payout-2-destinations");
        await Look(seller, "/wallet/payouts/destinations/new?way=bank", "payout-3-new-destination");
        await page.Locator("#Input_Holder").FillAsync("Ingrid Halden");
        await page.Locator("#Input_Iban").FillAsync("FR14 2004 1010 0505 0001 3M02 607");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        await Assertions.Expect(page.Locator("main .errors")).ToContainTextAsync("not a right IBAN");
        await seller.Picture("payout-4-wrong-iban");
        (await seller.Faults()).ShouldBeEmpty();
        await Look(seller, "/wallet/payouts/new", "payout-5-ask");
        await page.Locator("#Input_Amount").FillAsync("60.00");     // of so little one person decides
        await Assertions.Expect(page.Locator("input[name='Input.All'][value='false']")).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for it" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You can still cancel it");
        await seller.Picture("payout-6-asked");
        (await seller.Faults()).ShouldBeEmpty();
        var payout = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await Look(seller, $"/wallet/statements/{TimeProvider.System.GetUtcNow().Year}", "payout-7-statement");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await seller.Picture("payout-7-statement-paper");
        await page.EmulateMediaAsync(new() { Media = Media.Screen });

        await using var staff = await demo.Visit(Device.Of(device));
        await staff.SignIn("fay@demo.example");
        await Look(staff, "/admin/payouts", "payouts-1-queue");
        await Look(staff, "/admin/payouts?state=", "payouts-2-all");
        await Look(staff, "/admin/payouts/destinations", "payouts-3-destinations");
        await Look(staff, "/admin/payouts/batches", "payouts-4-batches");
        await Look(staff, "/admin/payouts/settings", "payouts-5-settings");
        await Look(staff, $"/admin/payouts/approve?id={payout}", "payouts-6-preview");
        await Look(staff, $"/admin/payouts/{payout}", "payouts-7-one");
        await staff.Page.GetByRole(AriaRole.Button, new() { Name = "Show where in full" }).ClickAsync();
        await Assertions.Expect(staff.Page.Locator("#details")).ToBeVisibleAsync();
        await staff.Page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(staff.Page.Locator(".toasts")).ToContainTextAsync("Approved.");
        (await staff.Faults()).ShouldBeEmpty();
        await Look(staff, "/admin/adjustments", "adjustments-1-list");
        await Look(staff, "/admin/adjustments/new", "adjustments-2-new");
        await staff.Page.GotoAsync("/admin/adjustments");
        await staff.Page.Locator("main table a").First.ClickAsync();
        await staff.IsAt("/admin/adjustments/");
        await staff.Picture("adjustments-3-one");
        (await staff.Faults()).ShouldBeEmpty();
    }

    private static async Task Look(Visit visit, string path, string picture)
    {
        await visit.Page.GotoAsync(path);
        await visit.Picture(picture);
        (await visit.Faults()).ShouldBeEmpty();
    }
}
