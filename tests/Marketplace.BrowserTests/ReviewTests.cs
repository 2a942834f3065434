using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>Somebody says what they bought is like, its maker answers, staff looks; and a maker pays to be seen.</summary>
[Collection(Demo.Name)]
public sealed class ReviewTests(DemoBrowser demo)
{
    [Theory]
    [InlineData("phone-day", "fr")]
    [InlineData("desktop-night", "en")]
    public async Task A_buyer_writes_a_seller_answers_and_all_can_read_it(string device, string locale)
    {
        await using (var guest = await demo.VisitAs(null, Device.Of(device), locale))
        {
            await guest.Page.GotoAsync("/p/midnight-ferry");
            await Assertions.Expect(guest.Page.Locator("#reviews")).ToBeVisibleAsync();
            await Look(guest, $"reviews-1-product-{locale}");
            await guest.Page.GotoAsync("/p/midnight-ferry?reviews=lowest&stars=5");
            await Look(guest, $"reviews-2-five-{locale}", false);
            await guest.Page.GotoAsync("/tags");
            await Look(guest, $"tags-{locale}");
            await guest.Page.GotoAsync("/search");
            await Look(guest, $"search-sponsored-{locale}");
        }

        await using (var buyer = await demo.VisitAs("june@demo.example", Device.Of(device), locale))
        {
            await buyer.Page.GotoAsync("/account/reviews");
            await Look(buyer, $"reviews-3-own-{locale}");
            await buyer.Page.GotoAsync("/account/reviews?state=to_write");
            await buyer.Page.Locator("main a[href^='/reviews/']").First.ClickAsync();
            await Look(buyer, $"reviews-4-write-{locale}");
            await buyer.Page.Locator(".rate label").Nth(3).ClickAsync();
            await buyer.Page.Locator("textarea").FillAsync("Warm drums, and a bass that knows when to be quiet.");
            await Look(buyer, $"reviews-5-written-{locale}");
            await buyer.Page.Locator("main form button[type=submit]").ClickAsync();
            await buyer.IsAt("/account/reviews");
        }

        await using (var seller = await demo.VisitAs("nova@demo.example", Device.Of(device), locale))
        {
            await seller.Page.GotoAsync("/sell/reviews");
            await Look(seller, $"reviews-6-answer-{locale}");
            await seller.Page.Locator("main li textarea").First.FillAsync("Thank you for listening this closely.");
            await seller.Page.Locator("main li form button[type=submit]").First.ClickAsync();
            await seller.IsAt("/sell/reviews");
            await seller.Page.GotoAsync("/sell/boosts");
            await Look(seller, $"boosts-1-list-{locale}");
            await seller.Page.Locator("main tbody a[href^='/sell/boosts/']").Last.ClickAsync();
            await Look(seller, $"boosts-2-one-{locale}");
            await seller.Page.GotoAsync("/sell/boosts/new?days=14");
            await Look(seller, $"boosts-3-quote-{locale}");
        }

        await using var staff = await demo.VisitAs("mona@demo.example", Device.Of(device), locale);
        await staff.Page.GotoAsync("/admin/reviews?state=all");
        await Look(staff, $"reviews-7-admin-{locale}");
        await staff.Page.GotoAsync("/admin/reviews");
        await staff.Page.Locator("main tbody a[href^='/admin/reviews/']").First.ClickAsync();
        await Look(staff, $"reviews-8-decide-{locale}");
        await staff.Page.GotoAsync("/admin/boosts");
        await staff.Page.Locator("main tbody a[href^='/admin/boosts/']").First.ClickAsync();
        await Look(staff, $"boosts-4-admin-{locale}");
        faults.ShouldBeEmpty();
    }

    private readonly List<string> faults = [];

    private async Task Look(Visit visit, string name, bool whole = true)
    {
        await visit.Picture(name, whole);
        faults.AddRange(await visit.Faults());
    }
}
