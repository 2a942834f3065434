using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>All shops, for staff.</summary>
internal static class ShopRegister
{
    /// <param name="Products">All that are not archived.</param>
    public sealed record Line(Guid Id, string Slug, string Name, Guid Owner, ShopPlan Plan, bool Trusted, bool Withheld, int Products, long CompletedSales, DateTimeOffset CreatedAt);

    /// <param name="OldAddresses">Still kept from others, until then.</param>
    public sealed record Detail(Line Shop, int? Limit, int Featured, IReadOnlyList<(string Slug, DateTimeOffset Until)> OldAddresses, IReadOnlyList<(Guid Account, ShopRole Role)> Team);

    private const string Select =
        """
        SELECT s.id, s.slug, s.name, s.owner_id, s.plan, s.trusted, s.withheld, (SELECT count(*)::int FROM catalog.products p WHERE p.shop_id = s.id AND p.state <> 'archived'), s.completed_sales, s.created_at
        FROM catalog.shops s
        """;

    /// <param name="q">Words of the name.</param>
    /// <exception cref="Refused">400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Line>> List(string? q, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var (words, take) = (Words.Typed(q), Cursors.Limit(limit));
        var filters = new { list = "all_shops", words };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"{Select} WHERE ($4::text IS NULL OR position(catalog.plain($4) IN catalog.plain(s.name)) > 0) AND ($1::timestamptz IS NULL OR (s.created_at, s.id) < ($1, $2::uuid)) ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1, words).List(Read, stop);
        return cursors.Page(rows, take, filters, r => [r.CreatedAt, r.Id]);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<Detail> Of(Guid id, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var shop = (await source.Command($"{Select} WHERE s.id = $1", id).List(Read, stop)).SingleOrDefault() ?? throw Refused.NotFound();
        return new Detail(
            shop, (await ShopPlans.Of(id, source, stop)).Limit, await source.Command("SELECT count(*)::int FROM catalog.featured_products WHERE shop_id = $1", id).Scalar<int>(stop),
            await source.Command("SELECT slug, until FROM catalog.old_addresses WHERE id = $1 AND until > $2 ORDER BY until DESC", id, clock.GetUtcNow()).List(r => (r.GetString(0), r.GetFieldValue<DateTimeOffset>(1)), stop),
            await source.Command("SELECT account, role FROM catalog.shop_members WHERE shop_id = $1 ORDER BY joined_at", id).List(r => (r.GetGuid(0), r.GetString(1).ReadChoice<ShopRole>()!.Value), stop));
    }

    private static Line Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetGuid(3), r.GetString(4).ReadChoice<ShopPlan>()!.Value, r.GetBoolean(5), r.GetBoolean(6), r.GetInt32(7), r.GetInt64(8), r.GetFieldValue<DateTimeOffset>(9));
}
