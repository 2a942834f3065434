using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What somebody has, and cannot buy again: paid, and not given back. What renews is a subscription, which knows by itself whether it runs.</summary>
internal static class Owned
{
    public const string State = "state IN ('paid', 'available', 'completed') AND NOT (kind = 'membership' AND option IN ('month', 'quarter', 'year'))";

    public static readonly Expression<Func<OrderItem, bool>> Is = item => (item.State == ItemState.Paid || item.State == ItemState.Available || item.State == ItemState.Completed)
        && !(item.Kind == "membership" && (item.Option == "month" || item.Option == "quarter" || item.Option == "year"));

    /// <summary>Memberships that somebody has for good.</summary>
    public static IQueryable<Guid> Memberships(OrdersDb db, Guid buyer) => db.Items.AsNoTracking().Where(Is).Where(i => i.Buyer == buyer && i.Kind == "membership").Select(i => i.Product);
}
