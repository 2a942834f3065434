using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Adds views and points of interest to the products, once a minute. A trend's score is the logarithm of points that halve each week, seen from a
/// fixed day: time changes no order, so only products that somebody cared for are written.
/// </summary>
internal sealed class AddUpInterest(NpgsqlDataSource source) : IJob
{
    public const float PointsOfView = 1, PointsOfLike = 5;

    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command(
        """
        WITH taken AS (DELETE FROM catalog.interest RETURNING product_id, views, points),
             summed AS (SELECT product_id AS id, sum(views) AS views, sum(points) AS points FROM taken GROUP BY product_id),
             locked AS (SELECT p.id FROM catalog.products p JOIN summed USING (id) ORDER BY p.id FOR NO KEY UPDATE OF p)
        UPDATE catalog.products p SET view_count = p.view_count + summed.views, trend_score = catalog.trend(p.trend_score, summed.points, $1)
        FROM summed JOIN locked USING (id) WHERE p.id = summed.id
        """, now).Execute(stop);
}
