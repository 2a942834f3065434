using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What a row would make different, field by field, as an export says it.</summary>
internal static class RowChanges
{
    private const int MaxShown = 300;

    /// <param name="before">Null: it is new, and all that it has is a change.</param>
    /// <param name="product">As it is.</param>
    public static IEnumerable<RowChange> Between(ProductView? before, ProductView product, WishedProduct wish, ProductKind kind, ImportFields fields)
    {
        RowChange? Text(string field, string? was, string? will) => will is null || (before is not null && was == will) || (before is null && will.Length == 0) ? null : new RowChange(field, before is null ? null : Short(was), Short(will));
        RowChange?[] plain =
        [
            Text(ImportFields.Title, product.Title, wish.Title),
            Text(ImportFields.Description, product.Description, wish.Description),
            Text(ImportFields.Tags, ProductCells.Tags(product.Tags), wish.Tags is { } tags ? ProductCells.Tags([.. tags]) : null),
            Text(ImportFields.Category, product.Category[^1].Slug, wish.Category),
        ];
        return plain.OfType<RowChange>().Concat(wish.Details is { } details ? Details(before, details, kind) : []).Concat(wish.Offers is { } offers ? Offers(before, offers, kind, fields) : []);
    }

    private static IEnumerable<RowChange> Details(ProductView? before, JsonElement wished, ProductKind kind)
    {
        foreach (var fact in kind.Facts)
        {
            var (was, will) = (before is null ? null : Member(before.Details, fact.Name), Member(wished, fact.Name));
            if (was is null ? will is not null : will is null || !JsonElement.DeepEquals(was.Value, will.Value)) yield return new RowChange($"details.{fact.Name}", Short(was?.ToString()), Short(will?.ToString()));
        }
    }

    private static JsonElement? Member(JsonElement details, string name) => details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) ? value : null;

    private static IEnumerable<RowChange> Offers(ProductView? before, IReadOnlyList<OfferLine> wished, ProductKind kind, ImportFields fields)
    {
        var had = (before?.Offers ?? []).Select(o => new OfferLine(o.Licence, o.Price, o.Name, o.Terms, o.NamesPrice, o.Option, o.Details)).ToList();
        foreach (var way in had.Select(o => o.Way).Union(wished.Select(o => o.Way)))
        {
            var (old, fresh) = (had.FindIndex(o => o.Way == way), wished.ToList().FindIndex(o => o.Way == way));
            var columns = fields.All.Where(f => f.Way == way).ToList();
            if (columns.Count == 0)
            {
                if (old < 0 || fresh < 0 || !Same(had[old], Clean(wished[fresh], kind, fresh))) yield return new RowChange(ImportFields.Offers, old < 0 ? null : $"{way.Option} {had[old].Price}", fresh < 0 ? null : $"{way.Option} {wished[fresh].Price}");
                continue;
            }

            foreach (var field in columns)
            {
                // Places matter only against each other.
                if (field.Part == "position" && (old < 0 || fresh < 0 || Place(had, wished, way) == Place(wished, had, way))) continue;
                var (was, will) = (old < 0 ? null : Cell(had[old], old, field), fresh < 0 ? null : Cell(Clean(wished[fresh], kind, fresh), fresh, field));
                if ((was ?? "") != (will ?? "")) yield return new RowChange(field.Key, Short(was), Short(will));
            }
        }
    }

    private static string? Cell(OfferLine offer, int place, ImportField field) => ProductCells.Part(offer, place, field);

    private static OfferLine Clean(OfferLine offer, ProductKind kind, int index) => offer with { Details = kind.AcceptOffer(offer.Details, index) };

    private static bool Same(OfferLine a, OfferLine b) =>
        a.Price == b.Price && a.Name == b.Name && a.Terms == b.Terms && a.NamesPrice == b.NamesPrice && JsonElement.DeepEquals(a.Details!.Value, b.Details!.Value);

    /// <summary>Among those that both have.</summary>
    private static int Place(IReadOnlyList<OfferLine> of, IReadOnlyList<OfferLine> and, (Licence, string) way) =>
        of.Where(o => and.Any(a => a.Way == o.Way)).Select(o => o.Way).ToList().IndexOf(way);

    public static string? Short(string? text) => text is { Length: > MaxShown } ? text[..MaxShown] + "…" : text;
}
