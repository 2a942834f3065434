using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Notifications;
using Marketplace.Orders;
using Marketplace.Ui;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Localization;

namespace Marketplace.Host;

/// <summary>The one deployable: opens the database, brings it up to date, loads the modules and listens.</summary>
public static class MarketHost
{
    public static readonly string[] Cultures = ["en", "fr"];

    /// <summary>Everything is ready but nothing listens yet. Dispose it to stop the embedded database, too.</summary>
    /// <param name="adjust">For tests: another clock, faults.</param>
    /// <exception cref="InvalidOperationException">The configuration would make an unsafe market; it says what to change.</exception>
    public static async Task<WebApplication> Build(WebApplicationBuilder builder, Action<IServiceCollection>? adjust = null, CancellationToken stop = default)
    {
        var settings = new HostSettings(builder.Configuration, builder.Environment);
        var log = Logs.Use(builder);
        var database = await Database.Open(settings.Database, log, stop);
        try
        {
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 256 * 1024;     // uploads say their own limit
            });
            builder.Configuration["Wallet:Sandbox"] ??= builder.Environment.IsDevelopment().ToString();
            if (builder.Environment.IsDevelopment() && builder.Configuration["Wallet:Payouts:Debtor:Iban"] is null)
            {
                // Printed in textbooks: no bank takes a file that draws on it.
                builder.Configuration["Wallet:Payouts:Debtor:Name"] = "Marketplace";
                builder.Configuration["Wallet:Payouts:Debtor:Iban"] = "FR7630006000011234567890189";
                builder.Configuration["Wallet:Payouts:Debtor:Bic"] = "AGRIFRPP";
            }

            builder.Services.AddKernel(database, settings.Kernel);
            builder.Services.AddUi();
            builder.Services.AddMenu<Texts>("admin", 900, "Events", "/admin/events", "radio-tower", right: Rights.System);
            builder.Services.AddUsers(builder.Configuration);
            builder.Services.AddWallet(builder.Configuration);
            builder.Services.AddCatalog(builder.Configuration);
            builder.Services.AddOrders(builder.Configuration);
            builder.Services.AddNotifications(builder.Configuration);
            builder.Services.AddSingleton(Invariants.Embedded<HostSettings>("market", "market_invariants.sql"));
            AddWeb(builder.Services, settings);
            adjust?.Invoke(builder.Services);

            var app = builder.Build();
            await app.Services.GetRequiredService<Migrator>().Run(stop);
            await database.AssertWorkingRole(stop);
            Use(app);
            return app;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static void AddWeb(IServiceCollection services, HostSettings settings)
    {
        services.AddRazorPages().AddViewLocalization();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = settings.CookiePrefix + "antiforgery";
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;     // browsers keep a __Host- cookie only when it is Secure
        });
        services.AddHealthChecks().AddCheck<ReadyCheck>("database");
        services.AddApiDocument();
        services.AddCompression();
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            if (settings.Proxies.Count == 0) return;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in settings.Proxies) forwarded.KnownIPNetworks.Add(network);
        });
        services.AddRequestLocalization(localization =>
        {
            localization.SetDefaultCulture(Cultures[0]).AddSupportedCultures(Cultures).AddSupportedUICultures(Cultures);
            localization.RequestCultureProviders =
            [
                new CookieRequestCultureProvider { CookieName = Preferences.CultureCookie },
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
    }

    private static void Use(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseRequestLog();
        app.UseSecurityHeaders();
        app.UseCompression();
        app.UseRequestLocalization();
        app.UseProblems();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseCardGuard();
        app.UseKeyScopes();
        app.UseAuthorization();
        app.UseImpersonationGuard();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapApiDocument();
        app.MapPreferences();
        var api = app.MapGroup("/api/v1");
        api.MapUsers();
        api.MapWallet();
        api.MapCatalog();
        api.MapOrders();
        api.MapNotifications();
        app.MapUsersMedia();
        app.MapWalletMedia();
        app.MapCatalogMedia();
        app.MapOrdersForms();
        app.MapNotificationsSite();
        app.MapRazorPages().WithStaticAssets();
    }
}
