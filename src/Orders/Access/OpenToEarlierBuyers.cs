using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A rule that was made for earlier buyers, too, reaches them by and by: some lines a transaction, on any host, from where the last one ended.</summary>
internal sealed class OpenToEarlierBuyers(OrdersDb db, UnitOfWork work, Writes writes, ICatalog catalog, TimeProvider clock) : IJob
{
    private const int AtOnce = 200, MostTurns = 500;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        for (var turn = 0; turn < MostTurns && !stop.IsCancellationRequested && await writes.Run(() => Next(now)); turn++)
        {
        }
    }

    /// <returns>False when there is nothing more to do.</returns>
    private async Task<bool> Next(DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        var rule = (await db.AccessRules.FromSql(
            $"SELECT * FROM orders.access_rules WHERE earlier AND earlier_done_at IS NULL AND ended_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED").ToListAsync()).SingleOrDefault();
        if (rule is null) return false;

        var seen = rule.SeenLine ?? Guid.Empty;
        var lines = await db.Items.AsNoTracking().Where(i => i.Product == rule.Product && i.Id > seen && i.State != ItemState.Pending).OrderBy(i => i.Id).Take(AtOnce).Select(i => new { i.Id, i.OrderId }).ToListAsync();
        if (lines.Count < AtOnce) rule.SawAll(now);
        if (lines.Count == 0) return true;
        rule.Saw(lines[^1].Id);
        await Open(rule, lines.Select(l => l.Id).ToArray(), lines.Select(l => l.OrderId).Distinct().ToArray(), now);
        return true;
    }

    private async Task Open(AccessRule rule, Guid[] lines, Guid[] orders, DateTimeOffset now)
    {
        // The orders first, as a refund takes them: what one gives back just now is seen by the statement after.
        await work.Command("SELECT FROM orders.orders WHERE id = ANY ($1) ORDER BY id FOR UPDATE", orders).Execute();
        // Then the subscriptions that they pay: of one that is over, or of a period that is, nothing is opened.
        await work.Command("SELECT FROM orders.subscriptions WHERE id IN (SELECT subscription_id FROM orders.subscription_charges WHERE item_id = ANY ($1)) ORDER BY id FOR UPDATE", lines).Execute();
        var opened = await work.Command(
            """
            INSERT INTO orders.access_grants (item_id, target_kind, target, account, product)
            SELECT id, $2, $3, buyer, product FROM orders.order_items i WHERE id = ANY ($1) AND state NOT IN ('pending', 'refunded')
              AND NOT EXISTS (SELECT FROM orders.access_grants g WHERE g.item_id = i.id AND g.revoked_at IS NOT NULL) ORDER BY id
            ON CONFLICT DO NOTHING RETURNING item_id
            """, lines, rule.TargetKind.ToText(), rule.Target).List(r => r.GetGuid(0));
        if (rule.TargetKind == AccessKind.Download) await Deliver(opened, (await catalog.Files([Guid.Parse(rule.Target)]))[Guid.Parse(rule.Target)].ToList());
        await OpenAccess.Handle(opened, work, now);
    }

    private async Task Deliver(IReadOnlyList<Guid> lines, IReadOnlyList<ProductFile> files)
    {
        var there = (await db.Files.AsNoTracking().Where(f => lines.Contains(f.ItemId)).Select(f => new { f.ItemId, f.File }).ToListAsync()).Select(f => (f.ItemId, f.File)).ToHashSet();
        db.Files.AddRange(lines.SelectMany(line => files.Where(f => !there.Contains((line, f.File))).Select(f => new OrderFile(line, f, clock))));
        await work.Flush();
    }
}
