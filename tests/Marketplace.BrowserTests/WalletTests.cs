using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Ways to pay, held money, and the desks of finance around payments, in French, where words are longest.</summary>
[Collection(Demo.Name)]
public sealed class WalletTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day")]
    [InlineData("desktop-night")]
    public async Task What_is_saved_and_what_is_held_is_sound(string device)
    {
        await using var buyer = await demo.VisitAs("june@demo.example", Device.Of(device), "fr");
        await Look(buyer, "/wallet/methods", "wallet-1-methods");
        await Assertions.Expect(buyer.Page.Locator("main li.panel")).Not.ToHaveCountAsync(0);
        await using var none = await demo.VisitAs("ana@demo.example", Device.Of(device), "fr");
        await Look(none, "/wallet/methods", "wallet-2-no-methods");

        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), "fr");
        await Look(seller, "/wallet", "wallet-3-held");
    }

    [Theory]
    [InlineData("phone-night")]
    [InlineData("desktop-day")]
    public async Task Finance_finds_reviews_providers_events_and_the_books(string device)
    {
        await using var finance = await demo.VisitAs("fay@demo.example", Device.Of(device), "fr");
        await Look(finance, "/admin/payment-reviews", "desk-1-reviews");
        await Follow(finance, "main tbody a[href^='/admin/payments/']", "desk-2-review");
        await Assertions.Expect(finance.Page.Locator("#review")).ToBeVisibleAsync();
        await Look(finance, "/admin/providers", "desk-3-providers");
        await Look(finance, "/admin/payment-events", "desk-4-events");
        await Look(finance, "/admin/ledger", "desk-5-ledger");
        await Look(finance, "/admin/ledger/accounts", "desk-6-accounts");
        await Look(finance, "/admin/ledger/invariants", "desk-7-invariants");
        await Look(finance, "/admin/ledger?kind=sale", "desk-8-sales");
        await Follow(finance, "main tbody a[href^='/admin/ledger/']", "desk-9-transaction");
        await Follow(finance, "main a[href*='/explain']", "desk-10-explained");
    }

    private static async Task Look(Visit visit, string path, string picture)
    {
        (await visit.Page.GotoAsync(path))!.Status.ShouldBe(200, path);
        await visit.Picture(picture);
        (await visit.Faults()).ShouldBeEmpty();
    }

    private static async Task Follow(Visit visit, string link, string picture) => await Look(visit, (await visit.Page.Locator(link).First.GetAttributeAsync("href"))!, picture);
}
