using System.Text.RegularExpressions;
using Marketplace.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;

namespace Marketplace.BrowserTests;

/// <summary>Other ways to a purchase: a button on a site of the seller's own, a product that opens others, a cart that somebody forgot.</summary>
[Collection(Demo.Name)]
public sealed partial class DoorFlowTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr")]
    [InlineData("desktop-night", "en")]
    public async Task A_seller_makes_a_button_and_who_comes_by_it_pays_and_goes_back(string device, string locale)
    {
        await using var seller = await demo.VisitAs("delia@demo.example", Device.Of(device), locale);
        var desk = seller.Page;
        await desk.GotoAsync("/sell/buttons");
        var text = $"Le piano d’en face ({device})";
        await desk.Locator("#offer").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await desk.Locator("#text").FillAsync(text);
        await desk.Locator("#success").FillAsync("https://elsewhere.example/thanks");
        await desk.Locator("form:has(#offer) [type=submit]").ClickAsync();
        await Assertions.Expect(desk.Locator("main .errors")).ToBeVisibleAsync();
        await Assertions.Expect(desk.Locator("#text")).ToHaveValueAsync(text);
        await seller.Look($"button-1-refused-{locale}");
        await desk.Locator("#success").FillAsync("https://delia.example/merci");
        await desk.Locator("form:has(#offer) [type=submit]").ClickAsync();
        var button = desk.Locator("main a[href^='/buy/']").Filter(new() { HasText = text });
        await button.WaitForAsync();
        await seller.Look($"button-2-made-{locale}");

        await using var buyer = await demo.Visit(Device.Of(device), locale);
        var page = buyer.Page;
        await page.RouteAsync("https://delia.example/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Merci</h1>" }));
        await page.GotoAsync((await button.GetAttributeAsync("href"))!);
        await buyer.Look($"button-3-buy-{locale}");
        await page.Locator("main form [type=submit]").ClickAsync();
        await buyer.IsAt("/checkout");
        await page.Locator("main input[type=email]").FillAsync(Visit.Somebody());
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await page.Locator("main a[href^='https://delia.example/merci']").WaitForAsync();
        await buyer.Picture($"button-4-thanks-{locale}");     // four seconds, and it goes on by itself
        await page.WaitForURLAsync(new Regex("^https://delia\\.example/merci\\?"));
    }

    [Fact]
    public async Task A_seller_lets_a_course_open_a_kit_and_ends_that_again()
    {
        await using var seller = await demo.VisitAs("delia@demo.example", Device.Of("desktop-day"), "fr");
        var page = seller.Page;
        await page.GotoAsync("/sell/products?q=Enregistrer");
        await page.Locator("main table a[href^='/sell/products/']").First.ClickAsync();
        await page.Locator("main a[href$='/opens']").ClickAsync();
        await page.Locator("#opens").WaitForAsync();
        var before = await page.Locator("main ul li form").CountAsync();
        await page.Locator("#opens").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.Locator("form:has(#opens) [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("main ul li form")).ToHaveCountAsync(before + 1);
        await seller.Look("opens-added-fr");
        await page.Locator("main ul li form [type=submit]").Last.ClickAsync();
        await Assertions.Expect(page.Locator("main ul li form")).ToHaveCountAsync(before);
    }

    [Fact]
    public async Task Who_forgot_a_cart_finds_it_again_by_a_mail_and_wants_no_more_of_them()
    {
        await using var visit = await demo.Visit(Device.Of("phone-night"), "fr");
        var page = visit.Page;
        var email = await visit.SignUp("/p/kite");
        await page.Locator("main form[action*='handler=Add'] [type=submit]").Last.ClickAsync();
        await visit.IsAt("/cart");
        await ADayLater(email);

        var mail = page.Locator("main tr").Filter(new() { HasText = email }).GetByRole(AriaRole.Link).First;
        var text = "";
        for (var tries = 0; !text.Contains("/cart/restore/", StringComparison.Ordinal); tries++)
        {
            tries.ShouldBeLessThan(60, text);
            await page.GotoAsync("/dev/mailbox");
            if (await mail.CountAsync() == 0) continue;
            await mail.ClickAsync();
            text = (await page.Locator("main pre").TextContentAsync())!;
        }

        await page.GotoAsync(Restore().Match(text).Value);
        await visit.Look("forgotten-1-cart");
        await page.Locator("main form [type=submit]").ClickAsync();
        await visit.IsAt("/cart");
        await Assertions.Expect(page.Locator("main li h2")).ToHaveCountAsync(1);
        await page.GotoAsync(Stop().Match(text).Value);
        await visit.Look("forgotten-2-stop");
        await page.Locator("main form [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("main form")).ToHaveCountAsync(0);
        await visit.Look("forgotten-3-stopped");
    }

    // The address is proven, and the cart has been left alone.
    private async Task ADayLater(string email)
    {
        var source = demo.App.Services.GetRequiredService<NpgsqlDataSource>();
        await source.Command("UPDATE users.accounts SET email_verified_at = created_at WHERE email = $1", email).Execute();
        await source.Command("UPDATE orders.carts SET changed_at = changed_at - interval '25 hours' WHERE owner = (SELECT id FROM users.accounts WHERE email = $1)", email).Execute();
        await using var scope = demo.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RemindCarts>().Handle(TimeProvider.System.GetUtcNow(), default);
    }

    [GeneratedRegex(@"/cart/restore/[^\s)\]]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Restore();

    [GeneratedRegex(@"/unsubscribe/[^\s)\]]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Stop();
}
