using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What was asked about a line ends with it: when all of it was given back, or when a bank takes the matter. Joins the transaction, under the order's lock.</summary>
internal sealed class EndAsks(OrdersDb db, IWallet wallet, UnitOfWork work)
{
    /// <param name="by">The refund that took the rest.</param>
    public async Task OfRefunded(Order order, OrderItem item, Refund by, DateTimeOffset now)
    {
        foreach (var request in await Requests(item.Id)) Reject(order, item, request, Because.GivenBack, now);
        // By the claim's own decision it is decided already.
        foreach (var claim in await Claims(item.Id))
        {
            claim.Resolve(by.Id, Because.GivenBack, by.DecidedBy, now);
            await Ended(order, item, claim, Money.Of(by.Amount, order.Currency), now);
        }
    }

    public async Task OfDisputed(Order order, OrderItem item, DateTimeOffset now)
    {
        foreach (var request in await Requests(item.Id)) Reject(order, item, request, Because.BankDecides, now);
        foreach (var claim in await Claims(item.Id))
        {
            claim.Reject(Because.BankDecides, null, now);
            await Ended(order, item, claim, Money.Of(0, order.Currency), now);
        }
    }

    /// <summary>The claim was just decided: its line's money goes by its rule again.</summary>
    /// <param name="refunded">What the buyer got by it.</param>
    public async Task Ended(Order order, OrderItem item, Claim claim, Money refunded, DateTimeOffset now)
    {
        await wallet.ThawHold(item.Id);
        order.Note(item, claim.State == ClaimState.Resolved ? OrderHappening.ClaimResolved : OrderHappening.ClaimRejected, claim.DecidedBy, now);
        work.Publish(new ClaimDecided(claim.Id, order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, claim.State == ClaimState.Resolved, refunded));
    }

    private void Reject(Order order, OrderItem item, Refund request, string why, DateTimeOffset now)
    {
        request.Reject(why, null, now);
        order.Note(item, OrderHappening.RefundRejected, null, now);
        work.Publish(new RefundRejected(request.Id, order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, Money.Of(request.Amount, order.Currency)));
    }

    // The tracked ones count: what is decided in this transaction is open in the database still.
    private async Task<List<Refund>> Requests(Guid item) =>
        (await db.Refunds.Where(r => r.ItemId == item && r.State == RefundState.Requested).ToListAsync()).FindAll(r => r.State == RefundState.Requested);

    private async Task<List<Claim>> Claims(Guid item) =>
        (await db.Claims.Where(c => c.ItemId == item && c.State == ClaimState.Open).ToListAsync()).FindAll(c => c.State == ClaimState.Open);
}
