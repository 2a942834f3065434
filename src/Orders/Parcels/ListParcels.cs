using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A line that its seller has to send, or has sent.</summary>
/// <param name="Address">Where to: for as long as it is not delivered.</param>
internal sealed record ParcelLine(
    Guid Id, long OrderNumber, DateTimeOffset PaidAt, Guid ProductId, string Title, string Slug, string? CoverUrl, string Kind, string Variant, int Units, ItemState State, PostalAddress? Address, ShipmentReply? Shipment, bool Disputed)
{
    /// <summary>By when it should leave; after that its buyer may cancel it.</summary>
    public DateTimeOffset? ShipBy { get; init; }
}

/// <summary>The parcels of the shops in which somebody works that have not arrived, the longest waiting first; 200 at most.</summary>
internal sealed class ListParcels(OrdersDb db, SellerDesk desk, Fulfilments fulfilments)
{
    public async Task<IReadOnlyList<ParcelLine>> Handle(Caller caller, CancellationToken stop)
    {
        var kinds = fulfilments.Sent;
        var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
        var rows = await db.Items.AsNoTracking().Include(i => i.Shipment)
            .Where(i => sellers.Contains(i.Seller) && shops.Contains(i.Shop) && kinds.Contains(i.Kind) && (i.State == ItemState.Paid || i.State == ItemState.Preparing || i.State == ItemState.Shipped))
            .OrderBy(i => i.Id).Take(200).Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { Item = i, o.Number, o.PaidAt, o.ShippingAddress }).ToListAsync(stop);
        return rows.OrderBy(r => r.Item.State == ItemState.Shipped).ThenBy(r => r.PaidAt).Select(r => new ParcelLine(
            r.Item.Id, r.Number, r.PaidAt!.Value, r.Item.Product, r.Item.Title, r.Item.Slug, r.Item.CoverUrl, r.Item.Kind, r.Item.Licence, r.Item.Units, r.Item.State, r.ShippingAddress, ShipmentReply.Of(r.Item.Shipment), r.Item.Disputed > 0) { ShipBy = r.Item.IsUnsent ? r.Item.ShipBy : null }).ToList();
    }

    /// <summary>How many wait to be sent.</summary>
    public async Task<int> Waiting(Caller caller, CancellationToken stop)
    {
        var kinds = fulfilments.Sent;
        var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
        return await db.Items.CountAsync(i => sellers.Contains(i.Seller) && shops.Contains(i.Shop) && kinds.Contains(i.Kind) && (i.State == ItemState.Paid || i.State == ItemState.Preparing), stop);
    }
}

/// <summary>What a seller has to send.</summary>
internal sealed record ParcelsReply(IReadOnlyList<ParcelLine> Data);
