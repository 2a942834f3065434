using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>Words and filters as links and GET forms; see <see cref="SearchAddress"/>. A category, a genre and a tag have pages of their own.</summary>
[AllowAnonymous]
internal class SearchPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, IStringLocalizer<Texts> texts) : PageModel
{
    private static readonly string[] Filters = ["kind", "genre", "key", "tempo_min", "tempo_max", "price_min", "price_max", "free", "licence", "rating", "tag", "shop", "attr"];

    private SearchAddress said = null!;

    public ListProducts.Query Query => said.Query;

    public string? Typed => Query.Q;

    public string Sort => Query.Sort ?? (Typed is null ? ListProducts.Newest : ListProducts.Relevance);

    public string? PriceMin => said.PriceMin;

    public string? PriceMax => said.PriceMax;

    public Currency Currency => said.Currency;

    /// <summary>This search, for keeping it.</summary>
    public string Saved => said.ToString();

    public IReadOnlySet<Guid> Liked { get; private set; } = new HashSet<Guid>();

    /// <summary>From the root of the tree to the chosen category; empty without one.</summary>
    public IReadOnlyList<FacetValue> Trail { get; private set; } = [];

    /// <summary>Each chosen filter in words, and the address without it.</summary>
    public IReadOnlyList<(string Text, string Without)> Chips { get; private set; } = [];

    public ListProducts.Reply Results { get; private set; } = null!;

    public Facets Facets => Results.Facets!;

    public IReadOnlyList<FacetGroup> Groups { get; private set; } = [];

    public virtual string Heading => Typed is not null ? texts["Results for “{0}”", Results.Meant ?? Typed] : Trail.Count > 0 ? texts[Trail[^1].Name!] : Query.Genre ?? (Query.Kind is { } kind ? texts[kinds[kind].Name.Many] : texts["Everything on sale"]);

    /// <summary>What stands on this page, under its heading; null says nothing.</summary>
    public virtual string? Intro => Trail.Count > 0 && Typed is null ? texts["All that stands under {0}. Listen before you buy.", texts[Trail[^1].Name!].Value].Value : null;

    /// <summary>How many results there are, in words.</summary>
    public string Total => Facets.Total == 1 ? texts["One result"] : texts["{0} results", Number(Facets.Total) + (Facets.TotalIsLeast ? "+" : "")];

    public string? NextUrl => Results.NextCursor is { } next ? Address(("cursor", next)) : null;

    /// <summary>Which filter the page's path says: its name in the query and the path before its value.</summary>
    protected virtual (string Name, string Path)? Own => null;

    public static string NameOf(string sort) => sort switch
    {
        ListProducts.Cheapest => "Price, lowest first",
        ListProducts.Dearest => "Price, highest first",
        ListProducts.Bestselling => "Bestselling",
        ListProducts.BestRated => "Best rated",
        ListProducts.Trending => "Trending",
        ListProducts.Relevance => "Best match",
        _ => "Newest",
    };

    public virtual async Task OnGetAsync()
    {
        if (!await Show(null)) await Show(("category", null));
    }

    /// <param name="path">What the page's path says.</param>
    /// <returns>False when there is no such category.</returns>
    protected async Task<bool> Show((string Name, string? Value)? path)
    {
        said = new SearchAddress(Request.Query, kinds, path);
        var found = await ListProducts.Search(Query, true, Words.Typed(Request.Query["cursor"].ToString(), 2000), 24, kinds, source, cursors, HttpContext.RequestAborted);
        Results = await SponsoredPlaces.Into(found, Query, HttpContext);
        if (Facets.Category.FirstOrDefault(c => c.Chosen) is { Path: not null } chosen)
            Trail = chosen.Path!.Select(step => Facets.Category.FirstOrDefault(c => c.Value == step)).OfType<FacetValue>().ToList();
        else if (Query.Category is not null) return false;
        Liked = await Likes.Among(Results.Data.Select(p => p.Id), caller, source, HttpContext.RequestAborted);
        Chips = Picked().ToList();
        Groups = Grouped().Where(group => group.Values.Count > 0).ToList();
        ViewData["Head"] = new PageHead(Typed ?? Heading, Intro ?? texts["Beats, samples, kits and more, by genre, tempo, key and price. Listen before you buy."], Own is null && Trail.Count == 0 ? Plainly : Plainly.Split('?')[0]);
        return true;
    }

    /// <summary>This page again with some of its filters changed; null takes one away.</summary>
    public string Address(params (string Name, string? Value)[] changes)
    {
        var asked = Request.Query.Where(q => q.Key is not ("cursor" or "category") && !string.IsNullOrWhiteSpace(q.Value)).ToDictionary(q => q.Key, q => (string?)q.Value.ToString(), StringComparer.Ordinal);
        if (Own is { } own) asked[own.Name] = own.Name == "tag" ? Query.Tag : Query.Genre;
        var category = Query.Category;
        foreach (var (name, value) in changes)
        {
            if (name == "category") category = value;
            else asked[name] = value;
        }

        var path = category is null ? "/search" : "/c/" + Uri.EscapeDataString(category);
        if (category is null && Own is { } place && asked[place.Name] is { } kept && kept == (place.Name == "tag" ? Query.Tag : Query.Genre))
        {
            path = place.Path + Uri.EscapeDataString(place.Name == "tag" ? kept : Genres.Slug(kept));
            asked[place.Name] = null;
        }

        return path + QueryString.Create(asked.Where(s => s.Value is not null));
    }

    // Words and a kind make a page of their own; the other filters, and the order, are views of it.
    private string Plainly => Address([.. Request.Query.Keys.Where(asked => asked is not ("q" or "kind" or "category") && asked != Own?.Name).Select(asked => (asked, (string?)null))]);

    public string Cleared => Address([.. Filters.Select(f => (f, (string?)null)), ("category", null)]);

    /// <summary>What a form must carry along: everything but its own fields.</summary>
    public IEnumerable<(string Name, string Value)> Carried(params string[] own) =>
        Request.Query.Where(q => q.Key is not ("cursor" or "category") && !own.Contains(q.Key) && !string.IsNullOrWhiteSpace(q.Value)).Select(q => (q.Key, q.Value.ToString()));

    private IEnumerable<FacetGroup> Grouped()
    {
        FacetGroup Of(string title, string name, IEnumerable<FacetValue> values, Func<string, string> say, int shown = 8) =>
            new(title, values.Select(v => new FacetLink(say(v.Value), Say(v), v.Chosen, Address((name, v.Chosen ? null : v.Value)))).ToList(), shown);

        yield return Of(texts["Kind"], "kind", Facets.Kind, v => texts[kinds[v].Name.Many]);
        yield return new FacetGroup(texts["Category"], Shelves().Select(c => new FacetLink(texts[c.Name!], Say(c), c.Chosen, Address(("category", c.Chosen ? ParentOf(c) : c.Value)))).ToList(), 10);
        foreach (var attribute in Facets.Attributes)
            yield return new FacetGroup(texts[attribute.Name], attribute.Values.Select(v => new FacetLink(texts[v.Name!], Say(v), v.Chosen, Address(("attr", AttributeFacets.With(Query.Attr, attribute.Key, v.Value))))).ToList(), 8);
        yield return Of(texts["Genre"], "genre", Facets.Genre, v => v);
        yield return new FacetGroup(texts["Tempo"], Facets.Tempo.Select(b => new FacetLink(
            Range(b.Min?.ToString(CultureInfo.CurrentCulture), b.Max?.ToString(CultureInfo.CurrentCulture), " BPM"), Say(b), b.Chosen,
            Address(("tempo_min", b.Chosen ? null : Plain(b.Min)), ("tempo_max", b.Chosen ? null : Plain(b.Max))))).ToList(), 8) { Form = "tempo" };
        yield return new FacetGroup(texts["Price"], Facets.Price.Select(b => new FacetLink(
            b.Value == "free" ? texts["Free"] : Band(b), Say(b), b.Chosen,
            b.Chosen ? Address(("price_min", null), ("price_max", null), ("free", null))
            : b.Value == "free" ? Address(("price_min", null), ("price_max", null), ("free", "true"))
            : Address(("price_min", Major(b.Min)), ("price_max", Major(b.Max)), ("free", null)))).ToList(), 8) { Form = "price" };
        yield return Of(texts["Key"], "key", Facets.Key, v => MusicalKeys.Say(v, phrase => texts[phrase]), 6);
        yield return Of(texts["Licence"], "licence", Facets.Licence, v => texts[LicenceName(v)]);
        yield return Of(texts["Rating"], "rating", Facets.Rating, v => texts["{0} stars and more", v]);
        yield return Of(texts["Tags"], "tag", Facets.Tag, v => "#" + v, 6);
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

    private static string LicenceName(string licence) => licence switch { "personal" => "Personal licence", "commercial" => "Commercial licence", "custom" => "Custom licence", "exclusive" => "Exclusive licence", _ => "Standard licence" };

    private string Band(FacetValue band) => band.Min == 1
        ? texts["Under {0}", Say(band.Max + 1)]
        : band.Max is null ? texts["{0} and more", Say(band.Min)] : $"{Say(band.Min)} – {Say(band.Max + 1)}";

    private static string Say(FacetValue value) => Number(value.Count) + (value.AtLeast ? "+" : "");

    private static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);

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
        foreach (var attribute in Facets.Attributes)
        {
            foreach (var value in attribute.Values.Where(v => v.Chosen)) yield return ($"{texts[attribute.Name]}: {texts[value.Name!]}", Address(("attr", AttributeFacets.With(Query.Attr, attribute.Key, value.Value))));
        }

        if (Query.Free == true) yield return (texts["Free"], Address(("free", null)));
        if (PriceMin is not null || PriceMax is not null) yield return (Range(PriceMin, PriceMax, " " + Currency.Symbol), Address(("price_min", null), ("price_max", null)));
        if (Query.Licence is { } licence) yield return (texts[LicenceName(licence)], Address(("licence", null)));
        if (Query.Rating is { } rating) yield return (texts["{0} stars and more", rating], Address(("rating", null)));
        if (Query.Tag is { } tag) yield return ("#" + tag, Address(("tag", null)));
        if (Query.Shop is { } shop) yield return (shop, Address(("shop", null)));
    }

    private static string Range(string? from, string? to, string unit) => (from, to) switch
    {
        (null, _) => $"≤ {to}{unit}",
        (_, null) => $"≥ {from}{unit}",
        _ => $"{from}–{to}{unit}",
    };
}

/// <summary>One shelf of the market, with all below it.</summary>
[AllowAnonymous]
internal sealed class CategoryPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, IStringLocalizer<Texts> texts) : SearchPage(source, cursors, kinds, caller, texts)
{
    [FromRoute]
    public string Slug { get; set; } = "";

    public override async Task OnGetAsync()
    {
        if (Words.Typed(Slug) is not { } slug || !await Show(("category", slug))) throw Refused.NotFound();
    }
}

/// <summary>All of one genre.</summary>
[AllowAnonymous]
internal sealed class GenrePage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, IStringLocalizer<Texts> texts) : SearchPage(source, cursors, kinds, caller, texts)
{
    private readonly IStringLocalizer<Texts> texts = texts;

    [FromRoute]
    public string Slug { get; set; } = "";

    public override string? Intro => Typed is null ? texts["{0}: beats, samples and kits by the people who make them. Listen before you buy.", Query.Genre!].Value : null;

    protected override (string Name, string Path)? Own => ("genre", "/genres/");

    public override async Task OnGetAsync()
    {
        var genre = Genres.All.FirstOrDefault(g => Genres.Slug(g) == Slug) ?? throw Refused.NotFound();
        if (!await Show(("genre", genre))) throw Refused.NotFound();
    }
}

/// <summary>All that makers gave one tag.</summary>
[AllowAnonymous]
internal sealed class TagPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, IStringLocalizer<Texts> texts) : SearchPage(source, cursors, kinds, caller, texts)
{
    private readonly NpgsqlDataSource source = source;
    private readonly IStringLocalizer<Texts> texts = texts;

    [FromRoute]
    public string Tag { get; set; } = "";

    public override string Heading => Typed is null ? "#" + Query.Tag : base.Heading;

    public override string? Intro => Typed is null ? texts["What makers tagged so. Listen before you buy."].Value : null;

    protected override (string Name, string Path)? Own => ("tag", "/tags/");

    public override async Task OnGetAsync()
    {
        if (Words.Typed(Tag)?.ToLowerInvariant() is not { } tag || !await Show(("tag", tag))) throw Refused.NotFound();
        if (Facets.Total == 0 && (await source.Planned("SELECT 1 FROM catalog.products p WHERE p.state = 'active' AND p.tokens @> ARRAY[$1] LIMIT 1", ["tag:" + tag], r => 0, HttpContext.RequestAborted)).Count == 0)
            throw Refused.NotFound();
    }
}

/// <param name="Shown">So many at once; the others behind "more".</param>
internal sealed record FacetGroup(string Title, IReadOnlyList<FacetLink> Values, int Shown)
{
    /// <summary>tempo or price: with two fields for a range of one's own.</summary>
    public string? Form { get; init; }
}

/// <param name="Count">With a plus where there may be more.</param>
/// <param name="Url">Chooses it, or when it is chosen takes it away.</param>
internal sealed record FacetLink(string Text, string Count, bool Chosen, string Url);
