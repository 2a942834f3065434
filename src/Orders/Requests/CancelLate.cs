using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What is late may be given up by its buyer, who asks nobody: a parcel that should have left, work that should have been delivered. All of it goes back.</summary>
internal sealed class CancelLate(OrdersDb db, GiveBack giveBack, TimeProvider clock)
{
    /// <exception cref="Refused">404; 409 <c>not_late</c>, <c>dispute_open</c>, <c>nothing_to_refund</c>.</exception>
    public async Task<IReadOnlyList<Guid>> Handle(Guid id, Guid item, Caller caller)
    {
        db.ChangeTracker.Clear();
        if (await db.Locked(id) is not { } order || order.Buyer != caller.Account || order.Items.Find(i => i.Id == item) is not { } line) throw Refused.NotFound();
        var why = await WhyLate(line) ?? throw new Refused("not_late", 409, "It is not late. Until it is, only the shop can cancel it: ask for your money back, and say why.");
        return await Cancel(order, line, why, caller.Account);
    }

    /// <summary>In one of <see cref="Because"/>; null: it is in time, or over.</summary>
    public async Task<string?> WhyLate(OrderItem line)
    {
        var now = clock.GetUtcNow();
        if (line.IsLate(now)) return Because.NotSent;
        return await db.Services.AsNoTracking().SingleOrDefaultAsync(s => s.ItemId == line.Id) is { } work && work.IsLate(now) ? Because.NotDone : null;
    }

    /// <param name="by">Null: time is up.</param>
    public async Task<IReadOnlyList<Guid>> Cancel(Order order, OrderItem line, string why, Guid? by)
    {
        await GiveBack.MustBeFree(order.Id, db);
        return [.. (await giveBack.Handle(order, Refund.Approved(line, order.Refundable(line, null), why, by, clock))).Select(r => r.Id)];
    }
}
