using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// No work waits for ever for one side. Who is waited for is reminded; questions that were never answered, and work that is late for good,
/// end with the money back.
/// </summary>
internal sealed class WatchWork(OrdersDb db, UnitOfWork work, CancelLate cancel, BackByTime back, Writes writes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var waiting = db.Services.AsNoTracking().Where(s => s.EndedAt == null);
        var remind = await waiting.Where(s =>
                (s.State == ServiceState.Pending && ((s.Reminders == 0 && s.CreatedAt <= now - ServiceOrder.FirstReminder) || (s.Reminders == 1 && s.CreatedAt <= now - ServiceOrder.SecondReminder)))
                || ((s.State == ServiceState.InProgress || s.State == ServiceState.RevisionRequested) && s.Reminders == 0 && s.DueAt <= now)
                || (s.State == ServiceState.Delivered && s.Reminders == 0 && s.DeliveredAt <= now - ServiceOrder.LookReminder))
            .Select(s => s.ItemId).Take(500).ToListAsync(stop);
        foreach (var id in remind) await writes.Run(() => Remind(id, now));

        var over = await waiting.Where(s =>
                ((s.State == ServiceState.Pending && s.CreatedAt <= now - ServiceOrder.NeverBegun)
                || ((s.State == ServiceState.InProgress || s.State == ServiceState.RevisionRequested) && s.DueAt <= now - ServiceOrder.LateForGood))
                && !db.LineDisputes.Any(d => d.OrderId == s.OrderId && d.Outcome == null) && !db.Claims.Any(c => c.ItemId == s.ItemId && c.State == ClaimState.Open) && db.Items.Any(i => i.Id == s.ItemId && i.Gross > i.Refunded))
            .Select(s => s.ItemId).Take(200).ToListAsync(stop);
        await back.Each(over, "Work", id => GiveUp(id, now), stop);
    }

    private async Task Remind(Guid id, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        if (await db.OfLine(id) is not { } order || await db.Services.SingleAsync(s => s.ItemId == id) is not { } service || !service.Remind(now)) return;
        var item = order.Items.Single(i => i.Id == id);
        if (service.State is ServiceState.InProgress or ServiceState.RevisionRequested)
            work.Publish(new LineLate(order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, Work: true, service.DueAt!.Value));
        else
            work.Publish(new WorkAwaitsBuyer(order.Id, item.Id, item.Product, item.Buyer, item.Seller, service.State == ServiceState.Delivered, service.EndsAt ?? service.DeliveredAt!.Value + ServiceOrder.Silence, service.Reminders));
    }

    private async Task<IReadOnlyList<Guid>> GiveUp(Guid id, DateTimeOffset now)
    {
        if (await db.OfLine(id) is not { } order || await db.Services.AsNoTracking().SingleAsync(s => s.ItemId == id) is not { EndsAt: { } end } service || end > now) return [];
        return await cancel.Cancel(order, order.Items.Single(i => i.Id == id), service.State == ServiceState.Pending ? Because.NotBegun : Because.NotDone, null);
    }
}
