using Marketplace.Kernel;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What somebody who is still typing may want: shelves, genres, tags, shops and titles that begin so, then titles with such a word. One query, at most two, all by index.</summary>
internal static class Suggest
{
    public const int Most = 8;

    /// <summary>Where it leads and what it says, in the language of the request.</summary>
    /// <param name="Kind">product, shop, tag, category or genre.</param>
    /// <param name="Url">A page of this market.</param>
    public sealed record Suggestion(string Kind, string Text, string Url);

    public sealed record Reply(IReadOnlyList<Suggestion> Data);

    public static async Task<Reply> Handle(string? q, NpgsqlDataSource source, IStringLocalizer<Texts> texts, CancellationToken stop)
    {
        if (Words.Typed(q, 60) is not { Length: >= 2 } typed) return new Reply([]);
        var rows = await source.PlannedOnce(
            """
            SELECT 'category', c.name, c.slug FROM catalog.categories c
            UNION ALL (SELECT 'tag', right(f.token, -4), '' FROM (
                         SELECT token, products FROM catalog.facet_counts
                         WHERE chosen = '#' AND token ~>=~ ('tag:' || lower($1)) AND token ~<~ ('tag:' || lower($1) || chr(1114111)) AND products > 0 LIMIT 50) f ORDER BY f.products DESC LIMIT 2)
            UNION ALL (SELECT 'shop', s.name, s.slug FROM catalog.shops s
                       WHERE NOT s.withheld AND s.name_plain ~>=~ catalog.plain($1) AND s.name_plain ~<~ (catalog.plain($1) || chr(1114111)) LIMIT 2)
            UNION ALL (SELECT 'product', t.title, t.slug FROM (
                         SELECT p.slug, p.title, p.trend_score, p.sold_count FROM catalog.products p
                         WHERE p.state = 'active' AND p.title_plain ~>=~ catalog.plain($1) AND p.title_plain ~<~ (catalog.plain($1) || chr(1114111)) LIMIT 50) t
                       ORDER BY t.trend_score DESC, t.sold_count DESC LIMIT 6)
            UNION ALL (SELECT 'word', v.word, '' FROM catalog.vocabulary v WHERE v.word ~>=~ catalog.plain($1) AND v.word ~<~ (catalog.plain($1) || chr(1114111)) LIMIT 5)
            """, [typed], Row, stop);
        if (rows.Count(r => r.Kind == "product") < 4 && rows.Where(r => r.Kind == "word").Select(r => $"'{r.Text}'").ToList() is { Count: > 0 } words)
        {
            // A word that many titles have is soon met among what sells; one that few have is looked up.
            rows.AddRange(await source.PlannedOnce(
                """
                WITH best AS MATERIALIZED (
                  SELECT b.title, b.slug FROM (SELECT p.title, p.slug, p.titled FROM catalog.products p WHERE p.state = 'active' ORDER BY p.sold_count DESC, p.id DESC LIMIT 500) b
                  WHERE b.titled @@ $1::tsquery LIMIT 4)
                SELECT 'product', title, slug FROM best
                UNION ALL (SELECT 'product', t.title, t.slug FROM (
                             SELECT p.title, p.slug, p.sold_count FROM catalog.products p WHERE p.state = 'active' AND p.titled @@ $1::tsquery AND (SELECT count(*) FROM best) < 4 LIMIT 200) t
                           ORDER BY t.sold_count DESC LIMIT 4)
                """,
                [string.Join(" | ", words)], Row, stop));
        }

        var plain = Plain(typed);
        bool Begins(string text) => plain.Length > 0 && (Plain(text).Split(' ').Any(word => word.StartsWith(plain, StringComparison.Ordinal)) || Plain(text).StartsWith(plain, StringComparison.Ordinal));
        var shelves = rows.Where(r => r.Kind == "category").Select(c => new Suggestion(c.Kind, texts[c.Text], $"/c/{c.Slug}")).Where(c => Begins(c.Text)).Take(2);
        var genres = Genres.All.Where(Begins).Take(2).Select(g => new Suggestion("genre", g, $"/genres/{Genres.Slug(g)}"));
        var found = rows.Where(r => r.Kind is not ("category" or "word")).Select(r => r.Kind switch
        {
            "tag" => new Suggestion(r.Kind, "#" + r.Text, $"/tags/{Uri.EscapeDataString(r.Text)}"),
            "shop" => new Suggestion(r.Kind, r.Text, $"/shops/{r.Slug}"),
            _ => new Suggestion(r.Kind, r.Text, $"/p/{r.Slug}"),
        });
        return new Reply([.. shelves.Concat(genres).Concat(found).DistinctBy(s => s.Url).Take(Most)]);
    }

    private static (string Kind, string Text, string Slug) Row(NpgsqlDataReader r) => (r.GetString(0), r.GetString(1), r.GetString(2));

    private static string Plain(string text) => Slugs.From(text, 100).Replace('-', ' ');
}
