using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The buyer has the parcel. From here on the seller's money waits for its last days.</summary>
internal static class ConfirmReceipt
{
    /// <exception cref="Refused">404; 409 <c>not_shipped</c>.</exception>
    public static async Task<ShipmentReply> Handle(Guid id, Guid item, Caller caller, IWallet wallet, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var order = await db.OfLine(item) ?? throw Refused.NotFound();
        if (order.Id != id || order.Buyer != caller.Account) throw Refused.NotFound();
        var line = order.Items.Single(i => i.Id == item);
        var now = clock.GetUtcNow();
        if (line.State is not (ItemState.Delivered or ItemState.Completed))
        {
            order.Deliver(line, caller.Account, now);
            await wallet.HoldEvent(line.Id, SaleEvent.Delivered, now);
            work.Publish(new ParcelDelivered(order.Id, order.Number, line.Id, line.Product, line.Buyer, line.Seller, Said: true));
        }

        if (line.State == ItemState.Delivered) await Finish(order, line, wallet, work, now);
        return ShipmentReply.Of(line.Shipment)!;
    }

    internal static async Task Finish(Order order, OrderItem line, IWallet wallet, UnitOfWork work, DateTimeOffset now)
    {
        order.Complete(line, now, null);
        await wallet.HoldEvent(line.Id, SaleEvent.Completed, now);
        work.Publish(new LineCompleted(order.Id, line.Id, line.Product, line.Buyer, line.Seller));
    }
}

/// <summary>
/// No parcel waits for a word of its buyer for ever: two weeks after it was sent it counts as delivered, and a week after that as received,
/// unless its money is disputed or a claim is open.
/// </summary>
internal sealed class ArriveParcels(OrdersDb db, UnitOfWork work, Writes writes, IWallet wallet) : IJob
{
    public static readonly TimeSpan Delivered = TimeSpan.FromDays(14), Received = TimeSpan.FromDays(7);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Shipments.AsNoTracking().Where(s => s.State == ShipmentState.Shipped && s.ShippedAt <= now - Delivered).OrderBy(s => s.ShippedAt).Select(s => s.ItemId).Take(500).ToListAsync(stop);
        var had = await db.Shipments.AsNoTracking().Where(s => s.State == ShipmentState.Delivered && s.DeliveredAt <= now - Received)
            .Join(db.Items.Where(i => i.State == ItemState.Delivered && i.Disputed == 0 && !db.Claims.Any(c => c.ItemId == i.Id && c.State == ClaimState.Open)), s => s.ItemId, i => i.Id, (s, i) => i.Id).Take(500).ToListAsync(stop);
        foreach (var item in due) await writes.Run(() => Deliver(item, now));
        foreach (var item in had) await writes.Run(() => Complete(item, now));
    }

    private async Task Deliver(Guid item, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.OfLine(item) is not { } order || order.Items.Single(i => i.Id == item) is not { State: ItemState.Shipped } line) return;
        order.Deliver(line, null, now);
        await wallet.HoldEvent(item, SaleEvent.Delivered, now);
        work.Publish(new ParcelDelivered(order.Id, order.Number, line.Id, line.Product, line.Buyer, line.Seller, Said: false));
    }

    private async Task Complete(Guid item, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.OfLine(item) is not { } order || order.Items.Single(i => i.Id == item) is not { State: ItemState.Delivered, Disputed: 0 } line) return;
        await ConfirmReceipt.Finish(order, line, wallet, work, now);
    }
}
