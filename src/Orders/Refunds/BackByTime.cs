using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.Extensions.Logging;

namespace Marketplace.Orders;

/// <summary>What time decides, where money goes back: each step in a transaction of its own, then the provider is asked. What is refused meanwhile is tried again at the next turn.</summary>
internal sealed class BackByTime(OrdersDb db, IWallet wallet, Writes writes, ILogger<BackByTime> log)
{
    /// <param name="decide">Reads what it is about anew, under the order's lock; answers the refunds that it made.</param>
    public async Task Each(IEnumerable<Guid> due, string what, Func<Guid, Task<IReadOnlyList<Guid>>> decide, CancellationToken stop)
    {
        foreach (var id in due)
        {
            IReadOnlyList<Guid> refunds = [];
            try
            {
                await writes.Run(async () =>
                {
                    db.ChangeTracker.Clear();
                    refunds = await decide(id);
                });
            }
            catch (Refused refused)
            {
                log.LogWarning(refused, "{What} {Id} is over by time, and nothing was given back yet; it is tried again", what, id);
            }

            await wallet.FinishRefunds(refunds, stop);
        }
    }
}
