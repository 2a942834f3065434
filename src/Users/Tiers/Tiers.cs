using Microsoft.Extensions.Configuration;

namespace Marketplace.Users;

/// <summary>
/// What each tier brings, in one place. Source: the market's rules; the commission may be set otherwise: <c>Orders:Commission:Basic</c> …, in
/// basis points.
/// </summary>
internal sealed class Tiers(IConfiguration configuration)
{
    private static readonly string[] Paid = [Perks.GpsLocation], More = [Perks.GpsLocation, Perks.CoHosts, Perks.VerifiedGroups];

    public IReadOnlyList<TierTerms> All { get; } =
    [
        new(SellerTier.Basic, Rate(configuration, SellerTier.Basic, 4_000), 0, []),
        new(SellerTier.Standard, Rate(configuration, SellerTier.Standard, 3_000), 1, Paid),
        new(SellerTier.Premium, Rate(configuration, SellerTier.Premium, 2_000), 3, More),
        new(SellerTier.Ultimate, Rate(configuration, SellerTier.Ultimate, 1_000), 10, More),
    ];

    public TierTerms Of(SellerTier tier) => All.First(t => t.Tier == tier);

    private static int Rate(IConfiguration configuration, SellerTier tier, int usual) =>
        configuration.GetValue($"Orders:Commission:{tier}", usual) is >= 0 and <= 10_000 and var rate
            ? rate
            : throw new InvalidOperationException($"Orders:Commission:{tier} is a rate in basis points, 0 to 10000.");
}
