using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.Extensions.Localization;

namespace Marketplace.Catalog;

/// <summary>
/// Everything that a column may hold, and by which names it is recognised. Facts, licences and options come from the kinds, so that a new
/// kind needs no line here.
/// </summary>
internal sealed class ImportFields
{
    public const string ExternalId = "external_id", Slug = "slug", Kind = "kind", Title = "title", Description = "description", Tags = "tags", Category = "category", State = "state",
        Currency = "currency", Price = "price", Cover = "cover", Images = "images", ImageTexts = "image_texts", Preview = "preview", Files = "files", Offers = "offers", Variants = "variants";

    private static readonly string[] Languages = ["en", "fr"];

    private static readonly ImportField[] Common =
    [
        new(ExternalId, "External id", [], ["id", "SKU", "Reference", "Item number"]),
        new(Slug, "Address", [], ["handle", "permalink"]),
        new(Kind, "Kind", [], ["Type of product", "Product type"]),
        new(Title, "Title", [], ["Name of product", "Product name"]),
        new(Description, "Description", [], ["Text", "Body"]),
        new(Tags, "Tags", [], ["Keywords"]),
        new(Category, "Category", [], ["Shelf"]),
        new(State, "State", [], ["Status"]),
        new(Currency, "Currency", [], []),
        new(Price, "Price", [], ["Amount", "Unit price"]),
        new(Cover, "Cover", [], ["Image", "Picture"]),
        new(Images, "Pictures", [], []),
        new(ImageTexts, "What the pictures show", [], ["Alt text"]),
        new(Preview, "Preview", [], ["Demo"]),
        new(Files, "Files", [], ["File", "Downloads"]),
        new(Offers, "Further offers", [], []),
    ];

    private readonly Dictionary<string, ImportField> byKey;
    private readonly Dictionary<string, string> byName = new(StringComparer.Ordinal), kindByName = new(StringComparer.Ordinal);
    private readonly ProductKinds kinds;
    private readonly IStringLocalizer texts;

    public ImportFields(ProductKinds kinds, IStringLocalizerFactory localizers)
    {
        (this.kinds, texts) = (kinds, new Phrases(localizers, typeof(ImportFields).Assembly));
        All = [.. Common.Select(f => f with { Kinds = [.. kinds.All] }), new ImportField(Variants, "Variants and stock", [], ["Variants"]) { Kinds = [.. kinds.All.Where(k => k.HasVariants)] }, .. Facts(kinds), .. Ways(kinds)];
        byKey = All.ToDictionary(f => f.Key, StringComparer.Ordinal);
        foreach (var field in All) byName.TryAdd(Bare(field.Key), field.Key);
        foreach (var kind in kinds.All) kindByName[Bare(kind.Key)] = kind.Key;
        InEach(say =>
        {
            foreach (var field in All)
            {
                var of = string.Concat(field.Of.Select(say));
                // The last words of a fact are enough ("Tempo"); a price must say of what.
                string[] names = field.Way is null ? [say(field.Label), of + say(field.Label), .. field.Also.Select(say)] : [of + say(field.Label)];
                foreach (var name in names) byName.TryAdd(Bare(name), field.Key);
            }

            foreach (var kind in kinds.All)
                foreach (var name in new[] { kind.Name.One, kind.Name.Many }) kindByName.TryAdd(Bare(say(name)), kind.Key);
        });
    }

    /// <summary>In the order of an export's columns.</summary>
    public IReadOnlyList<ImportField> All { get; }

    public bool Know(string key) => byKey.ContainsKey(key);

    public ImportField this[string key] => byKey[key];

    /// <summary>The field that a column of this name is most likely to hold; null when nobody knows.</summary>
    public string? Guess(string column) => byName.GetValueOrDefault(Bare(column));

    /// <summary>By its key or by its name in any language.</summary>
    public ProductKind? KindOf(string text) => kindByName.TryGetValue(Bare(text), out var key) ? kinds[key] : null;

    /// <summary>What a cell says of a fact, as the API would send it: keys and words of choices in any language, numbers, lists as JSON.</summary>
    public object Typed(Fact fact, string text, Currency currency)
    {
        var typed = fact.Typed(text, FormPlace.OfFiles(currency));
        if (fact.Read(JsonSerializer.SerializeToElement(typed)) is not null) return typed;
        if (fact is ChoiceFact choice && Chosen(choice, text) is { } value) return value;
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text);
            return fact.Read(json) is not null ? json : typed;
        }
        catch (JsonException)
        {
            return typed;
        }
    }

    private string? Chosen(ChoiceFact fact, string text)
    {
        string? found = null;
        InEach(say => found ??= fact.Choices.Select(c => c.Value).FirstOrDefault(value => Bare(fact.Choice(value, say)) == Bare(text)));
        return found;
    }

    private void InEach(Action<Func<string, string>> act)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            foreach (var language in Languages)
            {
                CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
                act(phrase => texts[phrase].Value);
            }
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static IEnumerable<ImportField> Facts(ProductKinds kinds) => kinds.All.SelectMany(k => k.Facts, (kind, fact) => (kind, fact)).GroupBy(f => f.fact.Name, StringComparer.Ordinal)
        .Select(named => new ImportField($"details.{named.Key}", named.First().fact.Label, ["Details"], []) { Part = named.Key, Fact = named.First().fact, Kinds = [.. named.Select(f => f.kind)] });

    // What a product comes in (the sizes of a shirt) it makes up for itself: that has one column, "variants".
    private static IEnumerable<ImportField> Ways(ProductKinds kinds) =>
        from licence in Typed(kinds).SelectMany(k => k.Licences).DistinctBy(l => l.Licence)
        from option in Typed(kinds).Where(k => k.Licences.Any(l => l.Licence == licence.Licence)).SelectMany(k => k.Options.Count == 0 ? [("", "")] : k.Options).DistinctBy(o => o.Item1)
        let having = Typed(kinds).Where(k => k.Licences.Any(l => l.Licence == licence.Licence) && (option.Item1.Length == 0 ? k.Options.Count == 0 : k.Options.Any(o => o.Key == option.Item1))).ToList()
        from part in Parts(having)
        select new ImportField(
            $"offer.{Naming.Snake(licence.Licence.ToString())}.{(option.Item1.Length == 0 ? "" : option.Item1 + ".")}{part.Key}", part.Label, option.Item1.Length == 0 ? [licence.Name] : [licence.Name, option.Item2], [])
        {
            Way = (licence.Licence, option.Item1), Part = part.Fact?.Name ?? part.Key, Fact = part.Fact, Kinds = having,
        };

    private static IEnumerable<ProductKind> Typed(ProductKinds kinds) => kinds.All.Where(k => !k.HasVariants);

    private static IEnumerable<(string Key, string Label, Fact? Fact)> Parts(IReadOnlyList<ProductKind> having)
    {
        yield return ("price", "Price", null);
        if (having.Any(k => k.MayBeFree)) yield return ("names_price", "Buyers name their price", null);
        yield return ("name", "Name", null);
        yield return ("terms", "Terms", null);
        yield return ("position", "Place in the list", null);
        foreach (var fact in having.SelectMany(k => k.OfferFacts).DistinctBy(f => f.Name)) yield return ($"details.{fact.Name}", fact.Label, fact);
    }

    /// <summary>Letters and digits alone: "Mots-clés" and "mots cles" are the same.</summary>
    private static string Bare(string name) => Slugs.From(name, 200).Replace("-", "", StringComparison.Ordinal);
}
