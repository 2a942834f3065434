using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Marketplace.Host;
using Marketplace.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Marketplace.BrowserTests;

/// <summary>The demo market, listening, and Debian's Chromium to visit it. Made once a run.</summary>
public sealed class DemoBrowser : IAsyncLifetime
{
    private WebApplication app = null!;
    private IPlaywright playwright = null!;
    private IBrowser chromium = null!;
    private readonly ConcurrentDictionary<string, Task<string>> signedIn = new(StringComparer.Ordinal);

    public Uri Address { get; private set; } = null!;

    /// <summary>How long the demo took.</summary>
    public TimeSpan Filled { get; private set; }

    internal WebApplication App => app;

    public async Task InitializeAsync()
    {
        var connectionString = await TestServer.Clone("marketplace");
        await using (var empty = await TestServer.Host(connectionString))
        {
            var begun = Stopwatch.GetTimestamp();
            await DemoMarket.Fill(empty, clock => TestServer.Host(connectionString, adjust: services => services.AddSingleton<TimeProvider>(clock)));
            Filled = Stopwatch.GetElapsedTime(begun);
        }

        app = await TestServer.Host(connectionString, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Marketplace:BackgroundWork"] = "true" });
        Address = new Uri(app.Urls.First());

        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists) ?? "chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
        });
    }

    public async Task DisposeAsync()
    {
        await chromium.DisposeAsync();
        playwright.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Somebody of the demo market at a fresh device, signed in: once a run, then by the cookies of that time.</summary>
    /// <param name="email">Null for a guest.</param>
    internal async Task<Visit> VisitAs(string? email, Device device, string locale = "en") =>
        await Visit(device, locale, cookies: email is null ? null : await signedIn.GetOrAdd(email, SignIn));

    /// <summary>A fresh person at a fresh device. What the console complains of (a blocked script, an error) is kept.</summary>
    /// <param name="cookies">As Playwright tells them, of somebody who is signed in.</param>
    internal async Task<Visit> Visit(Device device, string locale = "en", bool javaScript = true, string? cookies = null)
    {
        var context = await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ViewportSize = device.Phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1440, Height = 900 },
            DeviceScaleFactor = 1,
            HasTouch = device.Phone,
            ColorScheme = device.Night ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = locale,
            JavaScriptEnabled = javaScript,
            AcceptDownloads = true,
            StorageState = cookies,
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        return new Visit(context, page, device);
    }

    private async Task<string> SignIn(string email)
    {
        await using var visit = await Visit(Device.Of("desktop-day"));
        await visit.SignIn(email);
        return await visit.Page.Context.StorageStateAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class Demo : ICollectionFixture<DemoBrowser>
{
    public const string Name = "demo";
}

internal readonly record struct Device(bool Phone, bool Night)
{
    public static Device Of(string name) => new(name.Contains("phone", StringComparison.Ordinal), name.Contains("night", StringComparison.Ordinal));

    public override string ToString() => $"{(Phone ? "phone" : "desktop")}-{(Night ? "night" : "day")}";
}

/// <summary>One tab of one person.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly string Screenshots = Path.Combine(TestServer.Root, ".local", "screenshots");

    /// <summary>Nobody looks at them where tests run unattended, and they take a third of the time.</summary>
    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("CI") is not { Length: > 0 };

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();

    public Visit(IBrowserContext context, IPage page, Device device)
    {
        this.context = context;
        Page = page;
        Device = device;
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("Failed to load resource", StringComparison.Ordinal)) complaints.Enqueue($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public Device Device { get; }

    public async Task SignIn(string email, string password = "more records than shelves")
    {
        await Page.GotoAsync("/sign-in");
        await Page.Locator("input[type=email]").FillAsync(email);
        await Page.Locator("input[type=password]").FillAsync(password);
        await Page.Locator("main form button[type=submit]").First.ClickAsync();
        await Assertions.Expect(Page).Not.ToHaveURLAsync(new Regex("/sign-in"), new PageAssertionsToHaveURLOptions { Timeout = 15_000 });
    }

    /// <summary>Makes an account, and goes on to that path.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> SignUp(string then)
    {
        var email = Somebody();
        await Page.GotoAsync($"/sign-up?return_url={then}");
        await Page.Locator("input[name='Input.DisplayName']").FillAsync("Robin Browser");
        await Page.Locator("input[type=email]").FillAsync(email);
        await Page.Locator("input[type=password]").FillAsync("a sentence that nobody guesses");
        await Page.Locator("main form button[type=submit]").First.ClickAsync();
        await IsAt(then);
        return email;
    }

    /// <summary>An address that nobody has yet.</summary>
    public static string Somebody() => $"person-{Ids.New(TimeProvider.System):N}@browser.example";

    /// <summary>Waits until the page of that path is here: by a full load, or by the swap that keeps the music playing.</summary>
    public async Task IsAt(string path)
    {
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("^https?://[^/]+" + Regex.Escape(path)), new PageAssertionsToHaveURLOptions { Timeout = 15_000 });
        await Page.WaitForFunctionAsync("() => document.readyState === 'complete'");
    }

    /// <summary>Keeps a picture of the whole page in <c>.local/screenshots</c>, to be looked at.</summary>
    public Task Picture(string name, bool fullPage = true) => TakesPictures ? Take(name, fullPage) : Task.CompletedTask;

    private async Task Take(string name, bool fullPage)
    {
        Directory.CreateDirectory(Screenshots);
        await Page.EvaluateAsync("Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.complete || new Promise(done => i.onload = i.onerror = done) }))");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"{name}-{Device}.png"), FullPage = fullPage });
    }

    /// <summary>What axe finds, what is wider than the screen, and what the console complained of. Nothing, when the page is sound.</summary>
    public async Task<IReadOnlyList<string>> Faults()
    {
        var axe = await Page.RunAxe(new AxeRunOptions());
        var faults = axe.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}").ToList();
        if (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0) faults.Add("it scrolls sideways");
        while (complaints.TryDequeue(out var complaint)) faults.Add(complaint);
        return faults.ConvertAll(fault => $"{new Uri(Page.Url).PathAndQuery} [{Device}] {fault}");
    }

    /// <summary>A stop of a walk: its picture is kept, and nothing is wrong with it.</summary>
    public async Task Look(string name)
    {
        await Picture(name);
        (await Faults()).ShouldBeEmpty();
    }

    /// <summary>Keeps what was last to be seen: when a test fails, that says why.</summary>
    public async ValueTask DisposeAsync()
    {
        await Take("last", fullPage: false);
        await context.DisposeAsync();
    }
}
