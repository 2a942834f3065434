using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Somebody makes a key, copies it, replaces it and revokes it.</summary>
[Collection(Demo.Name)]
public sealed class KeysTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-night", "fr")]
    [InlineData("desktop-day", "en")]
    public async Task A_key_is_made_shown_once_and_revoked(string device, string locale)
    {
        await using var visit = await demo.Visit(Device.Of(device), locale);
        await visit.SignIn("ana@demo.example");
        await visit.Page.GotoAsync("/account/keys/new");
        await visit.Page.Locator("[name='Input.Name']").FillAsync("Shelf");
        await visit.Page.Locator("input[value='orders:read']").CheckAsync();
        await visit.Page.Locator("main form button[type=submit]").ClickAsync();
        var key = visit.Page.Locator("#new-key");
        await Assertions.Expect(key).ToBeVisibleAsync();
        (await key.InputValueAsync()).ShouldStartWith("mk_live_");
        await visit.Picture($"account-keys-shown-{locale}");
        var faults = new List<string>(await visit.Faults());
        await Assertions.Expect(visit.Page.Locator("[data-copy]")).ToBeVisibleAsync();

        await visit.Page.GotoAsync("/account/keys");
        await visit.Picture($"account-keys-list-{locale}");
        faults.AddRange(await visit.Faults());
        (await visit.Page.ContentAsync()).ShouldNotContain("new-key");
        await visit.Page.Locator("tbody tr").First.Locator("a").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[name='Input.Name']")).ToHaveValueAsync("Shelf");
        await visit.Picture($"account-keys-change-{locale}");
        faults.AddRange(await visit.Faults());
        await visit.Page.Locator("main form button[type=submit]").ClickAsync();
        await visit.IsAt("/account/keys");
        var rows = await visit.Page.Locator("tbody tr").CountAsync();
        await visit.Page.Locator("tbody tr").First.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(rows - 1);
        faults.ShouldBeEmpty();
    }
}
