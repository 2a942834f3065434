using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a thing comes in, read from the tables as its page and its editor need it.</summary>
internal static class VariantList
{
    private const string Axes =
        """
        SELECT a.key, a.name, v.key, v.name FROM catalog.product_attribute_values p
        JOIN catalog.attributes a ON a.key = p.attribute JOIN catalog.attribute_values v ON v.attribute = p.attribute AND v.key = p.value
        WHERE p.product_id = $1 ORDER BY p.axis, p.position
        """;

    private const string Rows =
        """
        SELECT o.id, v."values"::text, o.price_amount, o.currency, k.on_hand, k.reserved, v.weight, i.id, i.version, v.sku, o.name
        FROM catalog.product_variants v JOIN catalog.offers o ON o.id = v.offer_id JOIN catalog.stock k ON k.offer_id = o.id
        LEFT JOIN catalog.product_images i ON i.id = v.image_id
        WHERE v.product_id = $1 AND v.on_sale ORDER BY o.position
        """;

    /// <summary>Two queries; joins the transaction when one is open.</summary>
    public static async Task<VariantChoice> Of(Guid product, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop = default)
    {
        NpgsqlCommand Ask(string sql) => work.IsOpen ? work.Command(sql, product) : source.Command(sql, product);
        var values = await Ask(Axes).List(r => (Key: r.GetString(0), Name: r.GetString(1), Value: new VariantValue(r.GetString(2), r.GetString(3))), stop);
        var rows = await Ask(Rows).List(r => new Variant(
            r.GetGuid(0), JsonSerializer.Deserialize<SortedDictionary<string, string>>(r.GetString(1))!, Money.Of(r.GetInt64(2), r.GetString(3)), r.GetInt32(4) - r.GetInt32(5),
            r.IsDBNull(6) ? null : r.GetInt32(6), r.IsDBNull(7) ? null : $"/media/images/{r.GetGuid(7)}/{r.GetString(8)}", r.GetString(10))
        {
            Sku = r.IsDBNull(9) ? null : r.GetString(9), OnHand = r.GetInt32(4), Image = r.IsDBNull(7) ? null : r.GetGuid(7),
        }, stop);
        return new VariantChoice(values.GroupBy(v => (v.Key, v.Name)).Select(g => new VariantAxis(g.Key.Key, g.Key.Name, g.Select(v => v.Value).ToList())).ToList(), rows);
    }

    /// <summary>For buyers, by the address of what is on sale.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<Reply> BySlug(string slug, Caller caller, UnitOfWork work, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        var (product, seller) = await ProductView.Find(slug, caller, source, kinds, stop) ?? throw Refused.NotFound();
        var choice = await Of(product.Id, work, source, stop);
        return new Reply(product.Id, product.Version, choice.Axes, choice.Variants.Select(v => Line.Of(v, seller == caller.AccountOrNull)).ToList());
    }

    /// <param name="Version">Of the product, for If-Match.</param>
    public sealed record Reply(Guid ProductId, int Version, IReadOnlyList<VariantAxis> Axes, IReadOnlyList<Line> Variants);

    /// <param name="Available">How many can be bought now.</param>
    /// <param name="Sku">For the seller only, as is how many are on hand, those that people pay for included.</param>
    public sealed record Line(Guid OfferId, IReadOnlyDictionary<string, string> Values, Money Price, int Available, int? Weight, string? ImageUrl, string? Sku, int? OnHand)
    {
        public static Line Of(Variant v, bool own) => new(v.Offer, v.Values, v.Price, v.Available, v.Weight, v.ImageUrl, own ? v.Sku : null, own ? v.OnHand : null);
    }
}
