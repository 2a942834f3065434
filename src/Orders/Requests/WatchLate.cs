using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// Parcels that did not leave in time: both sides are told once, and two weeks later the money goes back by itself: nobody waits for ever.
/// </summary>
internal sealed class WatchLate(OrdersDb db, UnitOfWork work, CancelLate cancel, BackByTime back, Writes writes) : IJob
{
    public static readonly TimeSpan ForGood = TimeSpan.FromDays(14);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var unsent = db.Items.AsNoTracking().Where(i => (i.State == ItemState.Paid || i.State == ItemState.Preparing) && i.ShipBy < now);
        foreach (var item in await unsent.Where(i => i.LateAt == null).Select(i => i.Id).Take(500).ToListAsync(stop)) await writes.Run(() => Tell(item, now));

        var over = await unsent.Where(i => i.ShipBy < now - ForGood && i.Gross > i.Refunded && !db.LineDisputes.Any(d => d.OrderId == i.OrderId && d.Outcome == null)).Select(i => i.Id).Take(200).ToListAsync(stop);
        await back.Each(over, "Parcel", item => GiveUp(item, now), stop);
    }

    private async Task Tell(Guid item, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.OfLine(item) is not { } order || order.Items.Single(i => i.Id == item) is not { LateAt: null } line || !line.IsLate(now)) return;
        line.TellLate(now);
        work.Publish(new LineLate(order.Id, order.Number, line.Id, line.Product, line.Buyer, line.Seller, Work: false, line.ShipBy!.Value));
    }

    private async Task<IReadOnlyList<Guid>> GiveUp(Guid item, DateTimeOffset now)
    {
        if (await db.OfLine(item) is not { } order || order.Items.Single(i => i.Id == item) is not { } line || !line.IsLate(now - ForGood)) return [];
        return await cancel.Cancel(order, line, Because.NotSent, null);
    }
}
