using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// The values of each facet with true numbers: so many results there will be when the value takes the place of what is chosen in
/// its own facet, while all other facets stay.
/// </summary>
/// <param name="Total">Results now.</param>
/// <param name="TotalIsLeast">There are more than could be counted at once.</param>
internal sealed record Facets(
    int Total, bool TotalIsLeast, IReadOnlyList<FacetValue> Kind, IReadOnlyList<FacetValue> Category, IReadOnlyList<FacetValue> Genre, IReadOnlyList<FacetValue> Key,
    IReadOnlyList<FacetValue> Price, IReadOnlyList<FacetValue> Tempo, IReadOnlyList<FacetValue> Licence, IReadOnlyList<FacetValue> Rating, IReadOnlyList<FacetValue> Tag)
{
    /// <summary>What the things among the results come in; empty when there are none.</summary>
    public IReadOnlyList<AttributeFacet> Attributes { get; init; } = [];

    public const int MostTags = 20;

    private static readonly string[] Licences = [.. Enum.GetNames<Licence>().Select(Naming.Snake)];

    /// <param name="query">Clean.</param>
    public static async Task<Facets> Count(ListProducts.Query query, Sought? sought, ProductKinds kinds, NpgsqlDataSource source, CancellationToken stop)
    {
        var filter = new ProductFilter(query, sought);
        var counts = await FacetCounts.Read(filter, source, stop);
        IReadOnlyList<FacetValue> Values(Facet facet, string prefix, string? chosen, IEnumerable<string> values) => Shown(values.Select(v => Value(facet, prefix + v, v, v == chosen)));
        FacetValue Value(Facet facet, string token, string value, bool chosen)
        {
            var counted = counts.Of(facet, token);
            return new FacetValue(value, counted.Count, chosen) { AtLeast = counted.AtLeast };
        }

        IReadOnlyList<FacetValue> Banded(Facet facet, Bands bands, long? min, long? max, bool free) =>
            Shown(bands.All.Select(b => Value(facet, b.Token, $"{b.Min}-{b.Max}", !free && (min is not null || max is not null) && b.Min == min && b.Max == max) with { Min = b.Min, Max = b.Max }));

        return new Facets(
            counts.Total.Count, counts.Total.AtLeast,
            Values(Facet.Kind, "kind:", query.Kind, kinds.All.Select(k => k.Key)),
            Shown(counts.Shelves.Select(c => Value(Facet.Category, "category:" + c.Slug, c.Slug, c.Slug == query.Category) with { Name = c.Name, Path = c.Path })),
            [.. Values(Facet.Genre, "genre:", query.Genre, Genres.All).OrderByDescending(g => g.Count)],
            Values(Facet.Key, "key:", query.Key, MusicalKeys.All),
            [.. Shown([Value(Facet.Price, Bands.Free, "free", query.Free == true)]), .. Banded(Facet.Price, Bands.Price(filter.Currency), query.PriceMin, query.PriceMax, query.Free == true)],
            Banded(Facet.Tempo, Bands.Tempo, query.TempoMin, query.TempoMax, false),
            Values(Facet.Licence, "licence:", query.Licence, Licences),
            Shown(ListProducts.Ratings.Select(r => Value(Facet.Rating, $"rating:{r}", $"{r}", r == query.Rating))),
            Values(Facet.Tag, "tag:", query.Tag, counts.TopTags(MostTags).Concat(query.Tag is { } tag ? [tag] : []).Distinct(StringComparer.Ordinal)));
    }

    private static List<FacetValue> Shown(IEnumerable<FacetValue> values) => values.Where(v => v.Count > 0 || v.Chosen).ToList();
}

/// <param name="Value">As the filter of the same name takes it; for a band its ends, which <c>…_min</c> and <c>…_max</c> take, or <c>free</c>.</param>
/// <param name="Count">Results when it is chosen.</param>
internal sealed record FacetValue(string Value, int Count, bool Chosen)
{
    /// <summary>So many at least: there were more results than are looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AtLeast { get; init; }

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
