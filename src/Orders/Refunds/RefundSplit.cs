using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// Who gives what of a refund, by the line's frozen split. Each share is what it comes to of all refunds so far, less what was
/// posted before; the seller's is the subtraction. So every sequence of partial refunds ends at exactly the whole: the seller has
/// given all but tax and commission and what a coupon had added, the processor's fee included, which nobody gives back.
/// </summary>
/// <param name="Amount">What the buyer gets.</param>
/// <param name="Tax">No longer owed to the state.</param>
/// <param name="Commission">Given up by the market.</param>
/// <param name="Coupon">What the market had added and has again.</param>
internal readonly record struct RefundSplit(long Amount, long Tax, long Commission, long Coupon)
{
    /// <summary>Negative by a cent at times, when roundings before took one too early.</summary>
    public long SellerGives => Amount + Coupon - Tax - Commission;

    /// <param name="whole">The line: its gross, and what of it is whose.</param>
    /// <param name="gone">All that went back before this and has not come again. Its shares may be cents off their proportion, when of several disputes one was won; with the last of the line they come right.</param>
    public static RefundSplit Of(RefundSplit whole, RefundSplit gone, long amount)
    {
        long Share(long total, long before) => Math.Max(0, Money.Portion(total, gone.Amount + amount, whole.Amount) - before);
        return new RefundSplit(amount, Share(whole.Tax, gone.Tax), Share(whole.Commission, gone.Commission), Share(whole.Coupon, gone.Coupon));
    }

    public static RefundSplit operator +(RefundSplit one, RefundSplit other) => new(one.Amount + other.Amount, one.Tax + other.Tax, one.Commission + other.Commission, one.Coupon + other.Coupon);
}
