using Marketplace.Kernel;

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
