using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What Catalog puts on the front page.</summary>
/// <param name="Newest">At most twelve.</param>
/// <param name="Bestselling">At most six, once anything has been sold.</param>
/// <param name="Kits">At most six, newest first.</param>
/// <param name="Shops">At most six, newest first, with how much they have on sale.</param>
internal sealed record Home(IReadOnlyList<ProductLine> Newest, IReadOnlyList<ProductLine> Bestselling, IReadOnlyList<ProductLine> Kits, IReadOnlyList<Home.ShopCard> Shops)
{
    internal sealed record ShopCard(string Slug, string Name, string Description, int Products, IReadOnlyList<string> Covers);

    public static async Task<object?> Load(HttpContext http, object? model)
    {
        var source = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var shelves = await ListProducts.Shelves([(new ListProducts.Query(), 12), (new ListProducts.Query(Sort: ListProducts.Bestselling), 6), (new ListProducts.Query(Kind: "kit"), 6)], source, http.RequestAborted);
        return new Home(await SponsoredPlaces.OnHome(shelves[0], http), shelves[1], shelves[2], await Cards(source, 6, http.RequestAborted));
    }

    /// <summary>Shops that have something on sale, with their newest covers. One query.</summary>
    public static Task<List<ShopCard>> Cards(NpgsqlDataSource source, int most, CancellationToken stop) => source.PlannedOnce(
        """
        SELECT s.slug, s.name, s.description,
               (SELECT count(*)::int FROM (SELECT FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active' LIMIT 1000) few),
               ARRAY (SELECT '/media/covers/' || p.id || '/' || p.cover_version FROM catalog.products p
                      WHERE p.shop_id = s.id AND p.state = 'active' AND p.cover_version IS NOT NULL ORDER BY p.published_at DESC, p.id DESC LIMIT 3)
        FROM (SELECT * FROM catalog.shops s WHERE EXISTS (SELECT FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active') ORDER BY s.created_at DESC, s.id DESC LIMIT $1) s
        ORDER BY s.created_at DESC, s.id DESC
        """,
        [most], r => new ShopCard(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GetFieldValue<string[]>(4)), stop);
}
