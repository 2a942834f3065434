using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A seller's own products in every state, newest first.</summary>
internal static class OwnProducts
{
    public static async Task<Page<ProductLine>> List(string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(state)) state = null;
        if (state is not (null or "draft" or "active" or "paused" or "archived")) throw Refused.Invalid(new FieldError("/state", "unknown_state", "draft, active, paused or archived."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "own", caller.Account, state };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"""
            SELECT {ProductLine.Columns}, p.created_at
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            WHERE s.owner_id = $1 AND ($2::text IS NULL AND p.state <> 'archived' OR p.state = $2)
              AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3, $4::uuid))
            ORDER BY p.created_at DESC, p.id DESC LIMIT $5
            """,
            caller.Account, state, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1)
            .List(r => (Product: ProductLine.Read(r), At: r.GetFieldValue<DateTimeOffset>(ProductLine.Count)), stop);
        return cursors.Page(rows, take, filters, r => [r.At, r.Product.Id]).Map(r => r.Product);
    }

    /// <summary>How many there are in each state, and how many units were sold.</summary>
    public static async Task<Counts> Count(Guid owner, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command(
            """
            SELECT count(*) FILTER (WHERE p.state = 'active')::int, count(*) FILTER (WHERE p.state = 'draft')::int,
                   count(*) FILTER (WHERE p.state = 'paused')::int, coalesce(sum(p.sold_count), 0)::bigint
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1
            """, owner).List(r => new Counts(r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), r.GetInt64(3)), stop)).Single();

    internal sealed record Counts(int Active, int Drafts, int Paused, long Sold)
    {
        public int All => Active + Drafts + Paused;
    }
}
