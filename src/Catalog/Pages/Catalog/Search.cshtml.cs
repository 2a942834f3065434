using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>
/// Words and filters as links and GET forms. What cannot be read is left out, as if nobody had said it; prices are major units of
/// the currency (EUR unless said). A category has an address of its own: <c>/c/beats</c>.
/// </summary>
[AllowAnonymous]
internal class SearchPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, IStringLocalizer<Texts> texts) : PageModel
{
    private static readonly string[] Filters = ["kind", "genre", "key", "tempo_min", "tempo_max", "price_min", "price_max", "free", "licence", "tag", "shop"];

    public ListProducts.Query Query { get; private set; } = new();

    public string? Typed => Query.Q;

    public string Sort => Query.Sort ?? (Typed is null ? ListProducts.Newest : ListProducts.Relevance);

    public string? PriceMin { get; private set; }

    public string? PriceMax { get; private set; }

    public Currency Currency { get; private set; } = Currency.Of(ProductFilter.DefaultCurrency);

    /// <summary>From the root of the tree to the chosen category; empty without one.</summary>
    public IReadOnlyList<FacetValue> Trail { get; private set; } = [];

    /// <summary>Each chosen filter in words, and the address without it.</summary>
    public IReadOnlyList<(string Text, string Without)> Chips { get; private set; } = [];

    public ListProducts.Reply Results { get; private set; } = null!;

    public Facets Facets => Results.Facets!;

    public IReadOnlyList<FacetGroup> Groups { get; private set; } = [];

    public string Heading => Typed is not null ? texts["Results for “{0}”", Typed] : Trail.Count > 0 ? texts[Trail[^1].Name!] : Query.Genre ?? (Query.Kind is { } kind ? texts[kinds[kind].Name.Many] : texts["Everything on sale"]);

    public static string NameOf(string sort) => sort switch
    {
        ListProducts.Cheapest => "Price, lowest first",
        ListProducts.Dearest => "Price, highest first",
        ListProducts.Bestselling => "Bestselling",
        ListProducts.Relevance => "Best match",
        _ => "Newest",
    };

    public virtual async Task OnGetAsync()
    {
        if (!await Show(Said("category"))) await Show(null);
    }

    /// <returns>False when there is no such category.</returns>
    protected async Task<bool> Show(string? category)
    {
        if (Said("currency") is { } code && Currency.TryOf(code, out var currency)) Currency = currency;
        var (lowest, highest) = (Price("price_min"), Price("price_max"));
        (PriceMin, PriceMax) = (lowest is null ? null : Said("price_min"), highest is null ? null : Said("price_max"));
        Query = new ListProducts.Query(
            Said("q"), Said("kind") is { } kind && kinds.Know(kind) ? kind : null, category,
            Said("genre") is { } g && Genres.TryRead(g, out var genre) ? genre : null, Said("key") is { } k && MusicalKeys.TryRead(k, out var key) ? key : null,
            Said("tag"), Number("tempo_min"), Number("tempo_max"), lowest, highest, Said("free") == "true" ? true : null,
            Said("licence") is { } l && Enum.GetNames<Licence>().Select(Naming.Snake).Contains(l) ? l : null,
            Currency.Code == ProductFilter.DefaultCurrency ? null : Currency.Code, Said("shop"), Said("sort") is { } sort && ListProducts.Sorts.Contains(sort) ? sort : null);
        Results = await ListProducts.Search(Query, true, Said("cursor", 2000), 24, kinds, source, cursors, HttpContext.RequestAborted);
        if (Facets.Category.FirstOrDefault(c => c.Chosen) is { } chosen)
            Trail = chosen.Path!.Select(step => Facets.Category.First(c => c.Value == step)).ToList();
        else if (category is not null) return false;
        Chips = Picked().ToList();
        Groups = Grouped().Where(group => group.Values.Count > 0).ToList();
        return true;
    }

    /// <summary>This page again with some of its filters changed; null takes one away.</summary>
    public string Address(params (string Name, string? Value)[] changes)
    {
        var said = Request.Query.Where(q => q.Key is not ("cursor" or "category") && !string.IsNullOrWhiteSpace(q.Value)).ToDictionary(q => q.Key, q => (string?)q.Value.ToString(), StringComparer.Ordinal);
        var category = Query.Category;
        foreach (var (name, value) in changes)
        {
            if (name == "category") category = value;
            else said[name] = value;
        }

        return (category is null ? "/search" : "/c/" + Uri.EscapeDataString(category)) + QueryString.Create(said.Where(s => s.Value is not null));
    }

    public string Cleared => Address([.. Filters.Select(f => (f, (string?)null)), ("category", null)]);

    /// <summary>What a form must carry along: everything but its own fields.</summary>
    public IEnumerable<(string Name, string Value)> Carried(params string[] own) =>
        Request.Query.Where(q => q.Key is not ("cursor" or "category") && !own.Contains(q.Key) && !string.IsNullOrWhiteSpace(q.Value)).Select(q => (q.Key, q.Value.ToString()));

    private IEnumerable<FacetGroup> Grouped()
    {
        FacetGroup Of(string title, string name, IEnumerable<FacetValue> values, Func<string, string> say, int shown = 8) =>
            new(title, values.Select(v => new FacetLink(say(v.Value), v.Count, v.Chosen, Address((name, v.Chosen ? null : v.Value)))).ToList(), shown);

        yield return Of(texts["Kind"], "kind", Facets.Kind, v => texts[kinds[v].Name.Many]);
        yield return new FacetGroup(texts["Category"], Shelves().Select(c => new FacetLink(texts[c.Name!], c.Count, c.Chosen, Address(("category", c.Chosen ? ParentOf(c) : c.Value)))).ToList(), 10);
        yield return Of(texts["Genre"], "genre", Facets.Genre, v => v);
        yield return new FacetGroup(texts["Tempo"], Facets.Tempo.Select(b => new FacetLink(
            Range(b.Min?.ToString(CultureInfo.CurrentCulture), b.Max?.ToString(CultureInfo.CurrentCulture), " BPM"), b.Count, b.Chosen,
            Address(("tempo_min", b.Chosen ? null : Plain(b.Min)), ("tempo_max", b.Chosen ? null : Plain(b.Max))))).ToList(), 8) { Form = "tempo" };
        yield return new FacetGroup(texts["Price"], Facets.Price.Select(b => new FacetLink(
            b.Value == "free" ? texts["Free"] : Band(b), b.Count, b.Chosen,
            b.Chosen ? Address(("price_min", null), ("price_max", null), ("free", null))
            : b.Value == "free" ? Address(("price_min", null), ("price_max", null), ("free", "true"))
            : Address(("price_min", Major(b.Min)), ("price_max", Major(b.Max)), ("free", null)))).ToList(), 8) { Form = "price" };
        yield return Of(texts["Key"], "key", Facets.Key, v => MusicalKeys.Say(v, phrase => texts[phrase]), 6);
        yield return Of(texts["Licence"], "licence", Facets.Licence, v => texts[LicenceName(v)]);
    }

    // The chosen shelf with those beside it, or what is below it; to begin with the branches that have something.
    private IEnumerable<FacetValue> Shelves()
    {
        var chosen = Trail.Count > 0 ? Trail[^1] : null;
        var depth = chosen?.Path!.Count ?? 1;
        var below = Facets.Category.Where(c => c.Path!.Count == depth + 1 && (chosen is null || c.Path.Contains(chosen.Value))).ToList();
        if (chosen is null) return below;
        return below.Count > 0 ? [chosen, .. below] : Facets.Category.Where(c => c.Path!.Count == depth && c.Path.SkipLast(1).SequenceEqual(chosen.Path!.SkipLast(1)));
    }

    private static string? ParentOf(FacetValue category) => category.Path!.Count > 1 ? category.Path[^2] : null;

    private static string LicenceName(string licence) => licence switch { "personal" => "Personal licence", "commercial" => "Commercial licence", "custom" => "Custom licence", _ => "Standard licence" };

    private string Band(FacetValue band) => band.Min == 1
        ? texts["Under {0}", Say(band.Max + 1)]
        : band.Max is null ? texts["{0} and more", Say(band.Min)] : $"{Say(band.Min)} – {Say(band.Max + 1)}";

    private string Say(long? minor) => new Money(minor ?? 0, Currency).ToString(CultureInfo.CurrentCulture);

    private string? Major(long? minor) => minor is { } amount ? new Money(amount, Currency).Major.ToString(CultureInfo.InvariantCulture) : null;

    private static string? Plain(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<(string, string)> Picked()
    {
        if (Trail.Count > 0) yield return (texts[Trail[^1].Name!], Address(("category", null)));
        if (Query.Kind is { } kind) yield return (texts[kinds[kind].Name.Many], Address(("kind", null)));
        if (Query.Genre is { } genre) yield return (genre, Address(("genre", null)));
        if (Query.Key is { } key) yield return (MusicalKeys.Say(key, phrase => texts[phrase]), Address(("key", null)));
        if (Query.TempoMin is not null || Query.TempoMax is not null)
            yield return (Range(Query.TempoMin?.ToString(CultureInfo.CurrentCulture), Query.TempoMax?.ToString(CultureInfo.CurrentCulture), " BPM"), Address(("tempo_min", null), ("tempo_max", null)));
        if (Query.Free == true) yield return (texts["Free"], Address(("free", null)));
        if (PriceMin is not null || PriceMax is not null) yield return (Range(PriceMin, PriceMax, " " + Currency.Symbol), Address(("price_min", null), ("price_max", null)));
        if (Query.Licence is { } licence) yield return (texts[LicenceName(licence)], Address(("licence", null)));
        if (Query.Tag is { } tag) yield return ("#" + tag, Address(("tag", null)));
        if (Query.Shop is { } shop) yield return (shop, Address(("shop", null)));
    }

    private static string Range(string? from, string? to, string unit) => (from, to) switch
    {
        (null, _) => $"≤ {to}{unit}",
        (_, null) => $"≥ {from}{unit}",
        _ => $"{from}–{to}{unit}",
    };

    protected string? Said(string name, int length = 100) => Words.Typed(Request.Query[name].ToString(), length);

    private int? Number(string name) => int.TryParse(Said(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long? Price(string name) => Said(name) is { } text && Money.TryParse(text, Currency, out var money) && money.Minor >= 0 ? money.Minor : null;
}

/// <summary>One shelf of the market, with all below it.</summary>
[AllowAnonymous]
internal sealed class CategoryPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, IStringLocalizer<Texts> texts) : SearchPage(source, cursors, kinds, texts)
{
    [FromRoute]
    public string Slug { get; set; } = "";

    public override async Task OnGetAsync()
    {
        if (Words.Typed(Slug) is not { } slug || !await Show(slug)) throw Refused.NotFound();
    }
}

/// <param name="Shown">So many at once; the others behind "more".</param>
internal sealed record FacetGroup(string Title, IReadOnlyList<FacetLink> Values, int Shown)
{
    /// <summary>tempo or price: with two fields for a range of one's own.</summary>
    public string? Form { get; init; }
}

/// <param name="Url">Chooses it, or when it is chosen takes it away.</param>
internal sealed record FacetLink(string Text, int Count, bool Chosen, string Url);
