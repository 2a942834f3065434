using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>What a person bought and sold, for support that looks at the person: how much of it, and the last orders.</summary>
internal sealed record PersonOrders(int Bought, int Sold, IReadOnlyList<PersonOrders.Line> Last)
{
    public IReadOnlyList<AccessReply> Access { get; init; } = [];

    internal sealed record Line(Guid Id, long Number, OrderState State, RefundExtent RefundState, DateTimeOffset PlacedAt);

    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not Guid person || !Caller.From(http.User).Has(Rights.Support)) return null;
        var source = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var (bought, sold) = (await source.Command(
            "SELECT (SELECT count(*)::int FROM orders.orders WHERE buyer = $1 AND state IN ('paid', 'completed')), (SELECT count(*)::int FROM orders.order_items WHERE seller = $1 AND state <> 'pending')", person)
            .List(r => (r.GetInt32(0), r.GetInt32(1)), http.RequestAborted)).Single();
        var last = await source.Command(
            """
            SELECT o.id, o.number, o.state, o.placed_at, o.total, o.currency, (SELECT sum(i.refunded)::bigint FROM orders.order_items i WHERE i.order_id = o.id)
            FROM orders.orders o WHERE o.buyer = $1 ORDER BY o.number DESC LIMIT 5
            """, person).List(r => new Line(
                r.GetGuid(0), r.GetInt64(1), r.GetString(2).ReadChoice<OrderState>()!.Value, RefundExtents.Of(Money.Of(r.GetInt64(6), r.GetString(5)), Money.Of(r.GetInt64(4), r.GetString(5))), r.GetFieldValue<DateTimeOffset>(3)), http.RequestAborted);
        return new PersonOrders(bought, sold, last) { Access = (await http.RequestServices.GetRequiredService<ReadAccess>().Of(person, http.RequestAborted)).Data };
    }
}
