using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Filters by what variants come in: <c>attr=colour:blue,size:xl</c>. One variant must have all of it, so that a shirt in blue S and red XL is
/// no blue XL. The numbers beside the values are true: so many results when the value takes the place of what is chosen of its own attribute;
/// of very many results only the first are looked at, and it says so.
/// </summary>
internal static partial class AttributeFacets
{
    private const int Most = 6;

    /// <summary>The filter as it is kept: in order, each attribute once; null when there is none.</summary>
    /// <exception cref="Refused">422 <c>unknown_attribute</c>.</exception>
    public static string? Clean(string? said)
    {
        if (string.IsNullOrWhiteSpace(said)) return null;
        var parts = said.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length > Most || !parts.All(p => Pair().IsMatch(p)) || parts.Select(p => p.Split(':')[0]).Distinct(StringComparer.Ordinal).Count() != parts.Length)
            throw Refused.Invalid(new FieldError("/attr", "unknown_attribute", "An attribute and its value, like colour:blue; several with commas between them, each attribute once."));
        return parts.Length == 0 ? null : string.Join(',', parts.Order(StringComparer.Ordinal));
    }

    /// <summary>The same for a page's address: what is no filter is none.</summary>
    public static string? Known(string? said)
    {
        try
        {
            return Clean(said);
        }
        catch (Refused)
        {
            return null;
        }
    }

    /// <summary>On <c>catalog.products p</c>.</summary>
    /// <param name="parameter">Gives a value its place.</param>
    public static string Condition(string clean, Func<object?, string> parameter) =>
        $"EXISTS (SELECT FROM catalog.product_variants v WHERE v.product_id = p.id AND v.on_sale AND v.\"values\" @> {parameter(new Sql.Json(JsonSerializer.Serialize(Read(clean))))})";

    /// <summary>The same filter with one value chosen, or taken away when it is chosen already.</summary>
    public static string? With(string? clean, string attribute, string value)
    {
        var chosen = Read(clean);
        if (chosen.TryGetValue(attribute, out var there) && there == value) chosen.Remove(attribute);
        else chosen[attribute] = value;
        return chosen.Count == 0 ? null : string.Join(',', chosen.Select(c => $"{c.Key}:{c.Value}"));
    }

    /// <param name="filter">Of the query without its attributes.</param>
    public static async Task<IReadOnlyList<AttributeFacet>> Count(string? clean, ProductFilter filter, NpgsqlDataSource source, CancellationToken stop)
    {
        var chosen = Read(clean);
        var wanted = filter.Parameter(new Sql.Json(JsonSerializer.Serialize(chosen)));
        filter.Fixed.Add("p.kind = 'physical'");
        var counted = await filter.List(source,
            $"""
            WITH matching AS MATERIALIZED ({filter.Matching("p.id", null, FacetCounts.Bound + 1)})
            SELECT a.key, a.name, w.key, w.name, count(DISTINCT p.id)::int, (SELECT count(*) FROM matching) > {FacetCounts.Bound}
            FROM matching p
            JOIN catalog.product_variants v ON v.product_id = p.id AND v.on_sale
            CROSS JOIN LATERAL jsonb_each_text(v."values") e
            JOIN catalog.attributes a ON a.key = e.key JOIN catalog.attribute_values w ON w.attribute = e.key AND w.key = e.value
            WHERE v."values" @> ({wanted} - e.key)
            GROUP BY a.key, a.name, a.position, w.key, w.name, w.position
            ORDER BY a.position, a.key, w.position, w.key
            """, r => (Attribute: r.GetString(0), Name: r.GetString(1), Value: r.GetString(2), ValueName: r.GetString(3), Count: r.GetInt32(4), AtLeast: r.GetBoolean(5)), stop);
        return counted.GroupBy(c => (c.Attribute, c.Name)).Select(g => new AttributeFacet(g.Key.Attribute, g.Key.Name,
            g.Select(v => new FacetValue(v.Value, v.Count, chosen.GetValueOrDefault(v.Attribute) == v.Value) { Name = v.ValueName, AtLeast = v.AtLeast }).ToList())).ToList();
    }

    private static SortedDictionary<string, string> Read(string? clean) => clean is null
        ? new(StringComparer.Ordinal)
        : new(clean.Split(',').Select(p => p.Split(':')).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal), StringComparer.Ordinal);

    [GeneratedRegex(@"\A[a-z][a-z0-9]{0,11}:[a-z0-9]{1,13}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pair();
}

/// <summary>One attribute with the values that the results come in.</summary>
/// <param name="Key">As the filter <c>attr</c> takes it, in front of a colon and the value.</param>
/// <param name="Name">English, as are the names of the values.</param>
internal sealed record AttributeFacet(string Key, string Name, IReadOnlyList<FacetValue> Values);
