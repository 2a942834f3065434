using System.Globalization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a buyer narrows a list by; each value is shown with the number of results that choosing it gives.</summary>
internal enum Facet
{
    Kind,
    Category,
    Genre,
    Key,
    Price,
    Tempo,
    Licence,
}

/// <summary>A clean query as conditions on <c>catalog.products p</c>: the list joins them by AND, facets leave out one after the other.</summary>
internal sealed class ProductFilter
{
    public const string DefaultCurrency = "EUR";

    private readonly List<object?> values = [];

    public ProductFilter(ListProducts.Query query, bool forgiving)
    {
        Currency = query.Currency ?? DefaultCurrency;
        if (query.Q is { } words)
        {
            var typed = Parameter(words);
            if (forgiving)
            {
                Join = $"JOIN catalog.titles_like({typed}) t ON t.product_id = p.id";
                Rank = "t.likeness";
            }
            else
            {
                Fixed.Add($"p.search @@ catalog.search_query({typed})");
                Rank = $"(ts_rank_cd(p.search, catalog.search_query({typed})) * 1000000)::bigint";
            }
        }

        if (query.Tag is { } tag) Fixed.Add($"p.tags @> ARRAY[{Parameter(tag)}]");
        if (query.Shop is { } shop) Fixed.Add($"p.shop_id = (SELECT id FROM catalog.shops WHERE slug = {Parameter(shop)})");
        if (query.Currency is { } currency) Fixed.Add($"p.currency = {Parameter(currency)}");

        if (query.Kind is { } kind) Chosen[Facet.Kind] = $"p.kind = {Parameter(kind)}";
        if (query.Category is { } category) Chosen[Facet.Category] = $"p.category IN (SELECT c.slug FROM catalog.categories c WHERE c.path @> ARRAY[{Parameter(category)}])";
        if (query.Genre is { } genre) Chosen[Facet.Genre] = $"p.genre = {Parameter(genre)}";
        if (query.Key is { } key) Chosen[Facet.Key] = $"p.musical_key = {Parameter(key)}";
        if (query.Licence is { } licence) Chosen[Facet.Licence] = $"p.licences @> ARRAY[{Parameter(licence)}]";
        Choose(Facet.Tempo, query.TempoMin is { } slowest ? $"p.tempo >= {Parameter(slowest)}" : null, query.TempoMax is { } fastest ? $"p.tempo <= {Parameter(fastest)}" : null);
        Choose(Facet.Price,
            query.Free == true ? "p.price_from = 0" : null,
            query.PriceMin is { } lowest ? $"p.price_from >= {Parameter(lowest)}" : null,
            query.PriceMax is { } highest ? $"p.price_from <= {Parameter(highest)}" : null,
            (query.PriceMin ?? query.PriceMax) is not null ? $"p.currency = {Parameter(Currency)}" : null);
    }

    /// <summary>That in which prices are meant.</summary>
    public string Currency { get; }

    public string Join { get; } = "";

    /// <summary>How well a product fits the words.</summary>
    public string Rank { get; } = "0::bigint";

    /// <summary>Conditions that belong to no facet.</summary>
    public List<string> Fixed { get; } = ["p.state = 'active'"];

    /// <summary>The condition of each facet in which something was chosen.</summary>
    public Dictionary<Facet, string> Chosen { get; } = [];

    public string Where => string.Join("\n  AND ", [.. Fixed, .. Chosen.Values]);

    public string Parameter(object? value)
    {
        values.Add(value);
        return "$" + values.Count.ToString(CultureInfo.InvariantCulture);
    }

    public NpgsqlCommand Command(NpgsqlDataSource source, string sql) => Kernel.Sql.Command(source, sql, [.. values]);

    private void Choose(Facet facet, params string?[] conditions)
    {
        var said = conditions.OfType<string>().ToList();
        if (said.Count > 0) Chosen[facet] = $"({string.Join(" AND ", said)})";
    }
}
