using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>The pages at the foot of every page: remembered for a minute, because every page asks; forgotten when one of them changes here.</summary>
internal sealed class FooterPages(NpgsqlDataSource source, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private Known? known;

    public sealed record Line(string Slug, string Title);

    private sealed record Known(DateTimeOffset Until, ILookup<string, Line> Lines);

    public static async Task<object?> Load(HttpContext http, object? model)
    {
        var lines = await http.RequestServices.GetRequiredService<FooterPages>().In(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, http.RequestAborted);
        return lines.Count == 0 ? null : lines;
    }

    public void Forget(UnitOfWork work) => work.AfterCommit(() =>
    {
        known = null;
        return Task.CompletedTask;
    });

    private async Task<IReadOnlyList<Line>> In(string language, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (known is not { } current || current.Until < now || current.Until > now + Life)
        {
            var lines = await source.Command(
                """
                SELECT l.language, p.slug, coalesce(v.title, e.title)
                FROM catalog.pages p CROSS JOIN (VALUES ('en'), ('fr')) l (language)
                JOIN catalog.page_versions e ON e.page_id = p.id AND e.version = p.live_version AND e.language = 'en'
                LEFT JOIN catalog.page_versions v ON v.page_id = p.id AND v.version = p.live_version AND v.language = l.language
                WHERE p.in_footer ORDER BY p.position, p.slug
                """).List(r => (Language: r.GetString(0), Line: new Line(r.GetString(1), r.GetString(2))), stop);
            known = current = new Known(now + Life, lines.ToLookup(l => l.Language, l => l.Line, StringComparer.Ordinal));
        }

        return current.Lines[language == "fr" ? "fr" : "en"].ToList();
    }
}
