using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// What a row wants its product to be. A column that is there says it all: an empty cell empties. What has no column stays as it is.
/// </summary>
/// <param name="Details">Whole, with what the row does not say.</param>
/// <param name="Offers">As details; in their order.</param>
internal sealed record WishedProduct(
    string? Title, string? Description, IReadOnlyList<string>? Tags, string? Category, JsonElement? Details, IReadOnlyList<OfferLine>? Offers, string? State)
{
    /// <summary>Null: as they are.</summary>
    public VariantsCell? Variants { get; init; }

    private static readonly string[] Yes = ["1", "true", "yes", "oui", "vrai", "x"];

    /// <param name="before">As it is; null when it is new.</param>
    /// <exception cref="Refused">422: errors with <c>#field</c> for a pointer.</exception>
    public static WishedProduct Read(ImportRow row, ProductKind kind, ProductView? before, Currency currency, ImportFields fields)
    {
        if (row[ImportFields.Currency] is { Length: > 0 } said && !said.Equals(currency.Code, StringComparison.OrdinalIgnoreCase))
            throw RowRefused.At(ImportFields.Currency, "currency_mismatch", "All prices of a shop are in its currency.");
        return new WishedProduct(
            row[ImportFields.Title] is { } title ? Words.Line(title) : null,
            row[ImportFields.Description] is { } description ? Words.Text(description) : null,
            row[ImportFields.Tags] is { } tags ? TagsOf(tags) : null,
            row[ImportFields.Category] is { Length: > 0 } category ? Slugs.From(category, 60) : null,
            DetailsOf(row, kind, before, currency, fields),
            OffersOf(row, kind, before, currency, fields),
            row[ImportFields.State]?.ToLowerInvariant() is { Length: > 0 } state ? state : null) { Variants = VariantsCell.Read(row, kind, before, currency) };
    }

    /// <summary>Commas, semicolons or bars between them; or a JSON list, for tags with commas.</summary>
    private static List<string> TagsOf(string cell)
    {
        var tags = cell.StartsWith('[') ? Json<List<string>>(cell, ImportFields.Tags) : [.. cell.Split(cell.Contains('|') ? ['|'] : [',', ';'])];
        return tags.Where(t => t is not null).Select(t => Words.Line(t).ToLowerInvariant()).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>Bars between them, or a JSON list.</summary>
    public static IReadOnlyList<string> TextsOf(string cell, string field) => cell.StartsWith('[') ? [.. Json<List<string?>>(cell, field).Select(t => t ?? "")] : cell.Split('|');

    private static JsonElement? DetailsOf(ImportRow row, ProductKind kind, ProductView? before, Currency currency, ImportFields fields)
    {
        var said = fields.All.Where(f => f is { Way: null, Fact: not null } && row[f.Key] is not null).ToList();
        if (said.Count == 0) return null;
        var details = before is null ? [] : before.Details.EnumerateObject().ToDictionary(d => d.Name, d => (object)d.Value, StringComparer.Ordinal);
        foreach (var field in said) Put(details, field, kind.Facts, row[field.Key]!, currency, fields);
        return kind.Accept(JsonSerializer.SerializeToElement(details));
    }

    private static void Put(Dictionary<string, object> details, ImportField field, IReadOnlyList<Fact> facts, string cell, Currency currency, ImportFields fields)
    {
        var fact = facts.FirstOrDefault(f => f.Name == field.Part);
        if (cell.Length == 0) details.Remove(field.Part);
        else if (fact is null) throw RowRefused.At(field.Key, "fact_not_of_kind", "Products of this kind do not have this. Leave the cell empty.");
        else details[field.Part] = fields.Typed(fact, cell, currency);
    }

    private static List<OfferLine>? OffersOf(ImportRow row, ProductKind kind, ProductView? before, Currency currency, ImportFields fields)
    {
        if (!kind.OffersAreTyped) return null;      // its price follows from its facts, or stands in its variants
        var said = fields.All.Where(f => f.Way is not null && row[f.Key] is not null).GroupBy(f => f.Way!.Value).ToList();
        var (more, price) = (row[ImportFields.Offers], row[ImportFields.Price]);
        if (said.Count == 0 && more is null && price is null) return null;

        var offers = new List<(OfferLine Line, int Place)>();
        if (before is not null) offers.AddRange(before.Offers.Select((o, i) => (new OfferLine(o.Licence, o.Price, o.Name, o.Terms, o.NamesPrice, o.Option, o.Details), i)));
        if (more is not null)
        {
            var columns = fields.All.Where(f => f.Way is not null).Select(f => f.Way!.Value).ToHashSet();
            offers.RemoveAll(o => !columns.Contains(o.Line.Way));
            if (more.Length > 0) offers.AddRange(Json<List<OfferCell>>(more, ImportFields.Offers).Select((o, i) => (o.Line(), o.Position ?? 1000 + i)));
        }

        foreach (var way in said)
        {
            var index = offers.FindIndex(o => o.Line.Way == way.Key);
            var line = Line(way.Key, [.. way], row, index < 0 ? null : offers[index].Line, currency, fields);
            var place = int.TryParse(way.FirstOrDefault(f => f.Part == "position") is { } at ? row[at.Key] : null, CultureInfo.InvariantCulture, out var told) ? told - 1 : index < 0 ? 1000 + offers.Count : offers[index].Place;
            if (index >= 0) offers.RemoveAt(index);
            if (line is not null) offers.Add((line, place));
        }

        // One price alone is that of what the kind is usually sold as.
        if (price is not null && kind.Licences.Count > 0)
        {
            var usual = (kind.Licences[0].Licence, Option: kind.Options.Count == 0 ? "" : kind.Options[0].Key);
            var index = offers.FindIndex(o => o.Line.Way == usual);
            if (price.Length == 0 && index >= 0 && said.TrueForAll(w => w.Key != usual)) offers.RemoveAt(index);
            else if (price.Length > 0 && index >= 0) offers[index] = (offers[index].Line with { Price = PriceOf(price, ImportFields.Price, currency) }, offers[index].Place);
            else if (price.Length > 0) offers.Add((new OfferLine(usual.Licence, PriceOf(price, ImportFields.Price, currency), Option: usual.Option), 0));
        }

        return offers.OrderBy(o => o.Place).Select(o => Whole(o.Line, kind)).ToList();
    }

    /// <returns>Null when the row does not offer it in this way.</returns>
    private static OfferLine? Line((Licence Licence, string Option) way, IReadOnlyList<ImportField> parts, ImportRow row, OfferLine? before, Currency currency, ImportFields fields)
    {
        string? Cell(string part) => parts.FirstOrDefault(f => f.Part == part && f.Fact is null) is { } field ? row[field.Key] : null;
        var price = parts.FirstOrDefault(f => f is { Part: "price", Fact: null });
        var empty = parts.All(f => f.Part == "position" || row[f.Key]!.Length == 0);
        if (price is not null ? row[price.Key]!.Length == 0 && empty : before is null && empty) return null;
        if (before is null && price is null) throw RowRefused.At(parts[0].Key, "price", "Write a price, like 29.90.");

        var facts = parts.Where(f => f.Fact is not null).ToList();
        var details = before?.Details is { ValueKind: JsonValueKind.Object } known ? known.EnumerateObject().ToDictionary(d => d.Name, d => (object)d.Value, StringComparer.Ordinal) : [];
        foreach (var field in facts) Put(details, field, [field.Fact!], row[field.Key]!, currency, fields);
        return new OfferLine(
            way.Licence, price is null ? before!.Price : PriceOf(row[price.Key]!, price.Key, currency), Cell("name") ?? before?.Name, Cell("terms") ?? before?.Terms,
            Cell("names_price") is { } named ? Yes.Contains(named.ToLowerInvariant()) : before?.NamesPrice ?? false, way.Option, JsonSerializer.SerializeToElement(details));
    }

    internal static Money PriceOf(string cell, string field, Currency currency) =>
        Money.TryParse(cell.Replace(currency.Code, "", StringComparison.OrdinalIgnoreCase).Replace(currency.Symbol, "", StringComparison.Ordinal), currency, out var price) ? price : throw RowRefused.At(field, "price", "Write a price, like 29.90.");

    // The words that it would have anyway, so that what does not differ is seen not to.
    private static OfferLine Whole(OfferLine line, ProductKind kind) => kind.Licences.FirstOrDefault(l => l.Licence == line.Licence) is not { } usual ? line : line with
    {
        Name = Words.Line(line.Name ?? "") is { Length: > 0 } said ? said : kind.NameOf(line.Option) ?? usual.Name,
        Terms = Words.Text(line.Terms ?? "") is { Length: > 0 } written ? written : usual.Terms,
        Details = line.Details ?? JsonSerializer.SerializeToElement(new { }),
    };

    internal static T Json<T>(string cell, string field)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(cell, JsonStyle.Options) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or Refused)
        {
            throw RowRefused.At(field, "json", "This is not a list that can be read.");
        }
    }
}

/// <summary>An offer that has no columns of its own, as the cell "offers" holds it: JSON.</summary>
internal sealed record OfferCell(Licence Licence, Money Price, string? Name = null, string? Terms = null, bool NamesPrice = false, string Option = "", JsonElement? Details = null, int? Position = null)
{
    public OfferLine Line() => new(Licence, Price, Name, Terms, NamesPrice, Option ?? "", Details);
}
