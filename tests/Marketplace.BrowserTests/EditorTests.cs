using Marketplace.Tests;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>What scripts add to the seller's editor and to the choice of a variant.</summary>
[Collection(Demo.Name)]
public sealed class EditorTests(DemoBrowser demo)
{
    [Fact]
    public async Task What_is_typed_saves_itself_and_survives_a_reload_without_a_network()
    {
        await using var seller = await demo.VisitAs("ruben@demo.example", Device.Of("desktop-day"));
        var page = seller.Page;
        await page.GotoAsync("/sell/products/new");
        await page.Locator("main input[name='Input.Kind'][value=digital]").CheckAsync();
        await page.Locator("main form input[name$='Title']").FillAsync("Notes on a kick drum");
        await page.Locator("main form [type=submit]").Last.ClickAsync();
        await seller.IsAt("/sell/products/");
        var (about, said) = (page.Locator("form[data-draft] textarea[name$='Description']"), page.Locator("[data-draft-said]"));
        await about.FillAsync("Twelve pages.");
        await Assertions.Expect(said).ToContainTextAsync("Saved", new LocatorAssertionsToContainTextOptions { Timeout = 15_000 });
        await page.ReloadAsync();
        await Assertions.Expect(about).ToHaveValueAsync("Twelve pages.");

        await page.Context.SetOfflineAsync(true);
        await about.FillAsync("Twelve pages, and a drawing of the room.");
        await Assertions.Expect(said).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("text-error"), new LocatorAssertionsToHaveClassOptions { Timeout = 15_000 });
        await page.Context.SetOfflineAsync(false);
        await page.ReloadAsync();
        await Assertions.Expect(about).ToHaveValueAsync("Twelve pages, and a drawing of the room.");
        await Assertions.Expect(said).ToContainTextAsync("Saved", new LocatorAssertionsToContainTextOptions { Timeout = 15_000 });
        await using var later = await demo.VisitAs("ruben@demo.example", Device.Of("phone-night"));
        await later.Page.GotoAsync(new Uri(page.Url).PathAndQuery);
        await Assertions.Expect(later.Page.Locator("form[data-draft] textarea[name$='Description']")).ToHaveValueAsync("Twelve pages, and a drawing of the room.");
        await later.Picture("editor-digital-draft");
        (await later.Faults()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_picture_is_made_smaller_before_it_is_sent()
    {
        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of("desktop-night"));
        var page = seller.Page;
        await page.GotoAsync("/sell/products?q=Shirt");
        await page.GotoAsync(await page.Locator("main table a[href^='/sell/products/']").First.GetAttributeAsync("href") + "/pictures");
        var before = await page.Locator("main img[src^='/media/images/']").CountAsync();
        await page.Locator("input[type=file][data-shrink]").SetInputFilesAsync(new FilePayload { Name = "poster.png", MimeType = "image/png", Buffer = Picture.Png(3_000, 1_500) });
        await page.WaitForFunctionAsync("() => document.querySelector('input[data-shrink]').files[0].name === 'poster.webp'");
        await page.Locator("form:has(input[data-shrink]) [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("main img[src^='/media/images/']")).ToHaveCountAsync(before + 1);
        var address = (await page.Locator("main img[src^='/media/images/']").Last.GetAttributeAsync("src"))!.Split('?')[0];
        (await page.EvaluateAsync<int>("address => new Promise(done => { const i = new Image(); i.onload = () => done(i.naturalWidth); i.src = address; })", address)).ShouldBe(2_400);
        await seller.Picture("editor-pictures");
        (await seller.Faults()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("phone-day", "fr", "Épuisé")]
    [InlineData("desktop-night", "en", "Sold out")]
    public async Task A_variant_is_chosen_by_its_axes_and_what_is_gone_cannot_be_bought(string device, string language, string gone)
    {
        await using var guest = await demo.VisitAs(null, Device.Of(device), language);
        var page = guest.Page;
        await page.GotoAsync("/p/bakery-hours-shirt");
        var (list, said, buy) = (page.Locator("select[name=offer]"), page.Locator("[data-variants-said]"), page.Locator("[data-variants-buy]").First);
        await Assertions.Expect(list).ToBeHiddenAsync();
        Task Choose(string axis, string value) => page.Locator($"input[data-axis={axis}][value={value}]").CheckAsync();
        await Choose("size", "xl");
        await Choose("colour", "blue");
        await Assertions.Expect(said).ToContainTextAsync(gone);
        await Assertions.Expect(buy).ToBeDisabledAsync();
        await Choose("colour", "black");
        await Assertions.Expect(said).ToContainTextAsync("29");
        await Assertions.Expect(buy).ToBeEnabledAsync();
        (await list.InputValueAsync()).Length.ShouldBe(36);
        await guest.Picture($"product-variants-{language}");
        (await guest.Faults()).ShouldBeEmpty();
        await page.Locator("[data-variants-buy]").Last.ClickAsync();
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("XL");
    }

    [Theory]
    [InlineData("phone-night", "fr")]
    [InlineData("desktop-day", "en")]
    public async Task The_editor_of_each_kind_is_fit_to_be_looked_at(string device, string language)
    {
        await using var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), language);
        foreach (var kind in new[] { "service", "membership", "physical", "reseller", "webinar", "course" })
        {
            await seller.Page.GotoAsync("/sell/products/new");
            await seller.Page.Locator($"main input[name='Input.Kind'][value={kind}]").CheckAsync();
            await seller.Page.Locator("main form input[name$='Title']").FillAsync($"{kind} {device}");
            await seller.Page.Locator("main form [type=submit]").Last.ClickAsync();
            await seller.IsAt("/sell/products/");
            await seller.Picture($"editor-{kind}-{language}");
            (await seller.Faults()).ShouldBeEmpty(kind);
        }
    }
}
