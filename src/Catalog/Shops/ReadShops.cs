using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

internal static class ReadShops
{
    public static async Task<Page<ShopView>> List(string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filters = new { list = "shops" };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"SELECT {ShopView.Columns} FROM catalog.shops s WHERE NOT s.withheld AND ($1::timestamptz IS NULL OR (s.created_at, s.id) < ($1, $2::uuid)) ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(ShopView.Read, stop);
        return cursors.Page(rows, take, filters, r => [r.Shop.CreatedAt, r.Shop.Id]).Map(r => r.Shop);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<(ShopView Shop, Guid Owner)> BySlug(string slug, NpgsqlDataSource source, CancellationToken stop) =>
        await Find(slug, source, stop) ?? throw Refused.NotFound();

    /// <returns>Null when no shop that all may see is there: it may have moved.</returns>
    public static async Task<(ShopView Shop, Guid Owner)?> Find(string slug, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {ShopView.Columns} FROM catalog.shops s WHERE s.slug = $1 AND NOT s.withheld", slug).List(ShopView.Read, stop)).Cast<(ShopView, Guid)?>().FirstOrDefault();

    public static async Task<ShopView?> Of(Guid owner, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {ShopView.Columns} FROM catalog.shops s WHERE s.owner_id = $1", owner).List(ShopView.Read, stop)).Select(r => r.Shop).FirstOrDefault();

    /// <summary>A shop for those who work in it, also while it is withheld, and whether what it publishes is on sale at once.</summary>
    public static Task<(ShopView Shop, bool Trusted)?> Inside(Guid shop, NpgsqlDataSource source, CancellationToken stop) => Inside("s.id = $1", shop, source, stop);

    private static async Task<(ShopView Shop, bool Trusted)?> Inside(string where, Guid id, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {ShopView.Columns}, s.trusted FROM catalog.shops s WHERE {where}", id).List(r => (ShopView.Read(r).Shop, r.GetBoolean(ShopView.Count)), stop))
        .Cast<(ShopView, bool)?>().FirstOrDefault();
}
