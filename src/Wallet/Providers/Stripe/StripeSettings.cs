namespace Marketplace.Wallet;

/// <summary>What the configuration says of Stripe.</summary>
/// <param name="WebhookSecret">Signs its events; null when it sends none here: then payments are asked about by the sweep alone.</param>
internal sealed record StripeSettings(string SecretKey, string? WebhookSecret, Uri BaseAddress, Uri FilesAddress, ProviderPrice Price, TimeSpan Timeout)
{
    /// <summary>Null when there is none.</summary>
    /// <exception cref="InvalidOperationException">It says what is wrong.</exception>
    public static StripeSettings? Read(ProviderSection section)
    {
        if (!section.Exists) return null;
        var secret = section.Must("SecretKey", "the key that begins with sk_ (or rk_), from the dashboard's page for developers.");
        if (!secret.StartsWith("sk_", StringComparison.Ordinal) && !secret.StartsWith("rk_", StringComparison.Ordinal)) throw section.Wrong("SecretKey", "begins with sk_ or rk_; what begins with pk_ is the publishable one.");
        // Cards are typed on Stripe's own page, which needs none; whoever gives one may have changed the two about.
        if (section.Maybe("PublishableKey") is { } publishable && !publishable.StartsWith("pk_", StringComparison.Ordinal)) throw section.Wrong("PublishableKey", "begins with pk_. Never give the secret key to browsers.");
        if (section.Maybe("WebhookSecret") is { } webhook && !webhook.StartsWith("whsec_", StringComparison.Ordinal)) throw section.Wrong("WebhookSecret", "begins with whsec_: the endpoint's signing secret.");
        // A test system has one address for all.
        var files = section.Address("FilesAddress", section.Maybe("BaseAddress") ?? "https://files.stripe.com");
        return new StripeSettings(secret, section.Maybe("WebhookSecret"), section.Address("BaseAddress", "https://api.stripe.com"), files, section.Price(290, 30), section.Timeout());
    }
}
