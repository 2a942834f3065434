using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

internal enum TodoKind
{
    /// <summary>Pack and send.</summary>
    Send,
    Deliver,
    AnswerRequest,
    AnswerClaim,

    /// <summary>The other side's turn: nothing to do, but it is not over.</summary>
    Wait,
}

/// <summary>Something that waits for a shop.</summary>
/// <param name="Id">Of the line, the request or the claim.</param>
/// <param name="Url">Path where it is done.</param>
/// <param name="State">Of it, e.g. <c>in_progress</c>.</param>
/// <param name="DueAt">By when; null when nothing of the kind was promised.</param>
internal sealed record TodoLine(TodoKind What, Guid Id, long OrderNumber, string Title, string Package, string Url, string State, DateTimeOffset? DueAt, bool Late);

internal sealed record TodoReply(IReadOnlyList<TodoLine> Data);

/// <summary>What waits for the shops in which somebody works, what is late first; 100 of each kind at most.</summary>
internal sealed class ReadTodo(OrdersDb db, SellerDesk desk, Fulfilments fulfilments, TimeProvider clock)
{
    private const int Most = 100;

    public async Task<TodoReply> Handle(Caller caller, CancellationToken stop)
    {
        var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
        if (shops.Count == 0) return new TodoReply([]);
        var kinds = fulfilments.Sent;
        var items = db.Items.AsNoTracking().Where(i => sellers.Contains(i.Seller) && shops.Contains(i.Shop));
        var orders = db.Orders.AsNoTracking();
        var parcels = await items.Where(i => kinds.Contains(i.Kind) && (i.State == ItemState.Paid || i.State == ItemState.Preparing)).OrderBy(i => i.Id).Take(Most)
            .Join(orders, i => i.OrderId, o => o.Id, (i, o) => new { i.Id, o.Number, i.Title, i.Licence, i.State, i.ShipBy }).ToListAsync(stop);
        var work = await db.Services.AsNoTracking().Where(s => s.EndedAt == null).Join(items, s => s.ItemId, i => i.Id, (s, i) => new { s, i }).OrderBy(w => w.s.ItemId).Take(Most)
            .Join(orders, w => w.i.OrderId, o => o.Id, (w, o) => new { w.i.Id, o.Number, w.i.Title, w.i.Licence, w.s.State, w.s.DueAt }).ToListAsync(stop);
        var requests = await db.Refunds.AsNoTracking().Where(r => r.State == RefundState.Requested).Join(items, r => r.ItemId, i => i.Id, (r, i) => new { r, i }).OrderBy(r => r.r.RequestedAt).Take(Most)
            .Join(orders, r => r.i.OrderId, o => o.Id, (r, o) => new { r.r.Id, o.Number, r.i.Title, r.i.Licence, r.r.RequestedAt }).ToListAsync(stop);
        var claims = await db.Claims.AsNoTracking().Where(c => c.State == ClaimState.Open).Join(items, c => c.ItemId, i => i.Id, (c, i) => new { c, i }).OrderBy(c => c.c.OpenedAt).Take(Most)
            .Join(orders, c => c.i.OrderId, o => o.Id, (c, o) => new { c.c.Id, o.Number, c.i.Title, c.i.Licence, c.c.OpenedAt, c.c.AnsweredAt }).ToListAsync(stop);

        var now = clock.GetUtcNow();
        TodoLine Line(TodoKind what, Guid id, long number, string title, string package, string url, string state, DateTimeOffset? due) => new(what, id, number, title, package, url, state, due, due < now);
        return new TodoReply(parcels.Select(p => Line(TodoKind.Send, p.Id, p.Number, p.Title, p.Licence, $"/sell/parcels#{p.Id}", p.State == ItemState.Paid ? "new" : p.State.ToText(), p.ShipBy))
            .Concat(work.Select(w => w.State is ServiceState.InProgress or ServiceState.RevisionRequested
                ? Line(TodoKind.Deliver, w.Id, w.Number, w.Title, w.Licence, $"/services/{w.Id}", w.State.ToText(), w.DueAt)
                : Line(TodoKind.Wait, w.Id, w.Number, w.Title, w.Licence, $"/services/{w.Id}", w.State == ServiceState.Pending ? "awaiting_requirements" : w.State.ToText(), null)))
            .Concat(requests.Select(r => Line(TodoKind.AnswerRequest, r.Id, r.Number, r.Title, r.Licence, $"/refund-requests/{r.Id}", "requested", r.RequestedAt + Refund.Silence)))
            .Concat(claims.Select(c => Line(c.AnsweredAt is null ? TodoKind.AnswerClaim : TodoKind.Wait, c.Id, c.Number, c.Title, c.Licence, $"/claims/{c.Id}", c.AnsweredAt is null ? "open" : "under_review", c.AnsweredAt is null ? c.OpenedAt + Claim.Silence : null)))
            .OrderBy(t => t.What == TodoKind.Wait).ThenBy(t => t.DueAt ?? DateTimeOffset.MaxValue).ThenBy(t => t.Id).ToList());
    }
}
