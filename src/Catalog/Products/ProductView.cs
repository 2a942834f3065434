using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A product as the API and its page show it.</summary>
/// <param name="Peaks">Loudness of the preview, 200 values from 0 to 1.</param>
/// <param name="Files">For its seller only.</param>
/// <param name="Missing">For its seller only: what is missing before it can be published.</param>
internal sealed record ProductView(
    Guid Id, string Slug, string Kind, ProductState State, string Title, string Description, JsonElement Details, IReadOnlyList<string> Tags,
    ProductShop Shop, IReadOnlyList<OfferView> Offers, string? CoverUrl, string? PreviewUrl, float[]? Peaks, bool PreviewMade,
    DateTimeOffset CreatedAt, DateTimeOffset? PublishedAt, int Version, IReadOnlyList<FileView>? Files, IReadOnlyList<Missing>? Missing)
{
    private static readonly JsonSerializerOptions Nested = JsonStyle.Options;

    public static ProductView Own(Product product, Shop shop, IProductKind kind) => new(
        product.Id, product.Slug, product.Kind, product.State, product.Title, product.Description, product.Details, product.Tags,
        new ProductShop(shop.Id, shop.Slug, shop.Name),
        product.OffersOnSale.Select(o => new OfferView(o.Id, o.Licence, o.Name, o.Terms, new Money(o.PriceAmount, o.Currency))).ToList(),
        MediaUrls.Cover(product.Id, product.CoverVersion), MediaUrls.Preview(product.Id, product.PreviewVersion), product.Peaks, product.PreviewMade,
        product.CreatedAt, product.PublishedAt, product.Version,
        product.FilesForBuyers.Select(f => new FileView(f.Id, f.FileName, f.ContentType, f.Size, Convert.ToHexStringLower(f.Sha256))).ToList(),
        kind.Missing(product.Readiness).ToList());

    /// <summary>By its address; drafts and paused ones for their seller only. One query.</summary>
    /// <exception cref="Refused">404.</exception>
    public static Task<(ProductView Product, Guid Seller)> BySlug(string slug, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
        Read("p.slug = $1 AND (p.state = 'active' OR s.owner_id = $2)", slug, caller, source, kinds, stop);

    /// <summary>One of the caller's own. One query.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<ProductView> Mine(Guid id, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
        (await Read("p.id = $1 AND s.owner_id = $2", id, caller, source, kinds, stop)).Product;

    private static async Task<(ProductView Product, Guid Seller)> Read(string where, object key, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        var found = await source.Command(
            $"""
            SELECT p.id, p.slug, p.kind, p.state, p.title, p.description, p.details::text, p.tags, s.id, s.slug, s.name, s.owner_id, p.currency,
                   p.cover_version, p.preview_version, p.peaks, p.preview_made, p.created_at, p.published_at, p.version,
                   (SELECT coalesce(json_agg(json_build_object('id', o.id, 'licence', o.licence, 'name', o.name, 'terms', o.terms,
                                                               'price', json_build_object('amount', o.price_amount, 'currency', o.currency)) ORDER BY o.position), '[]')
                    FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)::text,
                   CASE WHEN s.owner_id = $2 THEN
                     (SELECT coalesce(json_agg(json_build_object('id', f.id, 'file_name', f.file_name, 'content_type', f.content_type, 'size', f.size,
                                                                 'sha256', encode(f.sha256, 'hex')) ORDER BY f.position), '[]')
                      FROM catalog.product_files f WHERE f.product_id = p.id AND f.withdrawn_at IS NULL)::text END
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            WHERE {where}
            """,
            key, caller.AccountOrNull ?? Guid.Empty).List(r => Row(r, kinds), stop);
        return found.Count == 1 ? found[0] : throw Refused.NotFound();
    }

    private static (ProductView, Guid) Row(NpgsqlDataReader r, ProductKinds kinds)
    {
        var id = r.GetGuid(0);
        var details = JsonSerializer.Deserialize<JsonElement>(r.GetString(6));
        var offers = JsonSerializer.Deserialize<List<OfferView>>(r.GetString(20), Nested)!;
        var files = r.IsDBNull(21) ? null : JsonSerializer.Deserialize<List<FileView>>(r.GetString(21), Nested);
        var (cover, preview) = (r.IsDBNull(13) ? null : r.GetString(13), r.IsDBNull(14) ? null : r.GetString(14));
        return (new ProductView(
            id, r.GetString(1), r.GetString(2), Enum.Parse<ProductState>(r.GetString(3), true), r.GetString(4), r.GetString(5), details, r.GetFieldValue<string[]>(7),
            new ProductShop(r.GetGuid(8), r.GetString(9), r.GetString(10)), offers, MediaUrls.Cover(id, cover), MediaUrls.Preview(id, preview),
            r.IsDBNull(15) ? null : r.GetFieldValue<float[]>(15), r.GetBoolean(16), r.GetFieldValue<DateTimeOffset>(17), r.IsDBNull(18) ? null : r.GetFieldValue<DateTimeOffset>(18), r.GetInt32(19),
            files, files is null ? null : kinds[r.GetString(2)].Missing(new Readiness(details, offers.Count > 0, files.Count > 0, cover is not null, preview is not null)).ToList()), r.GetGuid(11));
    }
}

internal sealed record ProductShop(Guid Id, string Slug, string Name);

internal sealed record OfferView(Guid Id, Licence Licence, string Name, string Terms, Money Price);

internal sealed record FileView(Guid Id, string FileName, string ContentType, long Size, string Sha256);
