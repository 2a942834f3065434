using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>How much of an order's money its buyer has had back. It follows from the lines; the order's state stays what it was: paid, or completed.</summary>
internal enum RefundExtent
{
    None,
    Partial,
    Full,
}

internal static class RefundExtents
{
    public static RefundExtent Of(Money refunded, Money total) => refunded.Minor == 0 ? RefundExtent.None : refunded == total ? RefundExtent.Full : RefundExtent.Partial;
}
