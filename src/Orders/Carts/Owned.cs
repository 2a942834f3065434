using System.Linq.Expressions;

namespace Marketplace.Orders;

/// <summary>What somebody has, and cannot buy again: paid, and not given back.</summary>
internal static class Owned
{
    public const string State = "state IN ('paid', 'available', 'completed')";

    public static readonly Expression<Func<OrderItem, bool>> Is = item => item.State == ItemState.Paid || item.State == ItemState.Available || item.State == ItemState.Completed;
}
