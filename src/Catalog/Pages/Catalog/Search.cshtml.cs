using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>Words and filters as a GET form. What cannot be read is left out, as if nobody had said it; prices are major units of EUR.</summary>
[AllowAnonymous]
internal sealed class SearchPage(NpgsqlDataSource source, Cursors cursors, IStringLocalizer<Texts> texts) : PageModel
{
    public ListProducts.Query Query { get; private set; } = new();

    public string? Typed => Query.Q;

    public string Sort => Query.Sort ?? (Typed is null ? ListProducts.Newest : ListProducts.Relevance);

    public string? PriceMin { get; private set; }

    public string? PriceMax { get; private set; }

    /// <summary>Each chosen filter in words, and the address without it.</summary>
    public IReadOnlyList<(string Text, string Without)> Chips { get; private set; } = [];

    public string Cleared { get; private set; } = "/search";

    public Page<ProductLine> Results { get; private set; } = null!;

    public static string NameOf(string sort) => sort switch
    {
        ListProducts.Cheapest => "Price, lowest first",
        ListProducts.Dearest => "Price, highest first",
        ListProducts.Bestselling => "Bestselling",
        ListProducts.Relevance => "Best match",
        _ => "Newest",
    };

    public async Task OnGetAsync()
    {
        var (lowest, highest) = (Price("price_min"), Price("price_max"));
        (PriceMin, PriceMax) = (lowest is null ? null : Said("price_min"), highest is null ? null : Said("price_max"));
        Query = new ListProducts.Query(
            Said("q"), null, Said("genre") is { } g && Genres.TryRead(g, out var genre) ? genre : null, Said("key") is { } k && MusicalKeys.TryRead(k, out var key) ? key : null,
            Said("tag"), Number("tempo_min"), Number("tempo_max"), lowest, highest, null, Said("shop"), Said("sort") is { } sort && ListProducts.Sorts.Contains(sort) ? sort : null);
        Chips = Chosen().ToList();
        Cleared = Address("genre", "key", "tag", "shop", "tempo_min", "tempo_max", "price_min", "price_max");
        Results = await ListProducts.Handle(Query, Said("cursor", 2000), 24, source, cursors, HttpContext.RequestAborted);
        if (Request.Headers.ContainsKey("HX-Request") && Said("cursor", 2000) is null) Response.Headers["HX-Push-Url"] = Address();
    }

    private IEnumerable<(string, string)> Chosen()
    {
        if (Query.Genre is { } genre) yield return (genre, Address("genre"));
        if (Query.Key is { } key) yield return (MusicalKeys.Say(key, phrase => texts[phrase]), Address("key"));
        if (Query.TempoMin is not null || Query.TempoMax is not null)
            yield return (Range(Query.TempoMin?.ToString(CultureInfo.CurrentCulture), Query.TempoMax?.ToString(CultureInfo.CurrentCulture), " BPM"), Address("tempo_min", "tempo_max"));
        if (PriceMin is not null || PriceMax is not null) yield return (Range(PriceMin, PriceMax, " €"), Address("price_min", "price_max"));
        if (Query.Tag is { } tag) yield return ("#" + tag, Address("tag"));
        if (Query.Shop is { } shop) yield return (shop, Address("shop"));
    }

    private static string Range(string? from, string? to, string unit) => (from, to) switch
    {
        (null, _) => $"≤ {to}{unit}",
        (_, null) => $"≥ {from}{unit}",
        _ => $"{from}–{to}{unit}",
    };

    /// <summary>This page again without some of its filters, empty fields and cursor.</summary>
    private string Address(params string[] without) => Request.Path + QueryString.Create(Request.Query
        .Where(q => q.Key != "cursor" && !without.Contains(q.Key) && !string.IsNullOrWhiteSpace(q.Value))
        .Select(q => KeyValuePair.Create<string, string?>(q.Key, q.Value.ToString())));

    private string? Said(string name, int length = 100) => Words.Typed(Request.Query[name].ToString(), length);

    private int? Number(string name) => int.TryParse(Said(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long? Price(string name) => Said(name) is { } text && Money.TryParse(text, Currency.Of("EUR"), out var money) && money.Minor >= 0 ? money.Minor : null;
}
