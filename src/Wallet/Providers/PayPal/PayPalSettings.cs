namespace Marketplace.Wallet;

/// <summary>What the configuration says of PayPal.</summary>
/// <param name="WebhookId">Names our endpoint in its verification of events; null when it sends none here.</param>
internal sealed record PayPalSettings(string ClientId, string ClientSecret, string? WebhookId, Uri BaseAddress, ProviderPrice Price, TimeSpan Timeout)
{
    /// <summary>Null when there is none.</summary>
    /// <exception cref="InvalidOperationException">It says what is wrong.</exception>
    public static PayPalSettings? Read(ProviderSection section) => !section.Exists ? null : new PayPalSettings(
        section.Must("ClientId", "from the app in PayPal's developer dashboard."),
        section.Must("ClientSecret", "from the app in PayPal's developer dashboard."),
        section.Maybe("WebhookId"), section.Address("BaseAddress", "https://api-m.paypal.com"), section.Price(349, 49), section.Timeout());
}
