using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Work as its buyer and its seller see it.</summary>
/// <param name="Id">That of the order's line.</param>
/// <param name="Role">buyer or seller: what the caller is of it.</param>
/// <param name="Answers">One a question; null until they are given.</param>
/// <param name="DueAt">By when the seller should deliver.</param>
/// <param name="GivenBackAfter">When the money goes back by itself if nobody does anything; null where nothing of the kind happens.</param>
/// <param name="AcceptedAfter">When it counts as accepted if the buyer says nothing; null while nothing is delivered.</param>
internal sealed record ServiceReply(
    Guid Id, Guid OrderId, string Role, ServiceState State, string Title, string Slug, string? CoverUrl, string Package, string ShopName, Money Price,
    IReadOnlyList<string> Questions, IReadOnlyList<string>? Answers, int Days, int RevisionsLeft, DateTimeOffset CreatedAt, DateTimeOffset? DueAt, DateTimeOffset? AcceptedAfter, DateTimeOffset? GivenBackAfter,
    IReadOnlyList<FileReply> Files, IReadOnlyList<ServiceEventReply> Timeline)
{
    public static ServiceReply Of(ServiceOrder work, OrderItem item, string currency, string role) => new(
        work.ItemId, work.OrderId, role, work.State, item.Title, item.Slug, item.CoverUrl, item.Licence, item.ShopName, Money.Of(item.Gross, currency),
        work.Questions, work.Answers, work.Days, work.RevisionsLeft, work.CreatedAt, work.DueAt, work.State == ServiceState.Delivered ? work.DeliveredAt + ServiceOrder.Silence : null, work.EndsAt,
        item.Files.OrderBy(f => f.Id).Where(_ => role == "seller" || work.DeliveredAt is not null).Select(f => new FileReply(f.Id, f.Name, f.Size, f.ContentType)).ToList(),
        work.Events.OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => new ServiceEventReply(e.At, e.What, e.By is null ? null : e.By == work.Buyer ? "buyer" : "seller", e.Note)).ToList());
}

/// <param name="By">buyer or seller; null: the market itself.</param>
internal sealed record ServiceEventReply(DateTimeOffset At, ServiceHappening What, string? By, string Note);

/// <param name="Role">What the caller is of it.</param>
internal sealed record ServiceLine(Guid Id, string Role, ServiceState State, string Title, string Package, DateTimeOffset CreatedAt, DateTimeOffset? DueAt);

internal static class ReadService
{
    /// <exception cref="Refused">404 for others' as for what is not there.</exception>
    public static async Task<ServiceReply> Handle(Guid id, Caller caller, OrdersDb db, SellerDesk desk, CancellationToken stop)
    {
        var viewer = caller.Account;
        var found = await db.Services.AsNoTracking().Include(s => s.Events).SingleOrDefaultAsync(s => s.ItemId == id, stop) ?? throw Refused.NotFound();
        var item = await db.Items.AsNoTracking().Include(i => i.Files).SingleAsync(i => i.Id == id, stop);
        var role = found.Buyer == viewer ? "buyer" : await desk.May(caller, item, ShopPermission.ReadOrders, stop) ? "seller" : throw Refused.NotFound();
        var currency = await db.Orders.Where(o => o.Id == found.OrderId).Select(o => o.Currency).SingleAsync(stop);
        return ServiceReply.Of(found, item, currency, role);
    }

    /// <summary>The caller's, or those of the shops in which they work; newest first.</summary>
    /// <param name="role">buyer or seller.</param>
    /// <param name="open">Only what is not ended.</param>
    /// <exception cref="Refused">422 <c>unknown_role</c>, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<ServiceLine>> List(string? role, bool? open, string? cursor, int? limit, Caller caller, OrdersDb db, SellerDesk desk, Cursors cursors, CancellationToken stop)
    {
        role = string.IsNullOrWhiteSpace(role) ? "buyer" : role;
        if (role is not ("buyer" or "seller")) throw Refused.Invalid(new FieldError("/role", "unknown_role", "buyer or seller."));
        var viewer = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "services", viewer, role, open };
        var services = db.Services.AsNoTracking();
        if (role == "buyer") services = services.Where(s => s.Buyer == viewer);
        else
        {
            var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
            services = services.Where(s => sellers.Contains(s.Seller) && db.Items.Any(i => i.Id == s.ItemId && shops.Contains(i.Shop)));
        }

        if (open == true) services = services.Where(s => s.EndedAt == null);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) services = services.Where(s => s.ItemId < last);
        var rows = await services.OrderByDescending(s => s.ItemId).Take(take + 1)
            .Join(db.Items, s => s.ItemId, i => i.Id, (s, i) => new { s.ItemId, s.State, i.Title, i.Licence, s.CreatedAt, s.DueAt }).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.ItemId]).Map(r => new ServiceLine(r.ItemId, role, r.State, r.Title, r.Licence, r.CreatedAt, r.DueAt));
    }
}
