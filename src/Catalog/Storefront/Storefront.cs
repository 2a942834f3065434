using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

internal static class Storefront
{
    /// <summary>What a shop puts first, in its order: what of it is on sale. One query.</summary>
    public static Task<List<ProductLine>> Featured(Guid shop, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        $"""
        SELECT {ProductLine.Columns}
        FROM catalog.featured_products f JOIN catalog.products p ON p.id = f.product_id AND p.state = 'active' JOIN catalog.shops s ON s.id = p.shop_id
        WHERE f.shop_id = $1 ORDER BY f.position, f.product_id LIMIT 50
        """, shop).List(ProductLine.Read, stop);
}
