using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A claim that its seller leaves unanswered for a week is decided for the buyer.</summary>
internal sealed class WatchClaims(OrdersDb db, DecideClaim decide, BackByTime back) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Claims.AsNoTracking().Where(c => c.State == ClaimState.Open && c.AnsweredAt == null && c.OpenedAt <= now - Claim.Silence)
            .OrderBy(c => c.OpenedAt).Select(c => new { c.Id, c.OrderId }).Take(200).ToDictionaryAsync(c => c.Id, c => c.OrderId, stop);
        await back.Each(due.Keys, "Claim", id => Decide(id, due[id], now), stop);
    }

    private async Task<IReadOnlyList<Guid>> Decide(Guid id, Guid of, DateTimeOffset now)
    {
        var order = await db.Locked(of);
        var claim = await db.Claims.SingleAsync(c => c.Id == id);
        return order is null || claim.AnswerDue is not { } until || until > now ? [] : await decide.Decide(order, claim, 100, Because.SellerSilent, null);
    }
}
