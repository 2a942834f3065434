using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What is to be split of one line.</summary>
/// <param name="Gross">What its buyer pays, tax included.</param>
/// <param name="Tax">In it (minor units).</param>
/// <param name="Rate">Commission in basis points.</param>
/// <param name="Coupon">What the market adds, because its own coupon made the line cheaper (minor units).</param>
internal readonly record struct ToSplit(Money Gross, long Tax, int Rate, long Coupon);

/// <summary>Who gets what of one line, in minor units: gross + coupon = tax + commission + fee + affiliate + seller's share.</summary>
internal readonly record struct Split(long Gross, long Coupon, long Tax, long Commission, long Fee, long Affiliate)
{
    public long SellerShare => Gross + Coupon - Tax - Commission - Fee - Affiliate;

    /// <summary>
    /// The lines of one payment. Commission is taken of the amount without tax, and of the price before a coupon that the market pays; the
    /// processor's fee is one sum a payment, spread by largest remainder and capped so that no seller pays to sell: what is capped away the market bears.
    /// </summary>
    /// <param name="lines">Of one currency.</param>
    public static IReadOnlyList<Split> Of(IReadOnlyList<ToSplit> lines, Money fee)
    {
        var fees = lines.Sum(l => l.Gross.Minor) == 0 ? new long[lines.Count] : fee.Allocate(lines.Select(l => l.Gross.Minor).ToList());
        return lines.Select((line, i) =>
        {
            var net = line.Gross with { Minor = line.Gross.Minor + line.Coupon - line.Tax };
            var commission = net.AtRate(line.Rate).Minor;
            return new Split(line.Gross.Minor, line.Coupon, line.Tax, commission, Math.Min(fees[i], net.Minor - commission), 0);
        }).ToList();
    }
}
