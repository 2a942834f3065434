using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

internal static class ReadPages
{
    /// <summary>A published page as it is read.</summary>
    /// <param name="Language">Of its words: English when there are none in the one that was asked for.</param>
    public sealed record Published(string Slug, string Language, string Title, string Summary, string Body, DateTimeOffset PublishedAt);

    /// <summary>A page in the back office's list.</summary>
    public sealed record Line(Guid Id, string Slug, string Title, int Version, int? LiveVersion, bool InFooter, bool HasFrench, DateTimeOffset ChangedAt);

    /// <summary>All of one page for its editor.</summary>
    public sealed record Draft(CmsPageView Page, PageText En, PageText? Fr, IReadOnlyList<Step> Versions);

    /// <summary>That a version was written.</summary>
    public sealed record Step(int Version, Guid By, DateTimeOffset At);

    /// <returns>Null when no such page is published: it may have moved.</returns>
    public static async Task<Published?> Find(string slug, string language, NpgsqlDataSource source, CancellationToken stop) => (await source.Command(
        """
        SELECT p.slug, v.language, v.title, v.summary, v.body, p.published_at
        FROM catalog.pages p JOIN catalog.page_versions v ON v.page_id = p.id AND v.version = p.live_version
        WHERE p.slug = $1 AND v.language IN ($2, 'en') ORDER BY v.language = $2 DESC LIMIT 1
        """, slug, language).List(r => new Published(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5)), stop)).SingleOrDefault();

    /// <summary>The market's own pages are few: no list of them has a second page.</summary>
    public static Task<List<Line>> List(NpgsqlDataSource source, CancellationToken stop) => source.Command(
        """
        SELECT p.id, p.slug, v.title, p.version, p.live_version, p.in_footer, EXISTS (SELECT FROM catalog.page_versions f WHERE f.page_id = p.id AND f.version = p.version AND f.language = 'fr'), v.made_at
        FROM catalog.pages p JOIN catalog.page_versions v ON v.page_id = p.id AND v.version = p.version AND v.language = 'en'
        ORDER BY p.position, v.title, p.id LIMIT 500
        """).List(r => new Line(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.IsDBNull(4) ? null : r.GetInt32(4), r.GetBoolean(5), r.GetBoolean(6), r.GetFieldValue<DateTimeOffset>(7)), stop);

    /// <exception cref="Refused">404.</exception>
    public static async Task<Draft> ForEditor(Guid id, NpgsqlDataSource source, CancellationToken stop)
    {
        var page = (await source.Command("SELECT id, slug, version, live_version, in_footer, position, published_at FROM catalog.pages WHERE id = $1", id)
            .List(r => new CmsPageView(r.GetGuid(0), r.GetString(1), r.GetInt32(2), r.IsDBNull(3) ? null : r.GetInt32(3), r.GetBoolean(4), r.GetInt32(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6)), stop)).SingleOrDefault() ?? throw Refused.NotFound();
        var texts = await source.Command("SELECT language, title, summary, body FROM catalog.page_versions WHERE page_id = $1 AND version = $2", id, page.Version)
            .List(r => (Language: r.GetString(0), Text: new PageText(r.GetString(1), r.GetString(2), r.GetString(3))), stop);
        var steps = await source.Command("SELECT version, made_by, made_at FROM catalog.page_versions WHERE page_id = $1 AND language = 'en' ORDER BY version DESC LIMIT 20", id)
            .List(r => new Step(r.GetInt32(0), r.GetGuid(1), r.GetFieldValue<DateTimeOffset>(2)), stop);
        return new Draft(page, texts.Single(t => t.Language == "en").Text, texts.SingleOrDefault(t => t.Language == "fr").Text, steps);
    }
}
