using System.Text.Json.Nodes;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>A market with all providers configured at once, and the outside of each in our hands.</summary>
public sealed class ProviderMarket : IAsyncLifetime
{
    private StripeSimulator stripe = null!;
    private PayPalSimulator paypal = null!;
    private PciVaultSimulator vault = null!;
    private WalkingClock clock = null!;
    private Dictionary<string, ProviderWorld> worlds = null!;

    internal OwnMarket Market { get; private set; } = null!;

    internal StripeSimulator Stripe => stripe;

    internal PayPalSimulator PayPal => paypal;

    internal PciVaultSimulator Vault => vault;

    internal ProviderWorld World(string provider) => worlds[provider];

    public async Task InitializeAsync()
    {
        clock = new WalkingClock();
        (stripe, paypal, vault) = (new StripeSimulator(clock), new PayPalSimulator(clock), new PciVaultSimulator(clock));
        foreach (var simulator in new ProviderSimulator[] { stripe, paypal, vault }) await simulator.Start();
        Market = await OwnMarket.Open(
            new Dictionary<string, string?>
            {
                ["Wallet:Providers:Stripe:SecretKey"] = StripeSimulator.Secret, ["Wallet:Providers:Stripe:PublishableKey"] = "pk_test_simulated", ["Wallet:Providers:Stripe:WebhookSecret"] = StripeSimulator.WebhookSecret,
                ["Wallet:Providers:Stripe:BaseAddress"] = stripe.Address, ["Wallet:Providers:PayPal:ClientId"] = PayPalSimulator.Client, ["Wallet:Providers:PayPal:ClientSecret"] = PayPalSimulator.Secret,
                ["Wallet:Providers:PayPal:WebhookId"] = PayPalSimulator.WebhookId, ["Wallet:Providers:PayPal:BaseAddress"] = paypal.Address, ["Wallet:Providers:PciVault:User"] = PciVaultSimulator.User,
                ["Wallet:Providers:PciVault:Password"] = PciVaultSimulator.Password, ["Wallet:Providers:PciVault:KeyUser"] = PciVaultSimulator.KeyUser, ["Wallet:Providers:PciVault:Passphrase"] = PciVaultSimulator.Passphrase,
                ["Wallet:Providers:PciVault:BaseAddress"] = vault.Address, ["Wallet:Providers:PciVault:AcquirerAddress"] = vault.Address + "/acquirer", ["Wallet:Providers:PciVault:AcquirerKey"] = PciVaultSimulator.AcquirerKey,
                ["Wallet:Providers:PciVault:EventSecret"] = PciVaultSimulator.EventSecret,
            },
            services => services.AddSingleton<TimeProvider>(clock));
        worlds = new ProviderWorld[] { new SandboxWorld(Market), new StripeWorld(stripe), new PayPalWorld(paypal), new PciVaultWorld(vault, Market) }.ToDictionary(w => w.Provider);
    }

    public async Task DisposeAsync()
    {
        await Market.DisposeAsync();
        await stripe.DisposeAsync();
        await paypal.DisposeAsync();
        await vault.DisposeAsync();
    }

    internal void Walk(TimeSpan by) => clock.Walk(by);

    internal DateTimeOffset Now => clock.GetUtcNow();
}

/// <summary>The outside of one provider, in the same words for all.</summary>
internal abstract class ProviderWorld(string provider, string method)
{
    public string Provider { get; } = provider;

    public string Method { get; } = method;

    /// <summary>Its payers approve at the provider's, whatever else happens.</summary>
    public virtual bool AlwaysAsks => false;

    public virtual ProviderSimulator? Simulator => null;

    /// <returns>The token with which the next payment is made; null when the provider has no cards.</returns>
    public abstract Task<string?> Card(Will will);

    /// <summary>The payer answers at the provider's.</summary>
    public abstract Task Answer(Guid payment, bool yes);

    /// <summary>What the provider says it took, and gave back; how often it was charged.</summary>
    public abstract Task<(long Taken, long GivenBack, int Charges)> Books(Guid payment);
}

internal sealed class SandboxWorld(Market market) : ProviderWorld(SandboxProvider.Name, SandboxProvider.Method)
{
    public override Task<string?> Card(Will will) => Task.FromResult<string?>(will switch
    {
        Will.Pays or Will.FailsOnce => SandboxProvider.Ok,
        Will.IsDeclined => SandboxProvider.Declined,
        Will.AsksThePayer => SandboxProvider.Secure,
        Will.LosesTheAnswer => SandboxProvider.Timeout,
        Will.WantsAReview => SandboxProvider.Review,
        Will.TellsTheFeeLater => SandboxProvider.FeeLate,
        Will.RefusesRefunds => SandboxProvider.RefundRefused,
        _ => SandboxProvider.RefundTimeout,
    });

    public override async Task Answer(Guid payment, bool yes)
    {
        await using var scope = market.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SandboxProvider>().Confirm(payment, yes, default);
    }

    public override async Task<(long Taken, long GivenBack, int Charges)> Books(Guid payment) => (await market.Source.Command(
        """
        SELECT coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0)::bigint, (SELECT coalesce(sum(amount), 0)::bigint FROM wallet.sandbox_refunds WHERE payment_id = $1 AND refused IS NULL), count(*)::int
        FROM wallet.sandbox_charges WHERE payment_id = $1
        """, payment).List(r => (r.GetInt64(0), r.GetInt64(1), r.GetInt32(2)))).Single();
}

internal sealed class StripeWorld(StripeSimulator stripe) : ProviderWorld(StripeApi.Name, StripeProvider.Method)
{
    public override ProviderSimulator Simulator => stripe;

    public override Task<string?> Card(Will will) => Task.FromResult<string?>(StripeSimulator.Card(will));

    public override Task Answer(Guid payment, bool yes)
    {
        stripe.Answer(payment, yes);
        return Task.CompletedTask;
    }

    public override Task<(long Taken, long GivenBack, int Charges)> Books(Guid payment) => Task.FromResult((stripe.Taken(payment), stripe.GivenBack(payment), stripe.Charges(payment)));
}

internal sealed class PayPalWorld(PayPalSimulator paypal) : ProviderWorld(PayPalApi.Name, PayPalProvider.Method)
{
    public override ProviderSimulator Simulator => paypal;

    public override bool AlwaysAsks => true;

    public override Task<string?> Card(Will will)
    {
        paypal.Next = will;
        return Task.FromResult<string?>(null);
    }

    public override Task Answer(Guid payment, bool yes)
    {
        paypal.Answer(payment, yes);
        return Task.CompletedTask;
    }

    public override Task<(long Taken, long GivenBack, int Charges)> Books(Guid payment) => Task.FromResult((paypal.Taken(payment), paypal.GivenBack(payment), paypal.Charges(payment)));
}

internal sealed class PciVaultWorld(PciVaultSimulator vault, Market market) : ProviderWorld(PciVaultApi.Name, PciVaultProvider.Method)
{
    public override ProviderSimulator Simulator => vault;

    public override async Task<string?> Card(Will will)
    {
        await using var scope = market.Services.CreateAsyncScope();
        var place = await scope.ServiceProvider.GetRequiredService<PciVaultApi>().OpenCapture(TimeSpan.FromMinutes(10), default);
        using var browser = scope.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient();
        return await PciVaultSimulator.Capture(browser, place, will);
    }

    public override Task Answer(Guid payment, bool yes)
    {
        vault.Answer(payment, yes);
        return Task.CompletedTask;
    }

    public override Task<(long Taken, long GivenBack, int Charges)> Books(Guid payment) => Task.FromResult((vault.Taken(payment), vault.GivenBack(payment), vault.Charges(payment)));
}
