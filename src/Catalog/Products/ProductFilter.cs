using System.Globalization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What a buyer narrows a list by; each value is shown with the number of results that choosing it gives. One that reads more than a product's
/// tokens adds its condition to <see cref="ProductFilter.Chosen"/> and counts its values by a statement of its own over <see cref="ProductFilter.Matching"/>.
/// </summary>
internal enum Facet
{
    Kind,
    Category,
    Genre,
    Key,
    Price,
    Tempo,
    Licence,
    Rating,
    Tag,
}

/// <summary>What was chosen in one facet.</summary>
/// <param name="Condition">On <c>catalog.products p</c>.</param>
/// <param name="Token">The same as one element of <c>p.tokens</c>; null where none says it.</param>
/// <param name="TokenCondition">By the token: several of these meet in one index.</param>
internal sealed record Choice(string Condition, string? Token = null, string? TokenCondition = null);

/// <summary>The words of a query as they are looked for.</summary>
/// <param name="Typed">By the person, clean.</param>
/// <param name="Forgiven">A tsquery that forgives typing errors, where the words as typed find nothing.</param>
/// <param name="Shops">Shops that are called so: all of theirs is found, too.</param>
internal sealed record Sought(string Typed, string? Forgiven, Guid[] Shops);

/// <summary>A clean query as conditions on <c>catalog.products p</c>: the list joins them by AND, facets leave out one after the other.</summary>
internal sealed class ProductFilter
{
    public const string DefaultCurrency = "EUR";

    private readonly List<object?> values = [];
    private readonly bool byVariant;

    public ProductFilter(ListProducts.Query query, Sought? sought)
    {
        Currency = query.Currency ?? DefaultCurrency;
        if (sought is not null)
        {
            Typed = Parameter(sought.Typed);
            Words = sought.Forgiven is { } forgiven ? $"{Parameter(forgiven)}::tsquery" : $"catalog.search_query({Typed})";
            Fixed.Add(Worded = sought.Shops.Length == 0 ? $"p.search @@ {Words}" : $"(p.search @@ {Words} OR p.shop_id = ANY ({Parameter(sought.Shops)}))");
        }

        if (query.Attr is { } attr)
        {
            byVariant = true;
            Fixed.Add(AttributeFacets.Condition(attr, Parameter));
        }

        if (query.Shop is { } shop) Fixed.Add($"p.shop_id = (SELECT id FROM catalog.shops WHERE slug = {Parameter(shop)})");
        if (query.Currency is { } currency) Fixed.Add($"p.currency = {Parameter(currency)}");

        if (query.Kind is { } kind) Choose(Facet.Kind, $"kind:{kind}", $"p.kind = {Parameter(kind)}");
        if (query.Category is { } category) Choose(Facet.Category, $"category:{category}");
        if (query.Genre is { } genre) Choose(Facet.Genre, $"genre:{genre}", $"p.genre = {Parameter(genre)}");
        if (query.Key is { } key) Choose(Facet.Key, $"key:{key}", $"p.musical_key = {Parameter(key)}");
        if (query.Licence is { } licence) Choose(Facet.Licence, $"licence:{licence}");
        if (query.Rating is { } rating) Choose(Facet.Rating, $"rating:{rating}");
        if (query.Tag is { } tag) Choose(Facet.Tag, $"tag:{tag}");
        if (query.TempoMin is not null || query.TempoMax is not null)
        {
            Choose(Facet.Tempo, Bands.Tempo.Token(query.TempoMin, query.TempoMax),
                query.TempoMin is { } slowest ? $"p.tempo >= {Parameter(slowest)}" : null, query.TempoMax is { } fastest ? $"p.tempo <= {Parameter(fastest)}" : null);
        }

        var range = query.PriceMin is not null || query.PriceMax is not null;
        if (range || query.Free == true)
        {
            Choose(Facet.Price, query.Free == true ? range ? null : Bands.Free : Bands.Price(Currency).Token(query.PriceMin, query.PriceMax),
                query.Free == true ? "p.price_from = 0" : null,
                query.PriceMin is { } lowest ? $"p.price_from >= {Parameter(lowest)}" : null,
                query.PriceMax is { } highest ? $"p.price_from <= {Parameter(highest)}" : null,
                range ? $"p.currency = {Parameter(Currency)}" : null);
        }
    }

    /// <summary>That in which prices are meant.</summary>
    public string Currency { get; }

    /// <summary>SQL of the tsquery, and of the words as they were typed; null without any.</summary>
    public string? Words { get; }

    /// <inheritdoc cref="Words"/>
    public string? Typed { get; }

    /// <summary>What the words ask of a product.</summary>
    public string? Worded { get; }

    /// <summary>Conditions that belong to no facet.</summary>
    public List<string> Fixed { get; } = ["p.state = 'active'"];

    /// <summary>The condition of each facet in which something was chosen.</summary>
    public Dictionary<Facet, Choice> Chosen { get; } = [];

    /// <summary>Nothing but what is on sale was asked for.</summary>
    public bool IsOpen => Fixed.Count == 1;

    public string Where => Conditions(null);

    /// <summary>One plan serves all values: an index has the one choice and the order, or the order alone.</summary>
    public bool IsPlain(string sort) => Chosen.Count == 0
        ? IsOpen || (Words is null && !byVariant && sort == ListProducts.Newest && Fixed.Count == 2)
        : IsOpen && Chosen.Count == 1 && sort == ListProducts.Newest && Chosen.Keys.Single() is Facet.Kind or Facet.Genre or Facet.Key;

    /// <summary>All conditions, or all but those of one facet.</summary>
    public string Conditions(Facet? without)
    {
        var choices = Chosen.Where(c => c.Key != without).Select(c => c.Value).ToList();
        // One alone has an index in the order of the list; several meet in the index of tokens.
        return string.Join("\n  AND ", [.. Fixed, .. choices.Select(c => choices.Count == 1 && IsOpen ? c.Condition : c.TokenCondition ?? c.Condition)]);
    }

    /// <summary>At most so many of the results without one facet's choice, in any order: for counting.</summary>
    public string Matching(string columns, Facet? without, int most) =>
        $"SELECT {columns} FROM catalog.products p WHERE {Conditions(without)} LIMIT {most.ToString(CultureInfo.InvariantCulture)}";

    public string Parameter(object? value)
    {
        values.Add(value);
        return "$" + values.Count.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Plans.Planned{T}"/>
    public Task<List<T>> List<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> row, CancellationToken stop) => source.Planned(sql, [.. values], row, stop);

    /// <summary>The same by a plan that serves all values.</summary>
    public NpgsqlCommand Command(NpgsqlDataSource source, string sql) => Kernel.Sql.Command(source, sql, [.. values]);

    /// <inheritdoc cref="Command"/>
    public NpgsqlBatchCommand Batched(string sql) => Kernel.Sql.Batched(sql, [.. values]);

    private void Choose(Facet facet, string? token, params string?[] conditions)
    {
        var byToken = token is null ? null : $"p.tokens @> ARRAY[{Parameter(token)}]";
        var said = conditions.OfType<string>().ToList();
        Chosen[facet] = new Choice(said.Count == 0 ? byToken! : $"({string.Join(" AND ", said)})", token, byToken);
    }
}
