using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>All talents that one can choose, named in the language of the request.</summary>
internal sealed record TalentList(IReadOnlyList<TalentList.Category> Categories, IReadOnlyList<TalentList.Genre> Genres)
{
    /// <param name="Icon">Name of its icon.</param>
    public sealed record Category(string Slug, string Name, string Icon, IReadOnlyList<Named> Skills);

    /// <param name="Genres">Its sub-genres.</param>
    public sealed record Genre(string Slug, string Name, IReadOnlyList<Named> Genres);

    public static async Task<TalentList> Read(NpgsqlDataSource source, CancellationToken stop = default)
    {
        var language = Languages.Current;
        var categories = await source.Command($"SELECT slug, {ProfileRow.NameOf("t")}, icon FROM users.talent_categories t ORDER BY position", language)
            .List(r => (Slug: r.GetString(0), Name: r.GetString(1), Icon: r.GetString(2)), stop);
        var skills = (await source.Command($"SELECT category, slug, {ProfileRow.NameOf("t")} FROM users.skills t ORDER BY users.plain({ProfileRow.NameOf("t")}), slug", language)
            .List(r => (Category: r.GetString(0), Skill: new Named(r.GetString(1), r.GetString(2))), stop)).ToLookup(s => s.Category, s => s.Skill, StringComparer.Ordinal);
        var genres = await source.Command($"SELECT parent, slug, {ProfileRow.NameOf("t")} FROM users.genres t ORDER BY users.plain({ProfileRow.NameOf("t")}), slug", language)
            .List(r => (Parent: r.IsDBNull(0) ? "" : r.GetString(0), Genre: new Named(r.GetString(1), r.GetString(2))), stop);
        var below = genres.ToLookup(g => g.Parent, g => g.Genre, StringComparer.Ordinal);
        return new TalentList(
            categories.Select(c => new Category(c.Slug, c.Name, c.Icon, skills[c.Slug].ToList())).ToList(),
            below[""].Select(g => new Genre(g.Slug, g.Name, below[g.Slug].ToList())).ToList());
    }
}
