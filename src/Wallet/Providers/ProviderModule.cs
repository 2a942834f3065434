using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Wallet;

/// <summary>Providers outside: each is there when the configuration has its section, several at once.</summary>
internal static class ProviderModule
{
    /// <exception cref="InvalidOperationException">A section is wrong; it says what to change.</exception>
    public static void AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ProviderHealth>();
        services.AddScoped<ProviderHttp>();
        if (StripeSettings.Read(new ProviderSection(configuration, "Stripe")) is { } stripe)
        {
            services.AddSingleton(stripe);
            services.AddHttpClient<StripeApi>(http => StripeApi.Configure(http, stripe)).Alone();
            services.Speaks<StripeProvider, StripeEvents, StripeDisputes, StripeReport>();
        }

        if (PayPalSettings.Read(new ProviderSection(configuration, "PayPal")) is { } paypal)
        {
            services.AddSingleton(paypal);
            services.AddSingleton<PayPalToken>();
            services.AddHttpClient<PayPalApi>(http => PayPalApi.Configure(http, paypal)).Alone();
            services.Speaks<PayPalProvider, PayPalEvents, PayPalDisputes, PayPalReport>();
        }

        if (PciVaultSettings.Read(new ProviderSection(configuration, "PciVault")) is { } vault)
        {
            services.AddSingleton(vault);
            services.AddHttpClient<PciVaultApi>(http => PciVaultApi.Configure(http, vault)).Alone();
            services.Speaks<PciVaultProvider, PciVaultEvents, PciVaultDisputes, PciVaultReport>();
        }
    }

    private static void Speaks<TProvider, TEvents, TDesk, TReport>(this IServiceCollection services)
        where TProvider : class, IPaymentProvider, IMethodKeeper
        where TEvents : class, IProviderEvents
        where TDesk : class, IDisputeDesk
        where TReport : class, IProviderReport
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, NeedsPublicAddress>());
        services.AddScoped<IPaymentProvider, TProvider>();
        services.AddScoped<IMethodKeeper, TProvider>();
        services.AddScoped<IProviderEvents, TEvents>();
        services.AddScoped<IDisputeDesk, TDesk>();
        services.AddScoped<IProviderReport, TReport>();
    }

    // A redirect would carry our keys elsewhere; and no address, which may have an id in it, is logged with each call.
    private static void Alone(this IHttpClientBuilder client) => client.RemoveAllLoggers()
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
}
