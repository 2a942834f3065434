using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>The seats of a webinar as units of its offer: what its facts say, less what was sold and did not come back.</summary>
internal static class WebinarSeats
{
    /// <exception cref="Refused">409 <c>seats_taken</c>: fewer than are sold or being paid for.</exception>
    public static async Task Keep(Product product, UnitOfWork work, TimeProvider clock)
    {
        if (!product.Details.TryGetProperty("seats", out var said)) return;
        await work.Command(
            """
            INSERT INTO catalog.stock (offer_id, product_id, on_hand, reserved)
            SELECT o.id, o.product_id, 0, 0 FROM catalog.offers o WHERE o.product_id = $1 AND o.withdrawn_at IS NULL ORDER BY o.id ON CONFLICT DO NOTHING
            """, product.Id).Execute();
        var rows = await work.Command("SELECT offer_id, on_hand, reserved FROM catalog.stock WHERE product_id = $1 ORDER BY offer_id FOR UPDATE", product.Id)
            .List(r => (Offer: r.GetGuid(0), OnHand: r.GetInt32(1), Reserved: r.GetInt32(2)));
        foreach (var (offer, there, reserved) in rows)
        {
            var gone = await work.Command("SELECT coalesce(-sum(delta), 0) FROM catalog.stock_movements WHERE offer_id = $1 AND reason IN ('sold', 'returned')", offer).Scalar<long>();
            var change = said.GetInt32() - (int)gone - there;
            if (change == 0) continue;
            if (there + change < reserved) throw new Refused("seats_taken", 409, "More seats than that are sold already, or somebody is paying for them.");
            await work.Command(
                """
                WITH counted AS (UPDATE catalog.stock SET on_hand = on_hand + $2 WHERE offer_id = $1)
                INSERT INTO catalog.stock_movements (offer_id, delta, reason, at) VALUES ($1, $2, CASE WHEN $2 > 0 THEN 'received' ELSE 'corrected' END, $3)
                """, offer, change, clock.GetUtcNow()).Execute();
        }

        await new Stock(work, clock).Recount([product.Id]);
    }
}
