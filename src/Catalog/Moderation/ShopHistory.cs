using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a moderator wants to know of the shop whose product waits. One query.</summary>
/// <param name="Approved">How many of its products were let on sale, and how many sent back.</param>
/// <param name="Earned">Its trust came from its sales, not from staff.</param>
internal sealed record ShopHistory(string Slug, string Name, string Description, DateTimeOffset OpenedAt, bool Trusted, bool Earned, long CompletedSales, int OnSale, int Approved, int Rejected)
{
    public static async Task<ShopHistory> Of(Guid shop, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command(
            """
            SELECT s.slug, s.name, s.description, s.created_at, s.trusted, s.completed_sales,
                   (SELECT count(*)::int FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active'),
                   v.approved, v.rejected,
                   s.trusted AND (SELECT d.moderator_id IS NULL FROM catalog.trust_decisions d WHERE d.shop_id = s.id ORDER BY d.decided_at DESC, d.id DESC LIMIT 1)
            FROM catalog.shops s
            CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE v.verdict = 'approved')::int AS approved, count(*) FILTER (WHERE v.verdict = 'rejected')::int AS rejected
                                FROM catalog.verdicts v JOIN catalog.products p ON p.id = v.product_id WHERE p.shop_id = s.id) v
            WHERE s.id = $1
            """, shop).List(r => new ShopHistory(
                r.GetString(0), r.GetString(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3), r.GetBoolean(4), !r.IsDBNull(9) && r.GetBoolean(9), r.GetInt64(5), r.GetInt32(6), r.GetInt32(7), r.GetInt32(8)), stop))
        .FirstOrDefault() ?? throw Refused.NotFound();
}
