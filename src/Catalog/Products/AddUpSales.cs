using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Adds what was sold to the products' <c>sold_count</c>, once a minute. A unit waits as a row of its own, and the statement that takes
/// the row is the one that counts it, so that nothing is lost or counted twice.
/// </summary>
internal sealed class AddUpSales(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command(
        """
        WITH sale AS (DELETE FROM catalog.sales_to_count RETURNING product_id),
             sold AS (SELECT product_id AS id, count(*) AS units FROM sale GROUP BY product_id),
             locked AS (SELECT p.id FROM catalog.products p JOIN sold USING (id) ORDER BY p.id FOR NO KEY UPDATE OF p)
        UPDATE catalog.products p SET sold_count = p.sold_count + sold.units, trend_score = catalog.trend(p.trend_score, sold.units * 20, $1) FROM sold JOIN locked USING (id) WHERE p.id = sold.id
        """, now).Execute(stop);
}
