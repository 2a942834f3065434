using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// How many results each token gives, by one statement. With no more than one filter the numbers are kept (<c>catalog.facet_counts</c> and what
/// has changed since); else they are counted among the newest <see cref="Bound"/> results of each view (the choices without those of one facet):
/// exact where there are no more, and the least there can be where there are.
/// </summary>
internal sealed class FacetCounts
{
    public const int Bound = 1000;

    private const string Any = "*", KeptTags = "#", Tags = "tag:";

    private readonly ProductFilter filter;
    private readonly Dictionary<(string Source, string Token), int> counts = [];

    private FacetCounts(ProductFilter filter) => this.filter = filter;

    /// <summary>All shelves, in the order of the tree.</summary>
    public IReadOnlyList<Shelf> Shelves { get; private set; } = [];

    /// <summary>Results now.</summary>
    public Counted Total => In(SourceOf(null, false), Any);

    public Counted Of(Facet facet, string token) => In(SourceOf(filter.Chosen.ContainsKey(facet) ? facet : null, facet == Facet.Tag), token);

    /// <summary>Tags with the most results, at most so many.</summary>
    public IEnumerable<string> TopTags(int most)
    {
        var source = SourceOf(filter.Chosen.ContainsKey(Facet.Tag) ? Facet.Tag : null, true);
        return counts.Where(c => c.Key.Source == source && c.Key.Token.StartsWith(Tags, StringComparison.Ordinal) && c.Value > 0)
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key.Token, StringComparer.Ordinal).Take(most).Select(c => c.Key.Token[Tags.Length..]);
    }

    public static async Task<FacetCounts> Read(ProductFilter filter, NpgsqlDataSource source, CancellationToken stop)
    {
        var read = new FacetCounts(filter);
        foreach (var (from, token, count) in await filter.List(source, read.Statement(), r => (r.GetString(0), r.GetString(1), r.GetInt32(2)), stop))
        {
            if (from == "tree") read.Shelves = JsonSerializer.Deserialize<List<Shelf>>(token, JsonStyle.Options)!;
            else read.counts[(from, token)] = count;
        }

        return read;
    }

    private string Statement()
    {
        var sources = filter.Chosen.Keys.Cast<Facet?>().Append(null).SelectMany(without => new[] { SourceOf(without, false), SourceOf(without, true) }).Distinct(StringComparer.Ordinal).ToList();
        var parts = new List<string>
        {
            "SELECT 'tree', json_agg(json_build_object('slug', c.slug, 'name', c.name, 'path', c.path) ORDER BY cardinality(c.path), c.position)::text, 0 FROM catalog.categories c",
        };
        foreach (var without in filter.Chosen.Keys.Cast<Facet?>().Append(null).Where(w => sources.Contains(View(w))))
            parts.Add($"SELECT '{View(without)}', t, count(*)::int FROM ({filter.Matching("p.tokens", without, Bound + 1)}) m, unnest(m.tokens || '*'::text) t GROUP BY t");
        var kept = sources.Where(s => s.StartsWith('=')).ToList();
        if (kept.Count > 0)
        {
            parts.Add(
                $"""
                SELECT '=' || k.chosen, n.token, sum(n.products)::int
                FROM unnest({filter.Parameter(kept.Select(k => k[1..]).ToArray())}::text[]) k(chosen), LATERAL (
                  SELECT c.token, c.products FROM catalog.facet_counts c WHERE c.chosen = k.chosen
                  UNION ALL
                  SELECT t, x.sign FROM catalog.search_changes x, unnest(x.tokens || '*'::text) t WHERE t NOT LIKE 'tag:%' AND (k.chosen = '' OR k.chosen = ANY (x.tokens))) n
                GROUP BY k.chosen, n.token
                """);
        }

        if (sources.Contains(KeptTags))
        {
            parts.Add(
                $"""
                SELECT '{KeptTags}', top.token, (coalesce(c.products, 0) + coalesce(top.changed, 0))::int
                FROM (SELECT token, sum(changed) AS changed FROM (
                        (SELECT token, 0 AS changed FROM catalog.facet_counts WHERE chosen = '#' ORDER BY products DESC, token LIMIT 60)
                        UNION ALL (SELECT t, x.sign FROM catalog.search_changes x, unnest(x.tokens) t WHERE t LIKE 'tag:%')
                        UNION ALL SELECT {filter.Parameter(filter.Chosen.TryGetValue(Facet.Tag, out var tag) ? tag.Token : Tags)}::text, 0) known GROUP BY token) top
                LEFT JOIN catalog.facet_counts c ON c.chosen = '#' AND c.token = top.token
                """);
        }

        return string.Join("\nUNION ALL\n", parts);
    }

    /// <summary>Where a number stands: '=' and the one chosen token, or a view that is counted.</summary>
    private string SourceOf(Facet? without, bool tags)
    {
        var rest = filter.Chosen.Where(c => c.Key != without).Select(c => c.Value.Token).ToList();
        if (!filter.IsOpen || rest.Count > (tags ? 0 : 1) || rest.Any(t => t is null || t.StartsWith(Tags, StringComparison.Ordinal))) return View(without);
        return tags ? KeptTags : "=" + (rest.Count == 0 ? "" : rest[0]);
    }

    private static string View(Facet? without) => $"without {without}";

    private Counted In(string source, string token)
    {
        var count = counts.GetValueOrDefault((source, token));
        var cut = source.StartsWith("without", StringComparison.Ordinal) && counts.GetValueOrDefault((source, Any)) > Bound;
        return new Counted(token == Any && cut ? Bound : count, cut);
    }

    public sealed record Shelf(string Slug, string Name, IReadOnlyList<string> Path);
}

/// <param name="AtLeast">There may be more: so many were looked at.</param>
internal readonly record struct Counted(int Count, bool AtLeast);
