using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Orders;

/// <summary>Who gets what of one line, in minor units: gross = tax + commission + fee + affiliate + seller's share.</summary>
internal readonly record struct Split(long Gross, long Tax, long Commission, long Fee, long Affiliate)
{
    public long SellerShare => Gross - Tax - Commission - Fee - Affiliate;

    /// <summary>
    /// The lines of one payment. Commission is taken of the amount without tax; the processor's fee is one sum a payment, spread by
    /// largest remainder and capped so that no seller pays to sell: what is capped away the market bears.
    /// </summary>
    /// <param name="lines">Price (tax included), tax in it, commission rate in basis points; one currency.</param>
    public static IReadOnlyList<Split> Of(IReadOnlyList<(Money Gross, long Tax, int Rate)> lines, Money fee)
    {
        var fees = lines.Sum(l => l.Gross.Minor) == 0 ? new long[lines.Count] : fee.Allocate(lines.Select(l => l.Gross.Minor).ToList());
        return lines.Select((line, i) =>
        {
            var net = line.Gross with { Minor = line.Gross.Minor - line.Tax };
            var commission = net.AtRate(line.Rate).Minor;
            return new Split(line.Gross.Minor, line.Tax, commission, Math.Min(fees[i], net.Minor - commission), 0);
        }).ToList();
    }
}

/// <summary>What the market takes of a sale by the seller's tier, in basis points: <c>Orders:Commission:Basic</c> …</summary>
internal sealed class CommissionRates(IConfiguration configuration)
{
    private readonly Dictionary<SellerTier, int> rates = new()
    {
        [SellerTier.Basic] = Read(configuration, SellerTier.Basic, 4_000),
        [SellerTier.Standard] = Read(configuration, SellerTier.Standard, 3_000),
        [SellerTier.Premium] = Read(configuration, SellerTier.Premium, 2_000),
        [SellerTier.Ultimate] = Read(configuration, SellerTier.Ultimate, 1_000),
    };

    public int Of(SellerTier tier) => rates[tier];

    private static int Read(IConfiguration configuration, SellerTier tier, int usual) =>
        configuration.GetValue($"Orders:Commission:{tier}", usual) is >= 0 and <= 10_000 and var rate
            ? rate
            : throw new InvalidOperationException($"Orders:Commission:{tier} is a rate in basis points, 0 to 10000.");
}
