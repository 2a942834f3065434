using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Every page, as guest, buyer, seller and owner: on the phone by day in French, where words are longest, and on the desktop by night in English.</summary>
[Collection(Demo.Name)]
public sealed class PagesTests(DemoBrowser demo)
{
    private static readonly string[] Guest =
    [
        "/", "/search", "/search?q=nothing-like-this", "/c/drum-kits", "/shops", "/cart", "/people", "/people?mentor=true&near=Paris", "/people/nova-reyes", "/sign-in", "/sign-in/mail",
        "/sign-in/passkey", "/sign-in/code", "/sign-up", "/forgot-password", "/pages/terms", "/pages/fees", "/shops/nova-reyes", "/shops/second-pew-records", "/p/collection-plate",
        "/p/midnight-ferry", "/p/bakery-hours-shirt", "/p/mix-of-your-song-by-ear", "/p/the-back-room", "/p/enregistrer-a-la-maison", "/p/une-heure-avec-vos-maquettes", "/dev/mailbox",
        "/no-such-page", "/tags", "/search?q=midnihgt", "/genres/trap",
    ];

    private static readonly string[] Buyer =
    [
        "/orders", "/subscriptions", "/library", "/invoices", "/account/reviews", "/wallet", "/wallet/top-up", "/inbox", "/account", "/account/security", "/account/passkeys", "/account/passkeys/new", "/account/authenticator", "/account/password",
        "/account/email", "/account/sessions", "/account/confirm", "/account/notifications", "/account/keys", "/account/keys/new", "/account/profile", "/account/talents", "/account/talents/propose",
        "/account/likes", "/account/searches", "/account/tier", "/account/addresses", "/account/addresses/edit", "/account/data", "/account/erase", "/account/reports", "/account/standing", "/people?near=me&talent=producers",
    ];

    private static readonly string[] Seller =
    [
        "/sell", "/wallet", "/inbox", "/sell/products", "/sell/products/new", "/sell/shop", "/sell/featured", "/sell/team", "/sell/orders", "/sell/parcels", "/sell/subscribers", "/sell/shipping", "/sell/coupons", "/sell/reviews", "/sell/boosts", "/sell/boosts/new", "/sell/buttons",
        "/sell/imports",
    ];

    private static readonly string[] Owner =
    [
        "/admin/orders", "/admin/subscriptions", "/admin/invoices", "/admin/taxes", "/admin/tax-rates?country=FR", "/admin/products", "/admin/shops", "/admin/attributes", "/admin/pages", "/admin/pages/new", "/admin/mail", "/admin/ledger", "/admin/ledger/accounts", "/admin/people", "/admin/people?kind=sellers", "/admin/carts",
        "/admin/fields", "/admin/reports", "/admin/audit", "/admin/events", "/admin/reviews", "/admin/boosts",
        "/admin/claims", "/admin/claims?all=true", "/admin/coupons",
    ];

    [Theory]
    [InlineData("phone-day", "fr")]
    [InlineData("desktop-night", "en")]
    public async Task Every_page_is_sound(string device, string locale)
    {
        var faults = await TwoAtOnce(
            () => Walk(device, locale, null, Guest),
            () => Walk(device, locale, "ana@demo.example", Buyer),
            () => Walk(device, locale, "nova@demo.example", Seller),
            () => Walk(device, locale, "owner@demo.example", Owner));
        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("phone-night")]
    [InlineData("desktop-day")]
    public async Task Every_page_behind_a_first_link_is_sound(string device)
    {
        var faults = await TwoAtOnce(
            () => Follow(device, null, "/", "a[href^='/p/']", "product"),
            () => Follow(device, null, "/", "a[href^='/shops/']", "shop"),
            () => Follow(device, null, "/search?kind=kit", "main a[href^='/p/']", "kit"),
            () => Follow(device, null, "/search?kind=digital", "main a[href^='/p/']", "digital"),
            () => Follow(device, "ana@demo.example", "/library", "main a[href$='/contract']", "contract"),
            () => Follow(device, "mona@demo.example", "/admin/products?state=all", "main a[href^='/admin/products/']", "admin-product"),
            () => Follow(device, "ana@demo.example", "/orders", "main a[href^='/orders/']", "order"),
            () => Follow(device, "ana@demo.example", "/invoices", "main a[href^='/invoices/']", "invoice"),
            () => Follow(device, "ana@demo.example", "/subscriptions", "main a[href^='/subscriptions/']", "subscription"),
            () => Follow(device, "owner@demo.example", "/admin/subscriptions", "main table a[href^='/admin/subscriptions/']:not([href*='?'])", "admin-subscription"),
            () => Follow(device, "nova@demo.example", "/sell/products", "main a[href^='/sell/products/']:not([href$='/new']):not([href*='/export'])", "sell-product"),
            () => Follow(device, "nova@demo.example", "/sell/products?q=Shirt", "main table a[href^='/sell/products/']:not([href*='/export']) >> main a[href$='/variants']", "sell-variants"),
            () => Follow(device, "delia@demo.example", "/sell/products?q=Enregistrer", "main a[href^='/sell/products/']:not([href$='/new']):not([href*='/export']) >> main a[href$='/opens']", "sell-opens"),
            () => Follow(device, "delia@demo.example", "/sell/buttons", "main a[href^='/buy/']", "buy"),
            () => Follow(device, "nova@demo.example", "/sell/orders", "#to-do a[href^='/refund-requests/']", "refund-request"),
            () => Follow(device, "nova@demo.example", "/sell/orders", "main a[href$='/refund']", "refund-sale"),
            () => Follow(device, "ana@demo.example", "/orders", "main a[href^='/orders/'] >> main a[href*='/help/']", "help"),
            () => Follow(device, "nova@demo.example", "/sell/imports", "main table a[href^='/sell/imports/']", "sell-import"),
            () => Follow(device, "mona@demo.example", "/admin/claims", "main a[href^='/claims/']", "claim"),
            () => Follow(device, "owner@demo.example", "/admin/people?kind=sellers", "main table a[href^='/admin/people/']", "admin-person"),
            () => Follow(device, "ana@demo.example", "/p/midnight-ferry", "main a[href^='/report/']", "report"),
            () => Follow(device, "owner@demo.example", "/admin/orders", "main a[href^='/admin/orders/']", "admin-order"),
            () => Follow(device, "owner@demo.example", "/admin/ledger", "main table a[href^='/admin/ledger/']", "admin-transaction"),
            () => Follow(device, "owner@demo.example", "/admin/people?kind=sellers", "main table a[href^='/admin/people/'] >> main a[href$='/standing']", "admin-standing"));
        faults.ShouldBeEmpty();
    }

    private async Task<List<string>> Walk(string device, string locale, string? email, string[] paths)
    {
        await using var visit = await demo.VisitAs(email, Device.Of(device), locale);
        var faults = new List<string>();
        foreach (var path in paths)
        {
            var status = (await visit.Page.GotoAsync(path))!.Status;
            if (status != (path == "/no-such-page" ? 404 : 200)) faults.Add($"{path} answered {status}");
            await visit.Picture($"{(path == "/" ? "home" : path.Trim('/').Replace('/', '-').Split('?')[0])}{(path.Contains('?') ? path.Contains("near") ? "-near" : "-empty" : "")}-{locale}");
            faults.AddRange(await visit.Faults());
        }

        return faults;
    }

    private async Task<List<string>> Follow(string device, string? email, string from, string link, string name)
    {
        await using var visit = await demo.VisitAs(email, Device.Of(device));
        if (!await Leads(visit.Page, from, link.Split(" >> "))) return [$"{from} leads to no {link}"];
        await visit.Picture(name);
        return [.. await visit.Faults()];
    }

    // Not each order can be complained about, say: the next one is tried then.
    private static async Task<bool> Leads(IPage page, string from, string[] steps)
    {
        (await page.GotoAsync(from))!.Status.ShouldBe(200, from);
        if (steps.Length == 0) return true;
        foreach (var href in (await page.Locator(steps[0]).EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))")).Distinct().Take(6))
        {
            if (await Leads(page, href, steps[1..])) return true;
        }

        return false;
    }

    // A page is drawn by one core and made by another.
    private static async Task<List<string>> TwoAtOnce(params IEnumerable<Func<Task<List<string>>>> walks)
    {
        var faults = new ConcurrentBag<List<string>>();
        await Parallel.ForEachAsync(walks, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (walk, _) => faults.Add(await walk()));
        return faults.SelectMany(f => f).ToList();
    }
}
