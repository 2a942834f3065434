using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Units of offers that run out. Rows are locked in the order of their offers' ids, products after them: whoever changes stock goes this
/// way, so that nobody waits in a circle. All of it joins the caller's transaction.
/// </summary>
internal sealed class Stock(UnitOfWork work, TimeProvider clock)
{
    /// <summary>Keeps units for an order, all of them or none; asked again, the order has them for longer. What is not counted needs no keeping.</summary>
    /// <returns>The offers of which there are not enough: then nothing was kept.</returns>
    public async Task<IReadOnlyList<Guid>> Reserve(Guid order, IReadOnlyList<StockUnits> lines, DateTimeOffset until)
    {
        var rows = await Lock(order, lines);
        if (Short(lines, rows) is { Count: > 0 } gone) return gone;
        var changed = rows.Select(r => (Row: r, Units: lines.First(l => l.Offer == r.Offer).Units)).ToList();
        await work.Command(
            """
            WITH kept AS (
              INSERT INTO catalog.reservations (order_id, offer_id, units, expires_at)
              SELECT $1, offer, units, $4 FROM unnest($2::uuid[], $3::int[]) w (offer, units)
              ON CONFLICT (order_id, offer_id) DO UPDATE SET units = excluded.units, expires_at = greatest(reservations.expires_at, excluded.expires_at))
            UPDATE catalog.stock s SET reserved = s.reserved + w.more FROM unnest($2::uuid[], $5::int[]) w (offer, more) WHERE s.offer_id = w.offer AND w.more <> 0
            """,
            order, changed.Select(c => c.Row.Offer).ToArray(), changed.Select(c => c.Units).ToArray(), until, changed.Select(c => c.Units - c.Row.Mine).ToArray()).Execute();
        await Recount(changed.Where(c => c.Row.Free > 0 && c.Row.Free + c.Row.Mine - c.Units == 0).Select(c => c.Row.Product));
        return [];
    }

    /// <summary>
    /// The order is paid: its units leave. Units that were given up because nobody paid in time are taken again where there are any. Whoever
    /// bought a product exclusively takes it off sale with this.
    /// </summary>
    /// <returns>The offers of which nothing is left for it: then nothing was changed, and the money must go back.</returns>
    public async Task<IReadOnlyList<Guid>> Settle(Guid order, IReadOnlyList<StockUnits> lines)
    {
        var rows = await Lock(order, lines);
        if (Short(lines, rows) is { Count: > 0 } gone) return gone;
        var sold = rows.Select(r => (Row: r, Units: lines.First(l => l.Offer == r.Offer).Units)).ToList();
        await work.Command(
            """
            WITH given_up AS (DELETE FROM catalog.reservations WHERE order_id = $1),
            moved AS (
              INSERT INTO catalog.stock_movements (offer_id, delta, reason, reference, at)
              SELECT offer, -units, 'sold', $1, $5 FROM unnest($2::uuid[], $3::int[]) w (offer, units))
            UPDATE catalog.stock s SET on_hand = s.on_hand - w.units, reserved = s.reserved - w.mine
            FROM unnest($2::uuid[], $3::int[], $4::int[]) w (offer, units, mine) WHERE s.offer_id = w.offer
            """,
            order, sold.Select(s => s.Row.Offer).ToArray(), sold.Select(s => s.Units).ToArray(), sold.Select(s => s.Row.Mine).ToArray(), clock.GetUtcNow()).Execute();
        await Recount(sold.Where(s => s.Row.Mine < s.Units && s.Row.Free + s.Row.Mine == s.Units).Select(s => s.Row.Product));
        await ExclusiveSale.Close([.. sold.Where(s => s.Row.Exclusive).Select(s => s.Row.Product)], work, clock.GetUtcNow());
        return [];
    }

    /// <summary>Nobody pays any more: the units are there for others.</summary>
    /// <param name="due">Only what was kept until then.</param>
    public async Task Release(Guid order, DateTimeOffset? due = null)
    {
        // Locked first, in the order of all.
        var rows = await work.Command(
            "SELECT s.offer_id, s.product_id, s.on_hand - s.reserved FROM catalog.stock s WHERE s.offer_id IN (SELECT offer_id FROM catalog.reservations WHERE order_id = $1) ORDER BY s.offer_id FOR UPDATE",
            order).List(r => (Offer: r.GetGuid(0), Product: r.GetGuid(1), Free: r.GetInt32(2)));
        if (rows.Count == 0) return;
        await work.Command(
            """
            WITH freed AS (DELETE FROM catalog.reservations WHERE order_id = $1 AND ($2::timestamptz IS NULL OR expires_at <= $2) RETURNING offer_id, units)
            UPDATE catalog.stock s SET reserved = s.reserved - f.units FROM freed f WHERE s.offer_id = f.offer_id
            """, order, due).Execute();
        await Recount(rows.Where(r => r.Free == 0).Select(r => r.Product));
    }

    /// <summary>Units that did not leave the house, or came back to it. A licence that was sold exclusively does not: others may have its files by then.</summary>
    public async Task Return(Guid order, StockUnits line)
    {
        var product = await work.Command(
            """
            UPDATE catalog.stock s SET on_hand = s.on_hand + $2 FROM catalog.offers o
            WHERE s.offer_id = $1 AND o.id = s.offer_id AND o.licence <> 'exclusive' RETURNING s.product_id
            """, line.Offer, line.Units).Scalar<Guid?>();
        if (product is null) return;
        await Move(line.Offer, line.Units, "returned", order, null);
        await Recount([product.Value]);
    }

    /// <summary>What the seller counted: more, or fewer. Opens the offer's stock where there was none.</summary>
    /// <exception cref="Refused">409 <c>stock_reserved</c>: more than there are, or people are paying for them; 422 <c>stock_too_high</c>.</exception>
    public async Task Count(Guid offer, Guid product, int change, Guid actor)
    {
        if (change > 0) await work.Command("INSERT INTO catalog.stock (offer_id, product_id, on_hand, reserved) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", offer, product).Execute();
        if (change == 0)
        {
            await work.Command("INSERT INTO catalog.stock (offer_id, product_id, on_hand, reserved) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", offer, product).Execute();
            return;
        }

        var counted = await work.Command(
            "UPDATE catalog.stock SET on_hand = on_hand + $2 WHERE offer_id = $1 AND on_hand + $2 BETWEEN reserved AND 1000000 RETURNING on_hand", offer, change).Execute();
        if (counted == 0 && change < 0) throw new Refused("stock_reserved", 409, "There are not so many to take away: somebody is paying for some of them, or has bought them.");
        if (counted == 0) throw new Refused("stock_too_high", 422, "Of one variant there are at most 1,000,000.");
        await Move(offer, change, change > 0 ? "received" : "corrected", null, actor);
    }

    /// <summary>Whether products have anything left to sell, after their stock or offers changed. In order, so that of two who take the last of two variants the second sees both.</summary>
    public async Task Recount(IEnumerable<Guid> products)
    {
        var ids = products.Distinct().ToArray();
        if (ids.Length == 0) return;
        await work.Command("SELECT id FROM catalog.products WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE", ids).Execute();
        await work.Command(
            """
            UPDATE catalog.products p SET sold_out = c.gone
            FROM (SELECT o.product_id, bool_and(s.offer_id IS NOT NULL AND s.on_hand = s.reserved) AS gone
                  FROM catalog.offers o LEFT JOIN catalog.stock s ON s.offer_id = o.id WHERE o.product_id = ANY ($1) AND o.withdrawn_at IS NULL GROUP BY 1) c
            WHERE p.id = c.product_id AND p.sold_out <> c.gone
            """, ids).Execute();
    }

    private Task Move(Guid offer, int delta, string reason, Guid? reference, Guid? actor) => work.Command(
        "INSERT INTO catalog.stock_movements (offer_id, delta, reason, reference, actor, at) VALUES ($1, $2, $3, $4::uuid, $5::uuid, $6)", offer, delta, reason, reference, actor, clock.GetUtcNow()).Execute();

    private async Task<List<Row>> Lock(Guid order, IReadOnlyList<StockUnits> lines)
    {
        var offers = lines.Select(l => l.Offer).ToArray();
        await using var batch = new NpgsqlBatch(work.Connection);
        batch.BatchCommands.Add(ExclusiveSale.Open(offers, clock.GetUtcNow()));
        batch.BatchCommands.Add(Sql.Batched(
            """
            SELECT s.offer_id, s.product_id, s.on_hand - s.reserved, o.licence = 'exclusive' FROM catalog.stock s JOIN catalog.offers o ON o.id = s.offer_id
            WHERE s.offer_id = ANY ($1) ORDER BY s.offer_id FOR UPDATE OF s
            """, offers));
        // A statement of its own: what was given up while we waited for the lock is seen.
        batch.BatchCommands.Add(Sql.Batched("SELECT offer_id, units FROM catalog.reservations WHERE order_id = $1", order));
        await using var reader = await batch.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync()) rows.Add(new Row(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetBoolean(3)));
        await reader.NextResultAsync();
        var mine = new Dictionary<Guid, int>();
        while (await reader.ReadAsync()) mine.Add(reader.GetGuid(0), reader.GetInt32(1));
        return rows.ConvertAll(r => r with { Mine = mine.GetValueOrDefault(r.Offer) });
    }

    private static List<Guid> Short(IReadOnlyList<StockUnits> lines, List<Row> rows) =>
        lines.Where(l => rows.Find(r => r.Offer == l.Offer) is { } row && row.Free + row.Mine < l.Units).Select(l => l.Offer).ToList();

    /// <param name="Free">Neither sold nor kept for anybody.</param>
    private sealed record Row(Guid Offer, Guid Product, int Free, bool Exclusive)
    {
        /// <summary>Kept for this order.</summary>
        public int Mine { get; init; }
    }
}

/// <summary>Nobody paid within the time for which units were kept: they are there for others. Each order in a transaction of its own.</summary>
internal sealed class FreeReservations(NpgsqlDataSource source, Writes writes, Stock stock) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        foreach (var order in await source.Command("SELECT DISTINCT order_id FROM catalog.reservations WHERE expires_at <= $1 LIMIT 500", now).List(r => r.GetGuid(0), stop))
        {
            await writes.Run(() => stock.Release(order, now));
        }
    }
}
