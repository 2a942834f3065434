using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Adds what has changed on the shelves to the kept counts of facets, and the words of new titles to the vocabulary. A change is taken by the
/// statement that adds it, so that whoever reads counts and changes together reads true numbers at every moment.
/// </summary>
internal sealed class AddUpSearch(NpgsqlDataSource source) : IJob
{
    private const int AtOnce = 2000;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        while (await Some(stop) == AtOnce)
        {
        }
    }

    private Task<int> Some(CancellationToken stop) => source.Command(
        """
        WITH taken AS (
               DELETE FROM catalog.search_changes WHERE id IN (SELECT id FROM catalog.search_changes ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING sign, tokens, words),
             alike AS MATERIALIZED (
               SELECT (SELECT array_agg(t) FROM unnest(tokens) t WHERE t NOT LIKE 'tag:%') AS tokens, sum(sign) AS products FROM taken GROUP BY 1),
             learned AS (
               INSERT INTO catalog.vocabulary (word) SELECT DISTINCT w FROM taken, unnest(words) w ORDER BY w ON CONFLICT DO NOTHING),
             changed AS (
               SELECT c AS chosen, t AS token, sum(products) AS products FROM alike, unnest(tokens || ''::text) c, unnest(tokens || '*'::text) t GROUP BY c, t
               UNION ALL
               SELECT '#', t, sum(sign) FROM taken, unnest(tokens) t WHERE t LIKE 'tag:%' GROUP BY t),
             added AS (
               INSERT INTO catalog.facet_counts (chosen, token, products) SELECT chosen, token, products FROM changed WHERE products <> 0 ORDER BY chosen, token
               ON CONFLICT (chosen, token) DO UPDATE SET products = facet_counts.products + excluded.products)
        SELECT count(*)::int FROM taken
        """, AtOnce).Scalar<int>(stop);
}
