using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders;

/// <summary>What the ledger and the audit log point at when they say an order.</summary>
internal sealed class OrderSubjects(OrdersDb db, IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "order";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await db.Orders.AsNoTracking().Where(o => ids.Contains(o.Id)).Select(o => new { o.Id, o.Number, o.Buyer }).ToListAsync(stop))
        .ToDictionary(o => o.Id, o => new Subject(Kind, o.Id, texts["Order {0}", o.Number], $"/admin/orders/{o.Id}", o.Buyer) { OwnerUrl = $"/orders/{o.Id}" });
}

/// <summary>A line: what a sale's posting points at.</summary>
internal sealed class OrderItemSubjects(OrdersDb db, IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "order_item";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await db.Items.AsNoTracking().Where(i => ids.Contains(i.Id))
            .Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { i.Id, i.OrderId, i.Title, i.Licence, i.Seller, o.Number }).ToListAsync(stop))
        .ToDictionary(i => i.Id, i => new Subject(Kind, i.Id, texts["{0} ({1}), order {2}", i.Title, i.Licence, i.Number], $"/admin/orders/{i.OrderId}#{i.Id}", i.Seller) { OwnerUrl = $"/sell/orders#{i.Id}" });
}
