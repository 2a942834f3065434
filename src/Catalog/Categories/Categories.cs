using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>The shelves of the market: a tree that migrations plant.</summary>
internal static class Categories
{
    /// <summary>The English names that are planted, for those who translate; a test compares them with the tree.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Music", "Musicians", "Producers and engineers", "Vocalists", "Visual artists", "Educators", "Content creators", "Industry professionals", "Music tool makers", "Loops", "One-shots",
        "Sheet music", "Beats", "Drum kits", "Sample packs", "Templates", "Acapellas", "Vocal packs", "Artwork", "Video art", "Books", "Sound effects", "Contracts and documents", "Presets", "MIDI packs",
        "Services", "Courses", "Webinars", "Lessons and mentoring", "Memberships", "Promotion",
        "Merchandise and instruments", "Records and tapes", "Merchandise", "Instruments and gear",
    ];

    /// <summary>The whole tree with how much each shelf and those below it have on sale. One query.</summary>
    public static async Task<IReadOnlyList<Shelved>> Tree(NpgsqlDataSource source, CancellationToken stop)
    {
        var all = await source.Command(
            """
            SELECT c.slug, c.parent, c.name, (coalesce(f.products, 0) + coalesce(changed.products, 0))::int
            FROM catalog.categories c
            LEFT JOIN catalog.facet_counts f ON f.chosen = '' AND f.token = 'category:' || c.slug
            LEFT JOIN (SELECT t AS token, sum(x.sign) AS products FROM catalog.search_changes x, unnest(x.tokens) t WHERE t LIKE 'category:%' GROUP BY t) changed ON changed.token = 'category:' || c.slug
            ORDER BY cardinality(c.path), c.position
            """)
            .List(r => (Slug: r.GetString(0), Parent: r.IsDBNull(1) ? "" : r.GetString(1), Name: r.GetString(2), Count: r.GetInt32(3)), stop);
        var children = all.ToLookup(c => c.Parent, StringComparer.Ordinal);
        List<Shelved> Below(string parent) => children[parent].Select(c => new Shelved(c.Slug, c.Name, c.Count, Below(c.Slug))).ToList();
        return Below("");
    }

    /// <exception cref="Refused">422 on <c>/category</c>.</exception>
    public static async Task<string> Known(string slug, UnitOfWork work) =>
        await work.Command("SELECT EXISTS (SELECT 1 FROM catalog.categories WHERE slug = $1)", slug).Scalar<bool>()
            ? slug
            : throw Refused.Invalid(new FieldError("/category", "unknown_category", "There is no such category."));

    /// <summary>All of them in the order of the tree: for a select.</summary>
    public static async Task<List<(string Slug, string Name, int Depth)>> Choices(NpgsqlDataSource source, CancellationToken stop)
    {
        var choices = new List<(string, string, int)>();
        void Walk(IEnumerable<Shelved> shelves, int depth)
        {
            foreach (var shelf in shelves)
            {
                choices.Add((shelf.Slug, shelf.Name, depth));
                Walk(shelf.Children, depth + 1);
            }
        }

        Walk(await Tree(source, stop), 0);
        return choices;
    }
}

/// <param name="Name">English.</param>
/// <param name="Count">On sale here and below.</param>
internal sealed record Shelved(string Slug, string Name, int Count, IReadOnlyList<Shelved> Children);

/// <summary>A step of the way from the root of the tree to a shelf.</summary>
internal sealed record CategoryStep(string Slug, string Name);
