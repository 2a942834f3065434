using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

internal static class ReadShops
{
    private const string Columns = "s.id, s.slug, s.name, s.description, s.currency, s.created_at, s.version, s.owner_id";

    public static async Task<Page<ShopView>> List(string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filters = new { list = "shops" };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"SELECT {Columns} FROM catalog.shops s WHERE NOT s.withheld AND ($1::timestamptz IS NULL OR (s.created_at, s.id) < ($1, $2::uuid)) ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(Read, stop);
        return cursors.Page(rows, take, filters, r => [r.Shop.CreatedAt, r.Shop.Id]).Map(r => r.Shop);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<(ShopView Shop, Guid Owner)> BySlug(string slug, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {Columns} FROM catalog.shops s WHERE s.slug = $1 AND NOT s.withheld", slug).List(Read, stop)).Cast<(ShopView, Guid)?>().FirstOrDefault() ?? throw Refused.NotFound();

    public static async Task<ShopView?> Of(Guid owner, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {Columns} FROM catalog.shops s WHERE s.owner_id = $1", owner).List(Read, stop)).Select(r => r.Shop).FirstOrDefault();

    /// <summary>The shop of its owner, and whether what it publishes is on sale at once.</summary>
    public static async Task<(ShopView Shop, bool Trusted)?> Mine(Guid owner, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT {Columns}, s.trusted FROM catalog.shops s WHERE s.owner_id = $1", owner).List(r => (Read(r).Shop, r.GetBoolean(8)), stop)).Cast<(ShopView, bool)?>().FirstOrDefault();

    private static (ShopView Shop, Guid Owner) Read(NpgsqlDataReader r) => (
        new ShopView(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), Currency.Of(r.GetString(4)), r.GetFieldValue<DateTimeOffset>(5), r.GetInt32(6)),
        r.GetGuid(7));
}
