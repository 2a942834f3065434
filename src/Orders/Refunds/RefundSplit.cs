using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// Who gives what of a refund, by the line's frozen split. Each share is what it comes to of all refunds so far, less what was
/// posted before; the seller's is the subtraction. So every sequence of partial refunds ends at exactly the whole: the seller has
/// given all but tax and commission, the processor's fee included, which nobody gives back.
/// </summary>
/// <param name="Amount">What the buyer gets.</param>
/// <param name="Tax">No longer owed to the state.</param>
/// <param name="Commission">Given up by the market.</param>
internal readonly record struct RefundSplit(long Amount, long Tax, long Commission)
{
    /// <summary>Negative by a cent at times, when roundings before took one too early.</summary>
    public long SellerGives => Amount - Tax - Commission;

    /// <param name="refunded">Before this.</param>
    public static RefundSplit Of(long gross, long tax, long commission, long refunded, long amount)
    {
        long Share(long total) => Money.Portion(total, refunded + amount, gross) - Money.Portion(total, refunded, gross);
        return new RefundSplit(amount, Share(tax), Share(commission));
    }
}
