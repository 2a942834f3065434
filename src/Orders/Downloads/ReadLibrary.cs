using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Something that the caller has bought.</summary>
internal sealed record LibraryLine(Guid Id, Guid OrderId, long OrderNumber, DateTimeOffset BoughtAt, LineReply Item);

/// <summary>All that one has bought, newest first.</summary>
internal sealed class ReadLibrary(OrdersDb db, Cursors cursors)
{
    public async Task<Page<LibraryLine>> Handle(string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var buyer = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "library", buyer };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var items = db.Items.AsNoTracking().Where(i => i.Buyer == buyer && i.State != ItemState.Pending);
        if (after is { } last) items = items.Where(i => i.Id < last);
        var rows = await items.Include(i => i.Files).OrderByDescending(i => i.Id).Take(take + 1)
            .Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { Item = i, o.Number, o.Currency, o.PaidAt }).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.Item.Id])
            .Map(r => new LibraryLine(r.Item.Id, r.Item.OrderId, r.Number, r.PaidAt!.Value, LineReply.Of(r.Item, r.Currency)));
    }
}
