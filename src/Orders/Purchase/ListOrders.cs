using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Lines">What was bought, in a few words each.</param>
internal sealed record OrderLine(Guid Id, long Number, OrderState State, Money Total, Money Refunded, DateTimeOffset PlacedAt, IReadOnlyList<OrderLineItem> Lines)
{
    /// <summary>How much of the total went back: the state does not tell.</summary>
    public RefundExtent RefundState => RefundExtents.Of(Refunded, Total);
}

internal sealed record OrderLineItem(string Title, string Licence, string Kind, string? CoverUrl);

/// <summary>Orders, newest first.</summary>
internal sealed class ListOrders(OrdersDb db, Cursors cursors)
{
    public Task<Page<OrderLine>> Handle(OrderState? state, string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var account = caller.Account;
        return List(db.Orders.Where(o => o.Buyer == account), new { list = "orders", account, state }, state, cursor, limit, stop);
    }

    /// <summary>As it is written in replies: <c>pending</c>, <c>paid</c> …</summary>
    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static OrderState? StateOf(string? text) => text is null
        ? null
        : Enum.GetValues<OrderState>().Cast<OrderState?>().FirstOrDefault(s => Naming.Snake(s!.Value.ToString()) == text)
            ?? throw new Refused("state_unknown", 422, "An order has no such state.");

    /// <param name="number">Only this one, when given.</param>
    public Task<Page<OrderLine>> ForStaff(OrderState? state, long? number, Guid? buyer, string? cursor, Caller caller, CancellationToken stop)
    {
        caller.MustHave(Rights.Support);
        var orders = db.Orders.Where(o => (number == null || o.Number == number) && (buyer == null || o.Buyer == buyer));
        return List(orders, new { list = "admin orders", state, number, buyer }, state, cursor, 50, stop);
    }

    private async Task<Page<OrderLine>> List(IQueryable<Order> orders, object filters, OrderState? state, string? cursor, int? limit, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var after = cursors.Read(cursor, filters)?[0].GetInt64();
        if (state is not null) orders = orders.Where(o => o.State == state);
        if (after is not null) orders = orders.Where(o => o.Number < after);
        var rows = await orders.AsNoTracking().OrderByDescending(o => o.Number).Take(take + 1)
            .Select(o => new
            {
                o.Id, o.Number, o.State, o.Total, o.Currency, o.PlacedAt, Refunded = o.Items.Sum(i => i.Refunded),
                Lines = o.Items.OrderBy(i => i.Line).Select(i => new OrderLineItem(i.Title, i.Licence, i.Kind, i.CoverUrl)).ToList(),
            }).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.Number]).Map(r => new OrderLine(r.Id, r.Number, r.State, Money.Of(r.Total, r.Currency), Money.Of(r.Refunded, r.Currency), r.PlacedAt, r.Lines));
    }
}
