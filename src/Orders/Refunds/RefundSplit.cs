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

    /// <param name="gone">All that went back before this and has not come again. Its shares may be cents off their proportion, when of several disputes one was won; with the last of the line they come right.</param>
    public static RefundSplit Of(long gross, long tax, long commission, RefundSplit gone, long amount)
    {
        long Share(long total, long before) => Math.Max(0, Money.Portion(total, gone.Amount + amount, gross) - before);
        return new RefundSplit(amount, Share(tax, gone.Tax), Share(commission, gone.Commission));
    }

    public static RefundSplit operator +(RefundSplit one, RefundSplit other) => new(one.Amount + other.Amount, one.Tax + other.Tax, one.Commission + other.Commission);
}
