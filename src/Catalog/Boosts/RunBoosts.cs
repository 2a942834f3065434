using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Starts boosts whose time has come and whose product is on sale, ends those that are over, and stops those that show what nobody can buy: sold out, off
/// sale, or of a shop that goes on vacation.
/// Each in a transaction of its own, under its lock: on several hosts, or after a crash, each happens once.
/// </summary>
internal sealed class RunBoosts(NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Writes writes, IWallet wallet, TimeProvider clock) : IJob
{
    // A product's shop, or that of a profile. $1: now.
    private static readonly string Found =
        $"""
        SELECT b.id, CASE WHEN b.subject_kind = 'profile' THEN NOT coalesce(s.withheld, false) ELSE catalog.is_on_sale(p) AND {ShopVacation.Sql("$1")} IS NOT TRUE END,
               coalesce(p.state = 'archived', false), coalesce(catalog.is_on_sale(p), false)
        FROM catalog.boosts b LEFT JOIN catalog.products p ON b.subject_kind = 'product' AND p.id = b.subject_id
        LEFT JOIN catalog.shops s ON CASE b.subject_kind WHEN 'profile' THEN s.owner_id = b.subject_id ELSE s.id = p.shop_id END
        """;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            $"""
            SELECT id FROM ({Found} WHERE b.state = 'scheduled' AND b.starts_at <= $1) started (id, shown, gone, on_sale)
            UNION ALL
            SELECT id FROM ({Found} WHERE b.state = 'active') running (id, shown, gone, on_sale) WHERE NOT shown
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
        var (shown, gone, onSale) = (await work.Command($"{Found} WHERE b.id = $2", now, id).List(r => (r.GetBoolean(1), r.GetBoolean(2), r.GetBoolean(3)))).Single();
        if (boost.State == BoostState.Active)
        {
            if (boost.EndsAt <= now)
            {
                boost.Expire(now);
                work.Publish(BoostEnded.Of(boost));
            }
            else if (!shown) await EndBoost.Handle(boost, BoostState.Stopped, boost.SubjectKind == BoostSubject.Profile ? "suspended" : onSale ? "on_vacation" : "off_sale", null, work, wallet, now);
        }
        else if (shown && boost.StartsAt <= now) await Start(boost, now);
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
