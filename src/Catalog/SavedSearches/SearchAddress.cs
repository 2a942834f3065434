using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Catalog;

/// <summary>
/// A search as the address of its page says it. What cannot be read is left out, as if nobody had said it; prices are major units of the
/// currency (EUR unless said).
/// </summary>
internal sealed class SearchAddress
{
    /// <summary>All that an address can say, in the order in which it is written.</summary>
    private static readonly string[] Names =
        ["q", "kind", "category", "genre", "key", "tag", "tempo_min", "tempo_max", "price_min", "price_max", "free", "licence", "currency", "shop", "rating", "attr", "sort"];

    private readonly Dictionary<string, string> said;

    /// <param name="path">What the page's own path says; it goes before the query.</param>
    public SearchAddress(IEnumerable<KeyValuePair<string, StringValues>> query, ProductKinds kinds, (string Name, string? Value)? path = null)
    {
        said = query.Where(q => Names.Contains(q.Key)).Select(q => (q.Key, Value: Words.Typed(q.Value.ToString(), 100))).Where(q => q.Value is not null)
            .GroupBy(q => q.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value!, StringComparer.Ordinal);
        if (path is { } own)
        {
            said.Remove(own.Name);
            if (own.Value is not null) said[own.Name] = own.Value;
        }

        if (Said("currency") is { } code && Currency.TryOf(code, out var currency)) Currency = currency;
        var (lowest, highest) = (Price("price_min"), Price("price_max"));
        (PriceMin, PriceMax) = (lowest is null ? null : Said("price_min"), highest is null ? null : Said("price_max"));
        Query = new ListProducts.Query(
            Said("q"), Said("kind") is { } kind && kinds.Know(kind) ? kind : null, Said("category"),
            Said("genre") is { } g && Genres.TryRead(g, out var genre) ? genre : null, Said("key") is { } k && MusicalKeys.TryRead(k, out var key) ? key : null,
            Said("tag")?.ToLowerInvariant(), Number("tempo_min"), Number("tempo_max"), lowest, highest, Said("free") == "true" ? true : null,
            Said("licence") is { } l && Enum.GetNames<Licence>().Select(Naming.Snake).Contains(l) ? l : null,
            Currency.Code == ProductFilter.DefaultCurrency ? null : Currency.Code, Said("shop"),
            Number("rating") is { } rating && ListProducts.Ratings.Contains(rating) ? rating : null, Said("sort") is { } sort && ListProducts.Sorts.Contains(sort) ? sort : null,
            AttributeFacets.Known(Said("attr")));
        foreach (var (name, clean) in new[] { ("genre", Query.Genre), ("key", Query.Key), ("tag", Query.Tag), ("attr", Query.Attr) })
        {
            if (clean is null) said.Remove(name);
            else said[name] = clean;
        }
    }

    public ListProducts.Query Query { get; }

    public Currency Currency { get; } = Currency.Of(ProductFilter.DefaultCurrency);

    /// <summary>As typed.</summary>
    public string? PriceMin { get; }

    /// <summary>As typed.</summary>
    public string? PriceMax { get; }

    public static SearchAddress Of(string query, ProductKinds kinds) => new(QueryHelpers.ParseQuery(query), kinds);

    /// <summary>The same search is always the same text.</summary>
    public override string ToString() => QueryString.Create(Names.Where(n => n != "sort" && said.ContainsKey(n)).Select(n => KeyValuePair.Create<string, string?>(n, said[n]))).Value?.TrimStart('?') ?? "";

    private string? Said(string name) => said.GetValueOrDefault(name);

    private int? Number(string name) => int.TryParse(Said(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long? Price(string name) => Said(name) is { } text && Money.TryParse(text, Currency, out var money) && money.Minor >= 0 ? money.Minor : null;
}
