using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>
/// From cart to a paid order in steps that each survive a crash: (1) place the order in one transaction, once a key; (2) ask the
/// provider outside any; (3) settle in another. The same key again goes on where it stopped: one order, one charge.
/// </summary>
internal sealed class Checkout(
    Writes writes, OrderPayment payment, ReadOrder read, ICatalog catalog, IUsers users, Quotes quotes, CouponUses coupons, ReadBilling billing, Fulfilments fulfilments,
    OrdersDb db, UnitOfWork work, TimeProvider clock)
{
    public async Task<Once<OrderReply>> Handle(IdempotencyKey? key, PlaceOrder.Request request, Caller caller, CancellationToken stop)
    {
        Order? fresh = null;
        var placed = await writes.Once(key, async () =>
        {
            fresh = await Place(request, caller, stop);
            return new Placed(fresh.Id);
        });
        return new Once<OrderReply>(await Finish(placed.Value.Order, fresh, caller, stop), placed.Replayed);
    }

    /// <summary>
    /// The first step of a guest's checkout: their account, their cart as the account's, and the order stand or fall together. The caller
    /// then signs them in and goes on with <see cref="Finish(GuestOrder, CancellationToken)"/>.
    /// </summary>
    /// <param name="cart">Hash of the cart's cookie.</param>
    /// <exception cref="Refused">409 <c>email_taken</c>, and whatever a checkout refuses: then there is no account either.</exception>
    public async Task<GuestOrder> Place(IdempotencyKey? key, PlaceOrder.Request request, NewAccount guest, byte[]? cart, CancellationToken stop)
    {
        return (await writes.Once(key, async () =>
        {
            var account = await users.OpenAccount(guest);
            await work.Command("UPDATE orders.carts SET owner = $1, token_hash = NULL, changed_at = $3 WHERE token_hash = $2::bytea", account, cart, clock.GetUtcNow()).Execute();
            var order = await Place(request, Buyer(account), stop);
            return new GuestOrder(account, order.Id);
        })).Value;
    }

    public Task<OrderReply> Finish(GuestOrder placed, CancellationToken stop) => Finish(placed.Order, null, Buyer(placed.Account), stop);

    /// <summary>Another try for an unpaid order.</summary>
    public async Task<Once<OrderReply>> Handle(IdempotencyKey? key, Guid order, PayOrder.Request request, Caller caller, CancellationToken stop)
    {
        Order? fresh = null;
        var placed = await writes.Once(key, async () =>
        {
            fresh = await PayOrder.Handle(order, request, caller, payment, db, work, clock, stop);
            return new Placed(order);
        });
        return new Once<OrderReply>(await Finish(order, fresh, caller, stop), placed.Replayed);
    }

    // What the wallet paid is known to the last detail: no need to read it again.
    private async Task<OrderReply> Finish(Guid order, Order? fresh, Caller caller, CancellationToken stop)
    {
        if (fresh is { AwaitsMoney: false }) return OrderReply.Of(fresh, null);
        await payment.Finish(order, stop);
        return await read.Handle(order, caller, stop);
    }

    private Task<Order> Place(PlaceOrder.Request request, Caller caller, CancellationToken stop) =>
        PlaceOrder.Handle(request, caller, catalog, users, quotes, coupons, billing, payment, fulfilments, db, work, clock, stop);

    private static Caller Buyer(Guid account) => Caller.For(account, capabilities: [Capabilities.CanBuy]);

    private sealed record Placed(Guid Order);
}

/// <summary>What a guest's checkout made.</summary>
internal sealed record GuestOrder(Guid Account, Guid Order);
