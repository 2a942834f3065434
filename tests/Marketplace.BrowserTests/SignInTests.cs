using System.Text.RegularExpressions;
using Marketplace.Tests;
using Marketplace.Users;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>All ways in, with Chromium's own authenticator.</summary>
[Collection(Demo.Name)]
public sealed partial class SignInTests(DemoBrowser demo)
{
    private const string Password = "a sentence that nobody guesses";

    [Theory]
    [InlineData("desktop-day", "en")]
    [InlineData("phone-night", "fr")]
    public async Task Somebody_signs_up_makes_a_passkey_signs_in_by_it_sets_up_codes_and_signs_in_with_one(string device, string locale)
    {
        await using var visit = await demo.Visit(Device.Of(device), locale);
        var page = visit.Page;
        // A passkey is good for a name, never for a number.
        var site = new UriBuilder(demo.Address) { Host = "localhost" }.Uri;
        var email = $"person-{Ids.New(TimeProvider.System):N}@browser.example";
        await using var keys = new VirtualKeys(await page.Context.NewCDPSessionAsync(page));
        await keys.Plug();

        await page.GotoAsync(new Uri(site, "/sign-up").ToString());
        await page.Locator("input[name='Input.DisplayName']").FillAsync("Robin Browser");
        await page.Locator("input[type=email]").FillAsync(email);
        await page.Locator("input[type=password]").FillAsync(Password);
        await page.Locator("main form button[type=submit]").First.ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-up"));

        await page.GotoAsync(new Uri(site, "/account/security").ToString());
        await Sound(visit, $"security-1-{locale}");
        await page.Locator("main a[href='/account/passkeys']").ClickAsync();
        await visit.IsAt("/account/passkeys");
        await Sound(visit, $"security-2-no-passkey-{locale}");
        await page.Locator("main a[href='/account/passkeys/new']").First.ClickAsync();
        await visit.IsAt("/account/passkeys/new");
        await page.Locator("input[name='Input.Name']").FillAsync("Robin's phone");
        await Sound(visit, $"security-3-new-passkey-{locale}");
        await page.Locator("form[data-passkey=create] button").ClickAsync();
        await page.Locator("main td", new() { HasText = "Robin's phone" }).WaitForAsync();
        await Sound(visit, $"security-4-passkeys-{locale}");

        await SignOut(page, site);
        await Sound(visit, $"sign-in-1-{locale}");
        await page.Locator("form[data-passkey=get] button").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-in"));
        await page.GotoAsync(new Uri(site, "/account").ToString());
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(email);

        await page.GotoAsync(new Uri(site, "/account/authenticator").ToString());
        await page.Locator("form[action*='Begin'] button").ClickAsync();
        await visit.IsAt("/account/authenticator/setup");
        await page.Locator("main details summary").First.ClickAsync();
        await Sound(visit, $"security-5-authenticator-{locale}");
        var seed = SignInSteps.FromBase32(Spaces().Replace(await page.Locator("main details .mono").InnerTextAsync(), ""));
        var step = Totp.StepAt(TimeProvider.System.GetUtcNow());
        await page.Locator("input[name='Input.Code']").FillAsync(Totp.Code(seed, step));
        await page.Locator("main form button[type=submit]").ClickAsync();
        await page.Locator("[data-recovery-codes] li").First.WaitForAsync();
        (await page.Locator("[data-recovery-codes] li").CountAsync()).ShouldBe(10);
        var recovery = await page.Locator("[data-recovery-codes] li").First.InnerTextAsync();
        await Sound(visit, $"security-6-recovery-codes-{locale}");

        await SignOut(page, site);
        await GivePassword(page, email);
        await visit.IsAt("/sign-in/code");
        await Sound(visit, $"sign-in-2-code-{locale}");
        await page.Locator("input[name='Input.Code']").FillAsync("000000");
        await page.Locator("main form button[type=submit]").ClickAsync();
        await page.Locator("[data-errors]").WaitForAsync();
        await page.Locator("input[name='Input.Code']").FillAsync(Totp.Code(seed, step + 1));
        await page.Locator("main form button[type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-in"));

        await page.GotoAsync(new Uri(site, "/account/sessions").ToString());
        (await page.Locator("main tbody tr").CountAsync()).ShouldBe(1);
        await Sound(visit, $"security-7-sessions-{locale}");

        // The proof grows stale: the page asks by passkey first, and leads on.
        await page.GotoAsync(new Uri(site, "/account/confirm?return_url=%2Faccount%2Fpassword").ToString());
        await Sound(visit, $"security-8-confirm-{locale}");
        await page.Locator("form[data-passkey=get] button").ClickAsync();
        await visit.IsAt("/account/password");
        await Sound(visit, $"security-9-password-{locale}");

        await SignOut(page, site);
        await GivePassword(page, email);
        await page.Locator("input[name='Input.Code']").FillAsync(recovery);
        await page.Locator("main form button[type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-in"));
        await page.GotoAsync(new Uri(site, "/account/security").ToString());
        await Sound(visit, $"security-10-{locale}");
    }

    [Fact]
    public async Task A_passkey_that_was_removed_or_nobody_touches_signs_nobody_in_and_the_page_says_so()
    {
        await using var visit = await demo.Visit(Device.Of("desktop-night"));
        var page = visit.Page;
        var site = new UriBuilder(demo.Address) { Host = "localhost" }.Uri;
        await using var keys = new VirtualKeys(await page.Context.NewCDPSessionAsync(page));
        await keys.Plug();
        await page.GotoAsync(new Uri(site, "/sign-up").ToString());
        await page.Locator("input[name='Input.DisplayName']").FillAsync("Robin Browser");
        await page.Locator("input[type=email]").FillAsync($"person-{Ids.New(TimeProvider.System):N}@browser.example");
        await page.Locator("input[type=password]").FillAsync(Password);
        await page.Locator("main form button[type=submit]").First.ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-up"));
        await page.GotoAsync(new Uri(site, "/account/passkeys/new").ToString());
        await page.Locator("form[data-passkey=create] button").ClickAsync();
        await visit.IsAt("/account/passkeys");
        await page.Locator("main tbody a").First.ClickAsync();
        await Sound(visit, "security-passkey");
        await page.Locator("form[action$='/remove'] button").ClickAsync();
        await visit.IsAt("/account/passkeys");
        (await page.Locator("main tbody tr").CountAsync()).ShouldBe(0);

        await SignOut(page, site);
        await page.Locator("form[data-passkey=get] button").ClickAsync();
        await visit.IsAt("/sign-in/passkey");
        await page.Locator("[data-errors]").WaitForAsync();
        await Sound(visit, "sign-in-passkey-refused");

        await keys.Unverify();
        await page.Locator("form[data-passkey=get] button").ClickAsync();
        await Assertions.Expect(page.Locator("[data-passkey-says]")).ToContainTextAsync("No passkey was given", new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task At_an_address_that_is_no_name_the_page_offers_no_passkey()
    {
        await using var visit = await demo.Visit(Device.Of("phone-day"));
        await visit.Page.GotoAsync("/sign-in");
        await Assertions.Expect(visit.Page.Locator("[data-passkey-part]")).ToBeHiddenAsync();
        await visit.Picture("sign-in-without-passkey");
        (await visit.Faults()).ShouldBeEmpty();
    }

    private static async Task GivePassword(IPage page, string email)
    {
        await page.Locator("input[type=email]").FillAsync(email);
        await page.Locator("input[type=password]").FillAsync(Password);
        await page.Locator("main form button[type=submit]").First.ClickAsync();
    }

    private static async Task SignOut(IPage page, Uri site)
    {
        await page.GotoAsync(new Uri(site, "/sign-out").ToString());
        await page.Locator("main form button[type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-out"));
        await page.GotoAsync(new Uri(site, "/sign-in").ToString());
    }

    private static async Task Sound(Visit visit, string picture)
    {
        await visit.Picture(picture);
        (await visit.Faults()).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Spaces();

    /// <summary>A phone's fingerprint reader, which Chromium plays for us.</summary>
    private sealed class VirtualKeys(ICDPSession chromium) : IAsyncDisposable
    {
        private string? id;

        public async Task Plug()
        {
            await chromium.SendAsync("WebAuthn.enable", new Dictionary<string, object> { ["enableUI"] = false });
            var added = await chromium.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
                },
            });
            id = added!.Value.GetProperty("authenticatorId").GetString();
        }

        /// <summary>The wrong finger from now on.</summary>
        public Task Unverify() => chromium.SendAsync("WebAuthn.setUserVerified", new Dictionary<string, object> { ["authenticatorId"] = id!, ["isUserVerified"] = false });

        public async ValueTask DisposeAsync() => await chromium.DetachAsync();
    }
}
