using Marketplace.Kernel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Orders;

/// <summary>Who sells, before the law, and so owes the tax.</summary>
internal enum TaxCollector
{
    Market,
    Shop,
}

/// <summary>What the operator has configured for taxes and for the head of invoices: section <c>Orders:Tax</c>.</summary>
internal sealed class TaxTerms(IConfiguration configuration)
{
    private static readonly HashSet<string> Union = new(StringComparer.Ordinal)
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    };

    /// <summary>The seller of record: the market, unless the setting says shop.</summary>
    public TaxCollector Collector { get; } = configuration["Orders:Tax:SellerOfRecord"] is { Length: > 0 } who
        ? who.ReadChoice<TaxCollector>() ?? throw new InvalidOperationException("Orders:Tax:SellerOfRecord is market or shop.")
        : TaxCollector.Market;

    /// <summary>Where the market is established: two letters.</summary>
    public string Country { get; } = configuration["Orders:Tax:Country"] ?? "FR";

    /// <summary>As it stands on invoices.</summary>
    public string Name { get; } = configuration["Orders:Tax:Name"] ?? "Marketplace";

    /// <summary>Lines of its address, divided by <c>|</c>; none when it is not configured.</summary>
    public IReadOnlyList<string> Address { get; } = (configuration["Orders:Tax:Address"] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string? VatId { get; } = configuration["Orders:Tax:VatId"];

    public static bool InUnion(string country) => Union.Contains(country);
}
