using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Every page, as guest, buyer, seller and owner, on phone and desktop, by day and night, in English and French.</summary>
[Collection(Demo.Name)]
public sealed class PagesTests(DemoBrowser demo)
{
    private static readonly string[] Guest = ["/", "/search", "/search?q=nothing-like-this", "/cart", "/sign-in", "/sign-up", "/no-such-page"];
    private static readonly string[] Buyer = ["/orders", "/library", "/wallet", "/wallet/top-up", "/account"];
    private static readonly string[] Seller = ["/sell", "/sell/products", "/sell/products/new", "/sell/shop", "/sell/orders"];
    private static readonly string[] Owner = ["/admin/orders", "/admin/ledger", "/admin/ledger/accounts", "/admin/people", "/admin/events"];

    [Theory]
    [InlineData("phone-day", "en")]
    [InlineData("desktop-night", "en")]
    [InlineData("phone-night", "fr")]
    [InlineData("desktop-day", "fr")]
    public async Task Every_page_is_sound(string device, string locale)
    {
        await Walk(device, locale, null, Guest);
        await Walk(device, locale, "ana@demo.example", Buyer);
        await Walk(device, locale, "nova@demo.example", Seller);
        await Walk(device, locale, "owner@demo.example", Owner);
    }

    [Theory]
    [InlineData("phone-night")]
    [InlineData("desktop-day")]
    public async Task Every_page_behind_a_first_link_is_sound(string device)
    {
        await using var guest = await demo.Visit(Device.Of(device));
        await Follow(guest, "/", "a[href^='/p/']", "product");
        await Follow(guest, "/", "a[href^='/shops/']", "shop");

        await using var buyer = await demo.Visit(Device.Of(device));
        await buyer.SignIn("ana@demo.example");
        await Follow(buyer, "/orders", "main a[href^='/orders/']", "order");

        await using var seller = await demo.Visit(Device.Of(device));
        await seller.SignIn("nova@demo.example");
        await Follow(seller, "/sell/products", "main a[href^='/sell/products/']:not([href$='/new'])", "sell-product");

        await using var owner = await demo.Visit(Device.Of(device));
        await owner.SignIn("owner@demo.example");
        await Follow(owner, "/admin/orders", "main a[href^='/admin/orders/']", "admin-order");
        await Follow(owner, "/admin/ledger", "main a[href^='/admin/ledger/']:not([href$='/accounts'])", "admin-transaction");
    }

    private async Task Walk(string device, string locale, string? email, string[] paths)
    {
        await using var visit = await demo.Visit(Device.Of(device), locale);
        if (email is not null) await visit.SignIn(email);
        foreach (var path in paths)
        {
            var response = await visit.Page.GotoAsync(path);
            response!.Status.ShouldBe(path == "/no-such-page" ? 404 : 200, path);
            await visit.Picture($"{(path == "/" ? "home" : path.Trim('/').Replace('/', '-').Split('?')[0])}{(path.Contains('?') ? "-empty" : "")}-{locale}");
            await visit.MustBeSound();
        }
    }

    private static async Task Follow(Visit visit, string from, string link, string name)
    {
        await visit.Page.GotoAsync(from);
        var href = await visit.Page.Locator(link).First.GetAttributeAsync("href");
        (await visit.Page.GotoAsync(href!))!.Status.ShouldBe(200, href);
        await visit.Page.WaitForLoadStateAsync(LoadState.Load);
        await visit.Picture(name);
        await visit.MustBeSound();
    }
}
