using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// Counts uses by conditional updates: of fifty who want the last one, one has it. A row is locked only where something is limited; a
/// buyer's own limit by a lock of theirs. Always before stock and money: see the order of locks.
/// </summary>
internal sealed class CouponUses(UnitOfWork work, TimeProvider clock)
{
    private const string Counting = "UPDATE orders.coupons SET uses = uses + 1 WHERE id = $1 AND uses < max_uses RETURNING uses";

    /// <summary>Counts a use and takes the code out of the buyer's cart, in one round trip of the checkout's transaction.</summary>
    /// <exception cref="Refused">409 <c>coupon_used_up</c>, <c>coupon_used_by_you</c>.</exception>
    public async Task Take(Coupon coupon, Guid buyer)
    {
        await using var batch = new NpgsqlBatch(work.Connection);
        if (coupon.MaxUsesEach is not null)
        {
            batch.BatchCommands.Add(Sql.Batched("SELECT pg_advisory_xact_lock(hashtextextended('orders.coupon ' || $1 || $2, 0))", coupon.Id, buyer));
            // A statement of its own: what was committed while we waited for the lock is counted.
            batch.BatchCommands.Add(Sql.Batched("SELECT count(*) FROM orders.coupon_uses WHERE coupon_id = $1 AND account = $2 AND given_back_at IS NULL", coupon.Id, buyer));
        }

        if (coupon.MaxUses is not null) batch.BatchCommands.Add(Sql.Batched(Counting, coupon.Id));
        batch.BatchCommands.Add(Sql.Batched("UPDATE orders.carts SET coupon_code = NULL WHERE owner = $1", buyer));
        await using var reader = await batch.ExecuteReaderAsync();
        if (coupon.MaxUsesEach is { } each)
        {
            await reader.NextResultAsync();
            await reader.ReadAsync();
            if (reader.GetInt64(0) >= each) throw CouponProblems.Refuse(CouponProblems.UsedByYou);
            await reader.NextResultAsync();
        }

        if (coupon.MaxUses is not null && !await reader.ReadAsync()) throw CouponProblems.Refuse(CouponProblems.UsedUp);
        while (await reader.NextResultAsync())
        {
            // The cart answers nothing, but its error would be told here.
        }
    }

    /// <summary>The order is not to be: its use is there for others. Once or again.</summary>
    public Task GiveBack(Guid order) => work.Command(
        """
        WITH back AS (UPDATE orders.coupon_uses SET given_back_at = $2 WHERE order_id = $1 AND given_back_at IS NULL RETURNING coupon_id)
        UPDATE orders.coupons c SET uses = c.uses - 1 FROM back WHERE c.id = back.coupon_id AND c.max_uses IS NOT NULL
        """, order, clock.GetUtcNow()).Execute();

    /// <summary>Money came for an order that had given its use back: it needs it again.</summary>
    /// <returns>False: others have used it up.</returns>
    public async Task<bool> TakeAgain(Guid order)
    {
        var given = (await work.Command(
            "SELECT c.id, c.max_uses IS NOT NULL FROM orders.coupon_uses u JOIN orders.coupons c ON c.id = u.coupon_id WHERE u.order_id = $1 AND u.given_back_at IS NOT NULL", order)
            .List(r => (Coupon: r.GetGuid(0), Limited: r.GetBoolean(1)))).Select(g => ((Guid Coupon, bool Limited)?)g).SingleOrDefault();
        if (given is not { } use) return true;
        if (use.Limited && !await Count(use.Coupon)) return false;
        await work.Command("UPDATE orders.coupon_uses SET given_back_at = NULL WHERE order_id = $1", order).Execute();
        return true;
    }

    private async Task<bool> Count(Guid coupon) => (await work.Command(Counting, coupon).List(r => r.GetInt32(0))).Count == 1;
}
