using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What a buyer asked back, as one of those sees it whom it concerns.</summary>
/// <param name="Role">buyer, seller or staff: what the caller is of it.</param>
/// <param name="Asked">Null for staff without the right finance, as are the other amounts.</param>
/// <param name="Left">What is left of the line to give back.</param>
/// <param name="AnswerDue">By when the shop should answer; after that staff decides. Null once it is decided.</param>
internal sealed record RefundRequestReply(
    Guid Id, Guid OrderId, long OrderNumber, Guid ItemId, string Title, string Slug, string? CoverUrl, string Kind, string Licence, string ShopName, ItemState LineState, string Role, RefundState State,
    Money? Price, Money? Asked, Money? Given, Money? Left, string Reason, string Decision, DateTimeOffset RequestedAt, DateTimeOffset? AnswerDue, bool Escalated, DateTimeOffset? DecidedAt);

internal sealed record RefundRequestLine(Guid Id, long OrderNumber, string Title, RefundState State, DateTimeOffset RequestedAt, DateTimeOffset? AnswerDue, bool Escalated);

internal sealed class ReadRequests(OrdersDb db, SellerDesk desk, Cursors cursors)
{
    /// <exception cref="Refused">404 for whom it does not concern as for what is not there.</exception>
    public async Task<RefundRequestReply> One(Guid id, Caller caller, CancellationToken stop)
    {
        var r = await db.Refunds.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id && f.Asked != null, stop) ?? throw Refused.NotFound();
        var item = await db.Items.AsNoTracking().SingleAsync(i => i.Id == r.ItemId, stop);
        var role = item.Buyer == caller.Account ? "buyer" : await desk.May(caller, item, ShopPermission.ReadOrders, stop) ? "seller" : caller.Has(Rights.Support) ? "staff" : throw Refused.NotFound();
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == r.OrderId).Select(o => new { o.Number, o.Currency }).SingleAsync(stop);
        var sees = role != "staff" || caller.Has(Rights.Finance);
        Money? Of(long? minor) => sees && minor is { } amount ? Money.Of(amount, order.Currency) : null;
        return new RefundRequestReply(
            r.Id, r.OrderId, order.Number, item.Id, item.Title, item.Slug, item.CoverUrl, item.Kind, item.Licence, item.ShopName, item.State, role, r.State,
            Of(item.Gross), Of(r.Asked), Of(r.State == RefundState.Processed ? r.Amount : null), Of(item.Left), r.Reason, r.Decision, r.RequestedAt, r.State == RefundState.Requested ? r.RequestedAt + Refund.Silence : null, r.EscalatedAt is not null, r.DecidedAt);
    }

    /// <summary>For the shops in which the caller works, or (role=staff) all; the open ones, oldest first.</summary>
    /// <param name="escalated">Only what the shop left unanswered.</param>
    /// <exception cref="Refused">422 <c>unknown_role</c>, 400 <c>cursor_invalid</c>; 403 for staff's without the right.</exception>
    public async Task<Page<RefundRequestLine>> List(string? role, bool? escalated, string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        role = string.IsNullOrWhiteSpace(role) ? "seller" : role;
        if (role is not ("seller" or "staff")) throw Refused.Invalid(new FieldError("/role", "unknown_role", "seller or staff."));
        if (role == "staff") caller.MustHave(Rights.Support);
        var take = Cursors.Limit(limit);
        var filters = new { list = "refund requests", caller.Account, role, escalated };
        var items = db.Items.AsNoTracking();
        if (role == "seller")
        {
            var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
            items = items.Where(i => sellers.Contains(i.Seller) && shops.Contains(i.Shop));
        }

        var open = db.Refunds.AsNoTracking().Where(r => r.State == RefundState.Requested);
        if (escalated == true) open = open.Where(r => r.EscalatedAt != null);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) open = open.Where(r => r.Id > last);
        var rows = await open.Join(items, r => r.ItemId, i => i.Id, (r, i) => new { r, i.Title }).OrderBy(r => r.r.Id).Take(take + 1)
            .Join(db.Orders, r => r.r.OrderId, o => o.Id, (r, o) => new { r.r.Id, o.Number, r.Title, r.r.State, r.r.RequestedAt, r.r.EscalatedAt }).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.Id]).Map(r => new RefundRequestLine(r.Id, r.Number, r.Title, r.State, r.RequestedAt, r.RequestedAt + Refund.Silence, r.EscalatedAt is not null));
    }
}
