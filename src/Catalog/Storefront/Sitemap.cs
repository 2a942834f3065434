using System.Globalization;
using System.Xml;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What a search engine may find: an index of parts, each of at most 50,000 addresses and written while it is read. A part begins at an id, so
/// that reading the last costs what the first does. Only what is on sale, and what all may read.
/// </summary>
internal static class Sitemap
{
    /// <summary>The most that a part may hold (sitemaps.org).</summary>
    public const int PartSize = 50_000;

    private const string Namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";

    // Path, id and day of the last change; each ordered by id from the given one on.
    private static readonly Dictionary<string, string> Lists = new(StringComparer.Ordinal)
    {
        ["products"] = "SELECT '/p/' || p.slug, p.id, p.published_at FROM catalog.products p WHERE p.state = 'active'",
        ["shops"] = "SELECT '/shops/' || s.slug, s.id, (SELECT max(p.published_at) FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active') FROM catalog.shops s WHERE NOT s.withheld AND EXISTS (SELECT FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active')",
        ["pages"] = "SELECT '/pages/' || p.slug, p.id, p.published_at FROM catalog.pages p WHERE p.live_version IS NOT NULL",
        ["categories"] = "SELECT '/c/' || c.slug, '00000000-0000-0000-0000-000000000000'::uuid, NULL::timestamptz FROM catalog.categories c WHERE EXISTS (SELECT FROM catalog.products p WHERE p.category IN (SELECT below.slug FROM catalog.categories below WHERE below.path @> ARRAY[c.slug]) AND p.state = 'active')",
    };

    public static void MapSitemap(this IEndpointRouteBuilder site)
    {
        site.MapGet("/robots.txt", Robots).ForAnyone().ExcludeFromDescription();
        site.MapGet("/sitemap.xml", Index).ForAnyone().ExcludeFromDescription();
        site.MapGet("/sitemap/{list}/{from:guid}.xml", Part).ForAnyone().ExcludeFromDescription();
    }

    // What is personal, or a form of the same list: nothing is hidden by it, only not asked for.
    private static IResult Robots(PublicAddress address) => Results.Text(
        $"User-agent: *\nDisallow: /account\nDisallow: /admin\nDisallow: /api/\nDisallow: /cart\nDisallow: /checkout\nDisallow: /inbox\nDisallow: /library\nDisallow: /orders\nDisallow: /sell/\nDisallow: /wallet\nDisallow: /*?*cursor=\n\nSitemap: {address.Of("/sitemap.xml")}\n");

    private static async Task Index(HttpContext http, SitemapParts parts, NpgsqlDataSource source, PublicAddress address, CancellationToken stop)
    {
        var size = SizeOf(http);
        await using var xml = await Open(http, "sitemapindex");
        foreach (var (list, sql) in Lists)
        {
            var starts = await parts.Of(list, () => source.Command(
                $"SELECT id FROM (SELECT l.id, row_number() OVER (ORDER BY l.id) AS place FROM ({sql}) l (path, id, at)) x WHERE (place - 1) % $1 = 0 ORDER BY id", size).List(r => r.GetGuid(0), stop));
            foreach (var start in list == "categories" ? starts.Take(1) : starts)
            {
                await xml.WriteStartElementAsync(null, "sitemap", Namespace);
                await xml.WriteElementStringAsync(null, "loc", Namespace, address.Of($"/sitemap/{list}/{start}.xml"));
                await xml.WriteEndElementAsync();
            }
        }
    }

    private static async Task Part(string list, Guid from, HttpContext http, NpgsqlDataSource source, PublicAddress address, CancellationToken stop)
    {
        if (!Lists.TryGetValue(list, out var sql)) throw Refused.NotFound();
        // Categories are few, and have no id to begin at.
        var size = list == "categories" ? PartSize : SizeOf(http);
        await using var command = source.Command($"SELECT l.path, l.at FROM ({sql}) l (path, id, at) WHERE l.id >= $1 ORDER BY l.id LIMIT $2", from, size);
        await using var rows = await command.ExecuteReaderAsync(stop);
        await using var xml = await Open(http, "urlset");
        for (var written = 1; await rows.ReadAsync(stop); written++)
        {
            await xml.WriteStartElementAsync(null, "url", Namespace);
            await xml.WriteElementStringAsync(null, "loc", Namespace, address.Of(rows.GetString(0)));
            if (!rows.IsDBNull(1)) await xml.WriteElementStringAsync(null, "lastmod", Namespace, rows.GetFieldValue<DateTimeOffset>(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            await xml.WriteEndElementAsync();
            if (written % 500 == 0) await xml.FlushAsync();
        }
    }

    private static int SizeOf(HttpContext http) => http.RequestServices.GetService<SitemapSize>()?.Part ?? PartSize;

    private static async Task<XmlWriter> Open(HttpContext http, string root)
    {
        http.Response.ContentType = "application/xml; charset=utf-8";
        http.Response.Headers.CacheControl = "public, max-age=600";
        var xml = XmlWriter.Create(http.Response.Body, new XmlWriterSettings { Async = true, Encoding = new System.Text.UTF8Encoding(false) });
        await xml.WriteStartDocumentAsync();
        await xml.WriteStartElementAsync(null, root, Namespace);
        return xml;
    }
}

/// <summary>Where each part begins, remembered for ten minutes: to find out, everything on sale is counted.</summary>
internal sealed class SitemapParts(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (DateTimeOffset Until, List<Guid> Starts)> known = new(StringComparer.Ordinal);

    public async Task<List<Guid>> Of(string list, Func<Task<List<Guid>>> find)
    {
        var now = clock.GetUtcNow();
        // None yet is asked again: the first thing on sale should not wait.
        if (known.TryGetValue(list, out var found) && found.Until > now && found.Starts.Count > 0) return found.Starts;
        var starts = await find();
        known[list] = (now + Life, starts);
        return starts;
    }
}

/// <summary>For tests: how many addresses a part holds.</summary>
internal sealed record SitemapSize(int Part);
