using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>One order, for its buyer.</summary>
internal sealed class ReadOrder(OrdersDb db, IWallet wallet, ReadRefunds refunds)
{
    /// <exception cref="Refused">404 for another's as for one that is not there.</exception>
    public async Task<OrderReply> Handle(Guid id, Caller caller, CancellationToken stop)
    {
        var order = await Find(id, stop);
        if (order is null || order.Buyer != caller.Account) throw Refused.NotFound();
        return OrderReply.Of(order, await wallet.PaymentFor(id, stop), order.AwaitsMoney ? [] : await refunds.Handle(id, null, stop));
    }

    /// <summary>For support; the amounts are for finance alone, the page leaves them out.</summary>
    public async Task<(Order Order, Payment? Payment)> ForStaff(Guid id, Caller caller, CancellationToken stop)
    {
        caller.MustHave(Rights.Support);
        var order = await Find(id, stop) ?? throw Refused.NotFound();
        return (order, await wallet.PaymentFor(id, stop));
    }

    private Task<Order?> Find(Guid id, CancellationToken stop) =>
        db.Orders.AsNoTracking().AsSplitQuery().Include(o => o.Items).ThenInclude(i => i.Files).Include(o => o.Items).ThenInclude(i => i.Shipment).Include(o => o.Events).SingleOrDefaultAsync(o => o.Id == id, stop);
}
