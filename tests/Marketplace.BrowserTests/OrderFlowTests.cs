using Marketplace.Tests;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>What is sent, and what is done for somebody, from the shop's side and the buyer's.</summary>
[Collection(Demo.Name)]
public sealed class OrderFlowTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr", "Japon")]
    [InlineData("desktop-night", "en", "Canada")]
    public async Task A_shop_makes_a_code_and_says_what_sending_costs_and_sends_what_somebody_orders(string device, string locale, string country)
    {
        var code = $"WALK-{Ids.New(TimeProvider.System).ToString("N")[^8..]}".ToUpperInvariant();
        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), locale);
        var shop = seller.Page;
        await shop.GotoAsync("/sell/coupons");
        await shop.Locator("#Input_Code").FillAsync(code);
        await shop.Locator("#Input_Off").FillAsync("ten");
        await shop.Locator("aside form [type=submit]").ClickAsync();
        await Assertions.Expect(shop.Locator("#Input_Off-error")).ToBeVisibleAsync();
        await Assertions.Expect(shop.Locator("#Input_Code")).ToHaveValueAsync(code);
        await seller.Look($"order-1-code-refused-{locale}");
        await shop.Locator("#Input_Off").FillAsync("10 %");
        await shop.Locator("#Input_MaxUsesEach").FillAsync("1");
        await shop.Locator("aside form [type=submit]").ClickAsync();
        var coupon = shop.Locator("main li").Filter(new() { HasText = code });
        await coupon.WaitForAsync();
        await seller.Look($"order-2-codes-{locale}");

        await shop.GotoAsync("/sell/shipping");
        var row = await shop.EvaluateAsync<int>("[...document.querySelectorAll('input[list=places]')].findIndex(i => !i.value)");
        await shop.Locator($"#Input_Rates_{row}__Country").FillAsync("Atlantis");
        await shop.Locator($"#Input_Rates_{row}__Price").FillAsync("12,50");
        await shop.Locator("main form [type=submit]").ClickAsync();
        await Assertions.Expect(shop.Locator($"#Input_Rates_{row}__Country-error")).ToBeVisibleAsync();
        await Assertions.Expect(shop.Locator($"#Input_Rates_{row}__Price")).ToHaveValueAsync("12,50");
        await seller.Look($"order-3-shipping-refused-{locale}");
        await shop.Locator($"#Input_Rates_{row}__Country").FillAsync(country);
        await shop.Locator("main form [type=submit]").ClickAsync();
        await Assertions.Expect(shop.Locator("main .errors")).ToHaveCountAsync(0);
        await Assertions.Expect(shop.Locator("input[list=places]")).ToHaveCountAsync(row + 3);
        await seller.Look($"order-4-shipping-{locale}");

        await using var buyer = await demo.Visit(Device.Of(device), locale);
        var page = buyer.Page;
        await page.GotoAsync("/search?q=shirt");
        await page.Locator("main a[href='/p/bakery-hours-shirt']").Last.ClickAsync();
        await buyer.IsAt("/p/bakery-hours-shirt");
        await page.Locator("input[data-axis=size][value=m]").CheckAsync();
        await page.Locator("input[data-axis=colour][value=blue]").CheckAsync();
        await page.Locator("[data-variants-buy]").Last.ClickAsync();
        await buyer.IsAt("/cart");
        await page.Locator("[name=code]").FillAsync("NO-SUCH-CODE");
        await page.Locator("form:has([name=code]) [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("main .errors")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[name=code]")).ToHaveValueAsync("NO-SUCH-CODE");
        await buyer.Look($"order-5-wrong-code-{locale}");
        await page.Locator("[name=code]").FillAsync(code.ToLowerInvariant());
        await page.Locator("form:has([name=code]) [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("aside")).ToContainTextAsync(code);
        if (!Device.Of(device).Phone)
        {
            await page.Locator("input[name=units]").FillAsync("2");
            await page.Locator("form:has(input[name=units]) [type=submit]").ClickAsync();
            await Assertions.Expect(page.Locator("main li").First).ToContainTextAsync("2 ×");
        }

        await buyer.Look($"order-6-cart-{locale}");
        await page.Locator("main a[href^='/checkout']").First.ClickAsync();
        await buyer.IsAt("/checkout");
        await page.Locator("main input[type=email]").FillAsync(Visit.Somebody());
        await page.Locator("[name='Input.ShippingAddress.Name']").FillAsync("Maximilienne Vandenbroucke-Castelnau");
        await page.Locator("[name='Input.ShippingAddress.Line1']").FillAsync("128 rue du Faubourg-Saint-Antoine");
        await page.Locator("[name='Input.ShippingAddress.Postcode']").FillAsync("75012");
        await page.Locator("[name='Input.ShippingAddress.City']").FillAsync("Paris");
        await page.Locator("[name='Input.ShippingAddress.Country']").SelectOptionAsync("FR");
        await page.Locator("button[formaction*='handler=Quote']").ClickAsync();
        await Assertions.Expect(page.Locator("main aside dl").First).ToContainTextAsync("6");
        await Assertions.Expect(page.Locator("[name='Input.ShippingAddress.City']")).ToHaveValueAsync("Paris");
        await buyer.Look($"order-7-checkout-{locale}");
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("main .notice-good")).ToBeVisibleAsync();
        await buyer.Look($"order-8-paid-{locale}");
        var (order, item) = (new Uri(page.Url).AbsolutePath, (await page.Locator("main li[id]:has(a[href='/p/bakery-hours-shirt'])").First.GetAttributeAsync("id"))!);

        await shop.GotoAsync("/sell/orders");
        await seller.Look($"order-9-to-do-{locale}");
        await shop.Locator($"#to-do a[href$='{item}']").ClickAsync();
        await seller.IsAt("/sell/parcels");
        var parcel = shop.Locator($"li[id='{item}']");
        await parcel.Locator("[name=carrier]").FillAsync("Colissimo International");
        await parcel.Locator("[name=tracking]").FillAsync("6A12345678901");
        await parcel.Locator("form:has([name=carrier]) [type=submit]").ClickAsync();
        await Assertions.Expect(parcel.Locator("form[action*='handler=Prepare']")).ToHaveCountAsync(0);
        await seller.Look($"order-10-sent-{locale}");

        await page.GotoAsync(order);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("6A12345678901");
        await buyer.Look($"order-11-on-its-way-{locale}");
        await page.Locator("form[action*='handler=Received'] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("form[action*='handler=Received']")).ToHaveCountAsync(0);
        await page.Locator("#invoices a").First.ClickAsync();
        await buyer.IsAt("/invoices/");
        await buyer.Look($"order-12-invoice-{locale}");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await buyer.Picture($"order-13-invoice-paper-{locale}");

        await shop.GotoAsync("/sell/coupons");
        await coupon.Locator("form [type=submit]").ClickAsync();
        await Assertions.Expect(coupon.Locator("form")).ToHaveCountAsync(0);
        await seller.Look($"order-14-code-over-{locale}");
        await using var owner = await demo.VisitAs("owner@demo.example", Device.Of(device), locale);
        await owner.Page.GotoAsync($"/admin{order}");
        await owner.Look($"order-15-admin-{locale}");
    }

    [Theory]
    [InlineData("phone-night", "fr")]
    [InlineData("desktop-day", "en")]
    public async Task Somebody_says_what_they_want_sends_it_back_once_and_accepts_the_work(string device, string locale)
    {
        await using var buyer = await demo.Visit(Device.Of(device), locale);
        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), locale);
        var (page, desk) = (buyer.Page, seller.Page);
        await page.GotoAsync("/p/mix-of-your-song-by-ear");
        await page.Locator("main button[name=then]").First.ClickAsync();
        await buyer.IsAt("/checkout");
        await page.Locator("main input[type=email]").FillAsync(Visit.Somebody());
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await page.Locator("main a[href^='/services/']").First.ClickAsync();
        await buyer.IsAt("/services/");
        var work = new Uri(page.Url).AbsolutePath;
        await buyer.Look($"service-1-questions-{locale}");
        foreach (var answer in await page.Locator("textarea[name=answer]").AllAsync()) await answer.FillAsync("The voice in front, and the room behind it.\nNothing else.");
        await page.Locator("form[action*='handler=Answer'] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("form[action*='handler=Answer']")).ToHaveCountAsync(0);
        await buyer.Look($"service-2-waits-{locale}");

        await desk.GotoAsync("/sell/orders");
        await desk.Locator($"#to-do a[href='{work}']").ClickAsync();
        await seller.IsAt(work);
        await desk.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "The whole song, with every voice that we have recorded, take 2.wav", MimeType = "audio/wav", Buffer = Sound.Wav(1) });
        await desk.Locator("form[data-upload] [type=submit]").ClickAsync();
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("take 2.wav");
        await seller.Look($"service-3-work-{locale}");
        await Deliver("Louder than the first draft, and shorter.");
        await seller.Look($"service-4-delivered-{locale}");
        await page.GotoAsync(work);
        await buyer.Look($"service-5-look-{locale}");
        await page.Locator("form[action*='handler=Revise'] textarea").FillAsync("A little less of the bells, please.");
        await page.Locator("form[action*='handler=Revise'] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("form[action*='handler=Revise']")).ToHaveCountAsync(0);
        await desk.GotoAsync(work);
        await Deliver("Fewer bells.");
        await page.GotoAsync(work);
        await page.Locator("form[action*='handler=Accept'] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#next .text-success")).ToBeVisibleAsync();
        await buyer.Look($"service-6-done-{locale}");

        async Task Deliver(string note)
        {
            await desk.Locator("form[action*='handler=Deliver'] textarea").FillAsync(note);
            await desk.Locator("form[action*='handler=Deliver'] [type=submit]").ClickAsync();
            await Assertions.Expect(desk.Locator("form[action*='handler=Deliver']")).ToHaveCountAsync(0);
        }
    }
}
