using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Starts boosts whose time has come and whose product is on sale, ends those that are over, and stops those that show what nobody can buy.
/// Each in a transaction of its own, under its lock: on several hosts, or after a crash, each happens once.
/// </summary>
internal sealed class RunBoosts(NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Writes writes, IWallet wallet, TimeProvider clock) : IJob
{
    private const string Found =
        """
        SELECT b.id, CASE WHEN b.subject_kind = 'product' THEN catalog.is_on_sale(p) ELSE NOT coalesce(s.withheld, false) END, coalesce(p.state = 'archived', false)
        FROM catalog.boosts b LEFT JOIN catalog.products p ON b.subject_kind = 'product' AND p.id = b.subject_id LEFT JOIN catalog.shops s ON b.subject_kind = 'profile' AND s.owner_id = b.subject_id
        """;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            $"""
            SELECT id FROM ({Found} WHERE b.state = 'scheduled' AND b.starts_at <= $1) started (id, on_sale, gone)
            UNION ALL
            SELECT id FROM ({Found} WHERE b.state = 'active') running (id, on_sale, gone) WHERE NOT on_sale
            UNION ALL
            SELECT id FROM catalog.boosts WHERE state = 'active' AND ends_at <= $1
            """, now).List(r => r.GetGuid(0), stop);
        foreach (var id in due.Distinct().Order()) await writes.Run(() => Look(id, now));
    }

    private async Task Look(Guid id, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        var boost = await db.Boosts.FromSql($"SELECT * FROM catalog.boosts WHERE id = {id} FOR UPDATE SKIP LOCKED").FirstOrDefaultAsync();
        if (boost is not { IsOpen: true }) return;
        var (onSale, gone) = (await work.Command($"{Found} WHERE b.id = $1", id).List(r => (r.GetBoolean(1), r.GetBoolean(2)))).Single();
        if (boost.State == BoostState.Active)
        {
            if (boost.EndsAt <= now)
            {
                boost.Expire(now);
                work.Publish(BoostEnded.Of(boost));
            }
            else if (!onSale) await EndBoost.Handle(boost, BoostState.Stopped, boost.SubjectKind == BoostSubject.Profile ? "suspended" : "off_sale", null, work, wallet, now);
        }
        else if (onSale && boost.StartsAt <= now) await Start(boost, now);
        else if (gone || boost.StartsAt + Boost.Patience <= now) await EndBoost.Handle(boost, BoostState.Stopped, "never_on_sale", null, work, wallet, now);
    }

    // Its money is earned from now on: the old deferral gives all of it back, and a new one takes it at once.
    private async Task Start(Boost boost, DateTimeOffset now)
    {
        await wallet.StopDeferring(boost.DeferralId, boost.StartsAt);
        boost.Start(Ids.New(clock), now);
        await wallet.Defer(boost.Deferral);
        work.Publish(BoostStarted.Of(boost));
    }
}

/// <summary>Who is suspended or banned is not shown either, with or without a shop.</summary>
internal static class StopBoostsOf
{
    public static async Task Handle(Guid owner, CatalogDb db, UnitOfWork work, IWallet wallet, DateTimeOffset now)
    {
        foreach (var boost in await db.Boosts.FromSql($"SELECT * FROM catalog.boosts WHERE owner_id = {owner} AND state IN ('scheduled', 'active') ORDER BY id FOR UPDATE").ToListAsync())
            await EndBoost.Handle(boost, BoostState.Stopped, "suspended", null, work, wallet, now);
    }
}

internal sealed class StopBoostsOfSuspended(CatalogDb db, UnitOfWork work, IWallet wallet, TimeProvider clock) : IReaction<PersonSuspended>
{
    public Task Handle(PersonSuspended happened, CancellationToken stop) => StopBoostsOf.Handle(happened.Account, db, work, wallet, clock.GetUtcNow());
}

internal sealed class StopBoostsOfBanned(CatalogDb db, UnitOfWork work, IWallet wallet, TimeProvider clock) : IReaction<PersonBanned>
{
    public Task Handle(PersonBanned happened, CancellationToken stop) => StopBoostsOf.Handle(happened.Account, db, work, wallet, clock.GetUtcNow());
}
