using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>What has begun is not sold any more: it is paused, so that its seller may give it another hour.</summary>
internal sealed class EndSales(CatalogDb db, Writes writes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Products.AsNoTracking().Where(p => (p.State == ProductState.Active || p.State == ProductState.Pending) && p.EndsAt <= now)
            .OrderBy(p => p.EndsAt).Select(p => p.Id).Take(500).ToListAsync(stop);
        foreach (var id in due)
        {
            await writes.Run(async () =>
            {
                db.ChangeTracker.Clear();
                (await db.Locked(id))?.End(now);
            });
        }
    }
}
