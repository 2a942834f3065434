using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <param name="Id">Of the product.</param>
internal sealed record ChangeLine(Guid Id, Guid Change, string Title, string Slug, string Kind, string? CoverUrl, string ShopName, DateTimeOffset ProposedAt);

/// <summary>Changes of products on sale that wait for a moderator, oldest first.</summary>
internal static class ChangeQueue
{
    /// <exception cref="Refused">400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<ChangeLine>> List(string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filters = new { list = "changes" };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            """
            SELECT p.id, c.id, p.title, p.slug, p.kind, p.cover_version, s.name, c.proposed_at
            FROM catalog.product_changes c JOIN catalog.products p ON p.id = c.product_id JOIN catalog.shops s ON s.id = p.shop_id
            WHERE c.state = 'open' AND ($1::timestamptz IS NULL OR (c.proposed_at, c.id) > ($1, $2::uuid)) ORDER BY c.proposed_at, c.id LIMIT $3
            """,
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(r => new ChangeLine(
                r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), MediaUrls.Cover(r.GetGuid(0), r.IsDBNull(5) ? null : r.GetString(5)), r.GetString(6), r.GetFieldValue<DateTimeOffset>(7)), stop);
        return cursors.Page(rows, take, filters, r => [r.ProposedAt, r.Change]);
    }

    public static Task<int> Count(NpgsqlDataSource source, CancellationToken stop) => source.Command("SELECT count(*)::int FROM catalog.product_changes WHERE state = 'open'").Scalar<int>(stop);

    /// <summary>The product whose change waits longest and is not the caller's own, as this transaction leaves it.</summary>
    public static async Task<Guid?> Next(Guid caller, UnitOfWork work) => (await work.Command(
        "SELECT c.product_id FROM catalog.product_changes c JOIN catalog.products p ON p.id = c.product_id JOIN catalog.shops s ON s.id = p.shop_id WHERE c.state = 'open' AND s.owner_id <> $1 ORDER BY c.proposed_at, c.id LIMIT 1",
        caller).List(r => (Guid?)r.GetGuid(0))).FirstOrDefault();
}
