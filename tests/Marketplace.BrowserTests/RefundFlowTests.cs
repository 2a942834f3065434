using Marketplace.Tests;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Something is wrong with what was bought: the shop is asked first, then the market.</summary>
[Collection(Demo.Name)]
public sealed class RefundFlowTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr")]
    [InlineData("desktop-night", "en")]
    public async Task A_buyer_asks_for_money_back_does_not_agree_with_the_answer_and_staff_decides(string device, string locale)
    {
        await using var buyer = await demo.Visit(Device.Of(device), locale);
        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), locale);
        await using var staff = await demo.VisitAs("mona@demo.example", Device.Of(device), locale);
        var (page, desk, court) = (buyer.Page, seller.Page, staff.Page);
        await page.GotoAsync("/p/nine-missed-calls");
        await page.Locator("main button[name=then]").First.ClickAsync();
        await buyer.IsAt("/checkout");
        await page.Locator("main input[type=email]").FillAsync(Visit.Somebody());
        await page.Locator("main form .form-actions [type=submit]").ClickAsync();
        await page.Locator("main a[href*='/help/']").First.ClickAsync();
        await buyer.IsAt("/orders/");
        var help = new Uri(page.Url).AbsolutePath;
        (await page.Locator("#ask input[name='Input.Amount']").GetAttributeAsync("placeholder"))!.ShouldMatch("^€?27[.,]99(.€)?$");
        await buyer.Look($"after-1-help-{locale}");
        await page.Locator("#ask input[name='Input.Amount']").FillAsync("a lot");
        await page.Locator("#ask textarea").FillAsync("The second half of the file is silent. I have tried it on two computers, and on the radio of the car.");
        await page.Locator("#ask [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#ask .field-error")).ToBeVisibleAsync();
        await buyer.Look($"after-2-refused-{locale}");
        await page.Locator("#ask input[name='Input.Amount']").FillAsync("10,00");
        await page.Locator("#ask [type=submit]").ClickAsync();
        await buyer.IsAt("/refund-requests/");
        var request = new Uri(page.Url).AbsolutePath;
        await buyer.Look($"after-3-asked-{locale}");

        await desk.GotoAsync("/sell/orders");
        await desk.Locator($"#to-do a[href='{request}']").ClickAsync();
        await seller.IsAt(request);
        await seller.Look($"after-4-answer-{locale}");
        await desk.Locator("#decide textarea").FillAsync("It plays here from beginning to end.");
        await desk.Locator("button[formaction*='handler=Reject']").ClickAsync();
        await Assertions.Expect(desk.Locator("#decision")).ToContainTextAsync("from beginning to end");
        await seller.Look($"after-5-no-{locale}");

        await page.GotoAsync(request);
        await buyer.Look($"after-6-told-no-{locale}");
        await page.Locator("#decision a").ClickAsync();
        await buyer.IsAt(help);
        await page.Locator("#claim summary").ClickAsync();
        await page.Locator("#claim select").SelectOptionAsync("not_as_described");
        await page.Locator("#claim textarea").FillAsync("The page says three minutes. There is one and a half, then nothing.");
        await buyer.Look($"after-7-claim-{locale}");
        await page.Locator("#claim [type=submit]").ClickAsync();
        await buyer.IsAt("/claims/");
        var claim = new Uri(page.Url).AbsolutePath;
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "silence-in-the-second-half-of-the-file-as-it-was-downloaded.png", MimeType = "image/png", Buffer = Picture.Png(600, 300) });
        await page.Locator("form[data-upload] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#say li").Last).ToContainTextAsync("silence-in-the-second-half");
        await buyer.Look($"after-8-shown-{locale}");

        await desk.GotoAsync("/sell/orders");
        await seller.Look($"after-9-to-do-{locale}");
        await desk.Locator($"#to-do a[href='{claim}']").ClickAsync();
        await seller.IsAt(claim);
        await seller.Look($"after-10-claim-{locale}");
        await desk.Locator("#say textarea").FillAsync("I see it now: the upload broke off. Half of it back is fair.");
        await desk.Locator("#say form[action*='handler=Say'] [type=submit]").ClickAsync();
        await Assertions.Expect(desk.Locator("#say li").Last).ToContainTextAsync("broke off");

        await court.GotoAsync("/admin/claims");
        await staff.Look($"after-11-to-decide-{locale}");
        await court.Locator($"main a[href='{claim}']").ClickAsync();
        await staff.IsAt(claim);
        await court.Locator("#decide input[type=number]").FillAsync("50");
        await court.Locator("#decide textarea").FillAsync("Both agree.");
        await staff.Look($"after-12-decide-{locale}");
        await court.Locator("#decide [type=submit]").ClickAsync();
        await Assertions.Expect(court.Locator("#decision")).ToContainTextAsync("Both agree.");

        await page.GotoAsync(claim);
        await buyer.Look($"after-13-decided-{locale}");
        await page.Locator(".crumbs a").ClickAsync();
        await Assertions.Expect(page.Locator("#refunds")).ToContainTextAsync("Both agree.");
        await buyer.Look($"after-14-order-{locale}");
    }
}
