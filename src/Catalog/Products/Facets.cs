using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// The values of each facet with true numbers: so many results there will be when the value takes the place of what is chosen in
/// its own facet, while all other facets stay. One statement: each product carries a bit for every facet that it misses, and counts
/// for a facet when it misses none but that.
/// </summary>
/// <param name="Total">Results now.</param>
internal sealed record Facets(
    int Total, IReadOnlyList<FacetValue> Kind, IReadOnlyList<FacetValue> Category, IReadOnlyList<FacetValue> Genre, IReadOnlyList<FacetValue> Key,
    IReadOnlyList<FacetValue> Price, IReadOnlyList<FacetValue> Tempo, IReadOnlyList<FacetValue> Licence)
{
    // Bands begin here; prices in major units.
    private static readonly long[] Prices = [10, 25, 50, 100];
    private static readonly int[] Tempos = [80, 100, 120, 140, 160];

    /// <summary>In the order of the bits and of the columns that are grouped by.</summary>
    private static readonly (Facet Facet, string? Column)[] Order =
    [
        (Facet.Kind, "kind"), (Facet.Category, "category"), (Facet.Genre, "genre"), (Facet.Key, "musical_key"), (Facet.Price, "price_band"), (Facet.Tempo, "tempo_band"), (Facet.Licence, null),
    ];

    private static readonly string[] Licences = [.. Enum.GetNames<Licence>().Select(Naming.Snake)];

    /// <param name="query">Clean.</param>
    /// <param name="forgiving">Whether its words forgive typing errors.</param>
    public static async Task<Facets> Count(ListProducts.Query query, bool forgiving, ProductKinds kinds, NpgsqlDataSource source, CancellationToken stop)
    {
        var filter = new ProductFilter(query, forgiving);
        var unit = (long)Math.Pow(10, Currency.Of(filter.Currency).Exponent);
        var missed = string.Join(" + ", Order.Select((o, bit) => filter.Chosen.TryGetValue(o.Facet, out var condition) ? $"CASE WHEN {condition} THEN 0 ELSE {1 << bit} END" : "0"));
        var columns = Order.Where(o => o.Column is not null).Select(o => o.Column!).ToList();
        var sql =
            $"""
            WITH matching AS (
              SELECT p.kind, p.category, p.genre, p.musical_key, p.licences,
                     CASE WHEN p.price_from = 0 THEN -1 WHEN p.currency = {filter.Parameter(filter.Currency)} THEN width_bucket(p.price_from, {filter.Parameter(Prices.Select(p => p * unit).ToArray())}) END AS price_band,
                     width_bucket(p.tempo, {filter.Parameter(Tempos)}) AS tempo_band,
                     {missed} AS missed
              FROM catalog.products p {filter.Join}
              WHERE {string.Join("\n    AND ", filter.Fixed)})
            SELECT {string.Join(", ", columns.Select(c => $"{c}::text, GROUPING({c})"))},
                   count(*) FILTER (WHERE missed = 0)::int,
                   {string.Join(", ", Order.Select((_, bit) => $"count(*) FILTER (WHERE missed IN (0, {1 << bit}))::int"))},
                   {string.Join(", ", Licences.Select(l => $"count(*) FILTER (WHERE missed IN (0, {1 << (int)Facet.Licence}) AND licences @> '{{{l}}}')::int"))},
                   (SELECT json_agg(json_build_object('slug', c.slug, 'name', c.name, 'path', c.path) ORDER BY cardinality(c.path), c.position) FROM catalog.categories c)::text
            FROM matching
            GROUP BY GROUPING SETS ((), {string.Join(", ", columns.Select(c => $"({c})"))})
            """;
        var rows = await filter.Command(source, sql).List(r => Row.Of(r, columns.Count), stop);
        return Of(rows, query, kinds, unit);
    }

    private static Facets Of(List<Row> rows, ListProducts.Query query, ProductKinds kinds, long unit)
    {
        var all = rows.Single(r => r.Facet is null);
        Dictionary<string, int> Counts(Facet facet) => rows.Where(r => r.Facet == facet && r.Value is not null && r.Counts[(int)facet] > 0).ToDictionary(r => r.Value!, r => r.Counts[(int)facet], StringComparer.Ordinal);
        IReadOnlyList<FacetValue> Values(Facet facet, string? chosen, IEnumerable<string> order)
        {
            var counts = Counts(facet);
            return order.Where(v => counts.ContainsKey(v) || v == chosen).Select(v => new FacetValue(v, counts.GetValueOrDefault(v), v == chosen)).ToList();
        }

        var genres = Counts(Facet.Genre);
        var categories = JsonSerializer.Deserialize<List<Node>>(all.Tree, JsonStyle.Options)!;
        var shelved = Counts(Facet.Category);
        return new Facets(
            all.Total,
            Values(Facet.Kind, query.Kind, kinds.All.Select(k => k.Key)),
            // A shelf shows what stands on it and on those below.
            categories.Select(c => new FacetValue(c.Slug, categories.Where(b => b.Path.Contains(c.Slug)).Sum(b => shelved.GetValueOrDefault(b.Slug)), c.Slug == query.Category) { Name = c.Name, Path = c.Path })
                .Where(c => c.Count > 0 || c.Chosen).ToList(),
            Values(Facet.Genre, query.Genre, Genres.All.OrderByDescending(g => genres.GetValueOrDefault(g))),
            Values(Facet.Key, query.Key, MusicalKeys.All),
            Bands(Counts(Facet.Price), [.. Prices.Select(p => p * unit)], 1, query.PriceMin, query.PriceMax, query.Free == true),
            Bands(Counts(Facet.Tempo), [.. Tempos.Select(t => (long)t)], null, query.TempoMin, query.TempoMax, false),
            Licences.Select((l, i) => new FacetValue(l, all.Licences[i], l == query.Licence)).Where(l => l.Count > 0 || l.Chosen).ToList());
    }

    // Both ends belong to a band; the first and the last are open.
    private static List<FacetValue> Bands(Dictionary<string, int> counts, long[] starts, long? least, long? chosenMin, long? chosenMax, bool free)
    {
        var bands = new List<FacetValue>();
        for (var band = -1; band <= starts.Length; band++)
        {
            var (min, max) = (band <= 0 ? least : starts[band - 1], band == starts.Length ? (long?)null : band < 0 ? 0 : starts[band] - 1);
            var value = band < 0 ? "free" : $"{min}-{max}";
            var chosen = band < 0 ? free : !free && min == chosenMin && max == chosenMax;
            var count = counts.GetValueOrDefault(band.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (count > 0 || chosen) bands.Add(new FacetValue(value, count, chosen) { Min = band < 0 ? null : min, Max = band < 0 ? null : max });
        }

        return bands;
    }

    private sealed record Node(string Slug, string Name, IReadOnlyList<string> Path);

    private sealed record Row(Facet? Facet, string? Value, int Total, int[] Counts, int[] Licences, string Tree)
    {
        public static Row Of(NpgsqlDataReader r, int columns)
        {
            // GROUPING is 0 for the one column that this row is about.
            var about = Enumerable.Range(0, columns).Cast<int?>().FirstOrDefault(c => r.GetInt32((c!.Value * 2) + 1) == 0);
            var at = columns * 2;
            return new Row(
                about is { } column ? Order[column].Facet : null, about is { } named && !r.IsDBNull(named * 2) ? r.GetString(named * 2) : null, r.GetInt32(at),
                [.. Order.Select((_, i) => r.GetInt32(at + 1 + i))], [.. Facets.Licences.Select((_, i) => r.GetInt32(at + 1 + Order.Length + i))],
                r.GetString(at + 1 + Order.Length + Facets.Licences.Length));
        }
    }
}

/// <param name="Value">As the filter of the same name takes it; for a band its ends, which <c>…_min</c> and <c>…_max</c> take, or <c>free</c>.</param>
/// <param name="Count">Results when it is chosen.</param>
internal sealed record FacetValue(string Value, int Count, bool Chosen)
{
    /// <summary>English.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>From the root of the tree to this category.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Path { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Min { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Max { get; init; }
}
