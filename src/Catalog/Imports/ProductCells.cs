using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>A product as the cells of a row, by their fields: what an export writes and an import reads again.</summary>
internal static class ProductCells
{
    /// <param name="CoverType">Content type; null without one.</param>
    /// <param name="PreviewType">Of a preview that its seller sent; null when there is none, or it was made of the original.</param>
    /// <param name="ImageTypes">As <paramref name="CoverType"/>, of each picture in its order.</param>
    /// <param name="Variants">Of what comes in variants.</param>
    public sealed record Beside(string? ExternalId, string? CoverType, string? PreviewType, IReadOnlyList<string> ImageTypes, VariantsCell? Variants = null);

    public static IReadOnlyDictionary<string, string> Of(ProductView product, Beside beside, ProductKind kind, ImportFields fields)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ImportFields.ExternalId] = beside.ExternalId ?? "",
            [ImportFields.Slug] = product.Slug,
            [ImportFields.Kind] = product.Kind,
            [ImportFields.Title] = product.Title,
            [ImportFields.Description] = product.Description,
            [ImportFields.Tags] = Tags(product.Tags),
            [ImportFields.Category] = product.Category[^1].Slug,
            [ImportFields.State] = Naming.Snake(product.State.ToString()),
            [ImportFields.Currency] = product.Offers.Select(o => o.Price.Currency.Code).FirstOrDefault() ?? "",
            [ImportFields.Cover] = beside.CoverType is null ? "" : $"covers/{product.Slug}.{Ending(kind, FileRole.Cover, beside.CoverType)}",
            [ImportFields.Images] = string.Join(" | ", beside.ImageTypes.Select((type, i) => $"images/{product.Slug}-{i + 1}.{Ending(kind, FileRole.Cover, type)}")),
            [ImportFields.ImageTexts] = product.Images.Any(i => i.Alt.Length > 0) ? JsonSerializer.Serialize(product.Images.Select(i => i.Alt), JsonStyle.Options) : "",
            [ImportFields.Preview] = beside.PreviewType is null ? "" : $"previews/{product.Slug}.{Ending(kind, FileRole.Preview, beside.PreviewType)}",
            [ImportFields.Files] = string.Join(" | ", Files(product)),
        };
        foreach (var field in fields.All.Where(f => f is { Way: null, Fact: not null }))
            if (kind.Facts.FirstOrDefault(f => f.Name == field.Part) is { } fact) cells[field.Key] = fact.Field(product.Details, FormPlace.OfFiles(product.Shop.Currency)) ?? "";

        if (beside.Variants is { } variants) cells[ImportFields.Variants] = variants.Variants.Count == 0 ? "" : variants.Text;
        else Offers(product, fields, cells);
        return cells;
    }

    public static string Tags(IReadOnlyList<string> tags) =>
        tags.Any(t => t.AsSpan().IndexOfAny(",;|[") >= 0) ? JsonSerializer.Serialize(tags, JsonStyle.Options) : string.Join(", ", tags);

    /// <summary>The cells of one way of buying.</summary>
    public static string? Part(OfferLine offer, int place, ImportField field) => field.Fact is { } fact ? offer.Details is { } details ? fact.Field(details, FormPlace.OfFiles(offer.Price.Currency)) : null : field.Part switch
    {
        "price" => Amount(offer.Price),
        "names_price" => offer.NamesPrice ? "true" : "false",
        "name" => offer.Name,
        "terms" => offer.Terms,
        _ => (place + 1).ToString(CultureInfo.InvariantCulture),
    };

    private static void Offers(ProductView product, ImportFields fields, Dictionary<string, string> cells)
    {
        var ways = fields.All.Where(f => f.Way is not null).ToLookup(f => f.Way!.Value);
        var others = new List<OfferCell>();
        for (var place = 0; place < product.Offers.Count; place++)
        {
            var o = product.Offers[place];
            var line = new OfferLine(o.Licence, o.Price, o.Name, o.Terms, o.NamesPrice, o.Option, o.Details);
            if (!ways.Contains(line.Way)) others.Add(new OfferCell(o.Licence, o.Price, o.Name, o.Terms, o.NamesPrice, o.Option, o.Details, place + 1));
            foreach (var field in ways[line.Way]) cells[field.Key] = Part(line, place, field) ?? "";
        }

        if (others.Count > 0) cells[ImportFields.Offers] = JsonSerializer.Serialize(others, JsonStyle.Options);
    }

    private static string Amount(Money price) => price.Major.ToString($"F{price.Currency.Exponent}", CultureInfo.InvariantCulture);

    // Two files of one name stand in folders of their own.
    private static IEnumerable<string> Files(ProductView product)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in product.Files ?? [])
            yield return seen.Add(file.FileName) ? $"files/{product.Slug}/{file.FileName}" : $"files/{product.Slug}/{seen.Count + 1}/{file.FileName}";
    }

    private static string Ending(ProductKind kind, FileRole role, string type) => kind.Formats(role).FirstOrDefault(f => f.ContentType == type)?.Extensions[0] ?? "bin";
}
