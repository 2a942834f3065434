namespace Marketplace.Wallet;

/// <summary>What the configuration says of PCI Vault, which keeps cards, and of the acquirer that charges them.</summary>
/// <param name="KeyUser">Names the key under which the vault seals cards; opened by <paramref name="Passphrase"/>.</param>
/// <param name="Acquirer">Charges cards: see docs/payment-providers.md for what it is asked.</param>
/// <param name="EventSecret">Signs the acquirer's events; null when it sends none here.</param>
internal sealed record PciVaultSettings(
    string User, string Password, string KeyUser, string Passphrase, Uri BaseAddress, Uri Acquirer, string AcquirerKey, string? EventSecret, ProviderPrice Price, TimeSpan Timeout)
{
    /// <summary>Null when there is none.</summary>
    /// <exception cref="InvalidOperationException">It says what is wrong.</exception>
    public static PciVaultSettings? Read(ProviderSection section)
    {
        if (!section.Exists) return null;
        section.Must("AcquirerAddress", "the address of the acquirer that charges the cards.");
        return new PciVaultSettings(
            section.Must("User", "of the vault's API."), section.Must("Password", "of the vault's API."),
            section.Must("KeyUser", "the vault's name of the key that seals cards."), section.Must("Passphrase", "of that key."),
            section.Address("BaseAddress", "https://api.pcivault.io"), section.Address("AcquirerAddress", ""),
            section.Must("AcquirerKey", "with which the acquirer knows this market."), section.Maybe("EventSecret"), section.Price(290, 30), section.Timeout());
    }
}
