using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Who does not fetch their files within a week has them all the same, and an hour that is over was had: no line waits for ever, but one about which a claim is open.</summary>
internal sealed class CompleteReceived(OrdersDb db, UnitOfWork work, Writes writes, IWallet wallet, Fulfilments fulfilments) : IJob
{
    public static readonly TimeSpan After = TimeSpan.FromDays(7);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Items.AsNoTracking().Where(i => i.State == ItemState.Available && i.CompletesAt <= now && !db.Claims.Any(c => c.ItemId == i.Id && c.State == ClaimState.Open))
            .Select(i => i.OrderId).Distinct().Take(500).ToListAsync(stop);
        foreach (var id in due) await writes.Run(() => Complete(id, now));
    }

    private async Task Complete(Guid id, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.Locked(id) is not { } order) return;
        var claimed = await db.Claims.Where(c => c.OrderId == id && c.State == ClaimState.Open).Select(c => c.ItemId).ToListAsync();
        foreach (var item in order.Items.Where(i => i.State == ItemState.Available && i.CompletesAt <= now && !claimed.Contains(i.Id)))
        {
            order.Complete(item, now, null);
            await wallet.HoldEvent(item.Id, fulfilments.Of(item.Kind).Received(item.Kind), now);
            work.Publish(new LineCompleted(order.Id, item.Id, item.Product, item.Buyer, item.Seller));
        }
    }
}
