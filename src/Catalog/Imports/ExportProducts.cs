using System.Runtime.CompilerServices;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// A shop's products as a file that an import takes back: what the list of products shows with the same filters, or all of them. Oldest first,
/// so that what is put in again stands in the order in which it was made.
/// </summary>
internal static class ExportProducts
{
    private const int PageSize = 200;

    private static readonly string[] Addresses = ["cover_url", "image_urls", "preview_url"];

    /// <param name="state">As in the list; <c>all</c>: the archived ones, too.</param>
    /// <param name="q">Words of the title.</param>
    /// <exception cref="Refused">422 <c>unknown_state</c>.</exception>
    public static IResult File(string? state, string? q, Caller caller, UnitOfWork work, NpgsqlDataSource source, ProductKinds kinds, ImportFields fields, PublicAddress address, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(state)) state = null;
        if (state is not (null or "all") && !OwnProducts.States.Contains(state)) throw Refused.Invalid(new FieldError("/state", "unknown_state", $"One of: all, {string.Join(", ", OwnProducts.States)}."));
        var (words, columns) = (Words.Typed(q), fields.All.Where(f => f.Key != ImportFields.Price).Select(f => f.Key).ToList());
        return Csv.File("products.csv", [.. columns, .. Addresses], Cells(stop));

        // By pages, so that neither a connection nor a transaction is held while a slow reader reads.
        async IAsyncEnumerable<IReadOnlyList<object?>> Cells([EnumeratorCancellation] CancellationToken stopping = default)
        {
            (DateTimeOffset At, Guid Id)? after = null;
            var shop = (await ShopAccess.Choose(caller.Account, null, ShopPermission.Products, source, stopping))?.Id;
            while (true)
            {
                var rows = await source.Command(
                    """
                    SELECT p.id, p.created_at, p.external_id, p.cover_type, CASE WHEN NOT p.preview_made THEN p.preview_type END,
                           ARRAY (SELECT i.content_type FROM catalog.product_images i WHERE i.product_id = p.id ORDER BY i.position, i.id)
                    FROM catalog.products p
                    WHERE p.shop_id = $1 AND ($2::text IS NULL AND p.state <> 'archived' OR p.state = $2 OR $2 = 'all') AND ($3::text IS NULL OR position(catalog.plain($3) IN p.title_plain) > 0)
                      AND ($4::timestamptz IS NULL OR (p.created_at, p.id) > ($4, $5::uuid))
                    ORDER BY p.created_at, p.id LIMIT $6
                    """, shop, state, words, after?.At, after?.Id, PageSize)
                    .List(r => (Id: r.GetGuid(0), At: r.GetFieldValue<DateTimeOffset>(1), Beside: new ProductCells.Beside(r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetFieldValue<string[]>(5))), stopping);
                var products = await ProductView.Own(rows.Select(r => r.Id).ToList(), caller, work, source, kinds, stopping);
                foreach (var row in rows)
                {
                    if (!products.TryGetValue(row.Id, out var product)) continue;
                    var variants = kinds[product.Kind].HasVariants ? VariantsCell.Of(await VariantList.Of(product.Id, work, source, stopping), product.Images) : null;
                    var cells = ProductCells.Of(product, row.Beside with { Variants = variants }, kinds[product.Kind], fields);
                    yield return [.. columns.Select(c => cells.GetValueOrDefault(c)), product.CoverUrl is { } cover ? address.Of(cover) : null, string.Join(" | ", product.Images.Select(i => address.Of(i.Url))), product.PreviewUrl is { } preview ? address.Of(preview) : null];
                }

                if (rows.Count < PageSize) yield break;
                after = (rows[^1].At, rows[^1].Id);
            }
        }
    }
}

/// <summary>The columns of one kind with an example below them, to begin with.</summary>
internal static class ImportTemplate
{
    /// <exception cref="Refused">422 <c>unknown_kind</c>.</exception>
    public static IResult File(string? kind, Func<string, string> say, ProductKinds kinds, ImportFields fields)
    {
        var of = kinds.Of(kind);
        var columns = fields.All.Where(f => f.Kinds.Contains(of) && f.Key is not (ImportFields.Slug or ImportFields.Price or ImportFields.Currency or ImportFields.Offers) && f.Part is not ("terms" or "position")).ToList();
        return Csv.File($"{of.Key}.csv", [.. columns.Select(c => c.Key)], new[] { (IReadOnlyList<object?>)[.. columns.Select(c => Example(c, of, say))] }.ToAsyncEnumerable());
    }

    private static VariantsCell.Line Line(string size, int stock) => new(new Money(2990, Currency.Of(ProductFilter.DefaultCurrency)), new() { ["size"] = size }, Stock: stock);

    private static string Example(ImportField field, ProductKind kind, Func<string, string> say) => field switch
    {
        { Key: ImportFields.ExternalId } => "A-1",
        { Key: ImportFields.Kind } => kind.Key,
        { Key: ImportFields.Title } => say(kind.Name.One) + " 1",
        { Key: ImportFields.Tags } => "dark, bells",
        { Key: ImportFields.Category } => kind.UsualCategory,
        { Key: ImportFields.State } => "draft",
        { Key: ImportFields.Variants } => new VariantsCell([new("size", ["m", "l"])], [Line("m", 10), Line("l", 5)]).Text,
        { Key: ImportFields.Cover } => "covers/a-1.png",
        { Key: ImportFields.Images } => "images/a-1-1.png | images/a-1-2.png",
        { Key: ImportFields.Files } => $"files/a-1.{kind.Originals.SelectMany(f => f.Extensions).FirstOrDefault() ?? "pdf"}",
        { Fact: ChoiceFact choice } => choice.Choices[0].Value,
        { Fact: NumberFact number } => Math.Clamp(120, number.Least, number.Most).ToString(System.Globalization.CultureInfo.InvariantCulture),
        { Part: "price", Fact: null } when field.Way?.Licence == kind.Licences[0].Licence => "29.90",
        _ => "",
    };
}
