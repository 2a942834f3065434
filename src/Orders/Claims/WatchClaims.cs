using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.Orders;

/// <summary>A claim that its seller leaves unanswered for a week is decided for the buyer.</summary>
internal sealed class WatchClaims(OrdersDb db, DecideClaim decide, IWallet wallet, Writes writes, ILogger<WatchClaims> log) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Claims.AsNoTracking().Where(c => c.State == ClaimState.Open && c.AnsweredAt == null && c.OpenedAt <= now - Claim.Silence).OrderBy(c => c.OpenedAt).Take(200).ToListAsync(stop);
        foreach (var claim in due)
        {
            IReadOnlyList<Guid> given = [];
            try
            {
                await writes.Run(async () => given = await Decide(claim, now));
            }
            catch (Refused refused)
            {
                log.LogWarning(refused, "Claim {Claim} was not decided by time; it is tried again", claim.Id);
            }

            await wallet.FinishRefunds(given, stop);
        }
    }

    private async Task<IReadOnlyList<Guid>> Decide(Claim due, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        var order = await db.Locked(due.OrderId);
        var claim = await db.Claims.SingleAsync(c => c.Id == due.Id);
        return order is null || claim.AnswerDue is not { } until || until > now ? [] : await decide.Decide(order, claim, 100, Because.SellerSilent, null);
    }
}
