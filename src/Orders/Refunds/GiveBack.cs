using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// Money of an order's lines goes back to its buyer, whoever decided it: staff, the seller, an approved request, a claim, or time. All of
/// the refunds or none, in the caller's transaction, under the order's lock; cards are asked after the commit (<see cref="IWallet.FinishRefunds"/>).
/// With its last cent a line's files, access and work end, and so does what was asked about it; with a shop's last parcel that was not sent goes what
/// was paid for sending it.
/// </summary>
internal sealed class GiveBack(OrdersDb db, ICatalog catalog, CouponUses coupons, IWallet wallet, EndAsks asks, UnitOfWork work, TimeProvider clock)
{
    /// <param name="refunds">Approved; of lines of this order.</param>
    /// <returns>These, and those that came with them.</returns>
    /// <exception cref="Refused">409 <c>dispute_open</c>, <c>nothing_to_refund</c>, <c>refund_too_high</c>.</exception>
    public async Task<IReadOnlyList<Refund>> Handle(Order order, params IReadOnlyList<Refund> refunds)
    {
        await MustBeFree(order.Id, db);
        if (order.Items.Exists(i => i.Kind == Sending.Kind)) await db.Shipments.Where(s => s.OrderId == order.Id).LoadAsync();
        var now = clock.GetUtcNow();
        var given = refunds.Select(refund => Give(order, refund, now)).ToList();
        given.AddRange(order.UnusedSendings.Select(sending => Give(order, Refund.Approved(sending, sending.Left, Because.NothingSent, refunds[^1].DecidedBy, clock), now)));

        // Rows of the business before balances: see the order of locks.
        foreach (var (item, refund, _) in given.Where(g => g.Item.State == ItemState.Refunded))
        {
            await CloseLine.Handle(item.Id, work, now);
            await asks.OfRefunded(order, item, refund, now);
        }

        if (order.IsUndone) await coupons.GiveBack(order.Id);
        foreach (var line in given.SelectMany(g => g.Unsent).OrderBy(l => l.Offer)) await catalog.ReturnStock(order.Id, line);
        await wallet.Refund(new OrderRefund(order.Id, order.Buyer, given.Select(g => g.Item.Refund(g.Refund, order.Currency)).ToList()));
        return given.ConvertAll(g => g.Refund);
    }

    private Given Give(Order order, Refund refund, DateTimeOffset now)
    {
        var item = order.Items.Single(i => i.Id == refund.ItemId);
        var sent = item.State is ItemState.Shipped or ItemState.Delivered or ItemState.Completed;
        order.GiveBack(item, refund, now);
        if (db.Entry(refund).State == EntityState.Detached) db.Refunds.Add(refund);
        work.Publish(order.ToldRefunded(item, refund));
        if (item.State != ItemState.Refunded) return new Given(item, refund, []);

        // What has left the house is its seller's business: they count it when it is back.
        StockUnits[] units = item.Counted && !sent ? [new StockUnits(item.Offer, item.Units)] : [];
        return new Given(item, refund, [.. units, .. item.Seats.Select(seat => new StockUnits(seat))]);
    }

    /// <exception cref="Refused">409 <c>dispute_open</c>.</exception>
    public static async Task MustBeFree(Guid order, OrdersDb db)
    {
        if (await db.LineDisputes.AnyAsync(d => d.OrderId == order && d.Outcome == null))
            throw new Refused("dispute_open", 409, "The payer's bank disputes this payment. Until that is decided nothing of it can be given back.");
    }

    /// <param name="Unsent">Units and seats that nobody gets any more.</param>
    private sealed record Given(OrderItem Item, Refund Refund, IReadOnlyList<StockUnits> Unsent);
}
