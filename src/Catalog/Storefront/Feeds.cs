using System.Globalization;
using System.Xml;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a shop put on sale last, for programs that follow it (Atom, RFC 4287).</summary>
internal static class Feeds
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const int Most = 20;

    public static void MapFeeds(this IEndpointRouteBuilder site) => site.MapGet("/shops/{slug}/feed.xml", OfShop).ForAnyone().ExcludeFromDescription();

    private static async Task<IResult> OfShop(string slug, HttpContext http, NpgsqlDataSource source, Cursors cursors, PublicAddress address, CancellationToken stop)
    {
        if (await ReadShops.Find(slug, source, stop) is not var (shop, _))
            return await OldAddresses.Now(Addressed.Shop, slug, source, stop) is { } now ? Results.LocalRedirect($"/shops/{now}/feed.xml", permanent: true) : throw Refused.NotFound();

        var newest = (await ListProducts.Handle(new ListProducts.Query(Shop: shop.Slug, Sort: ListProducts.Newest), null, Most, source, cursors, stop)).Data;
        using var text = new MemoryStream();
        await using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Async = true, Encoding = new System.Text.UTF8Encoding(false) }))
        {
            await xml.WriteStartDocumentAsync();
            await xml.WriteStartElementAsync(null, "feed", Atom);
            await xml.WriteElementStringAsync(null, "id", Atom, $"urn:uuid:{shop.Id}");
            await xml.WriteElementStringAsync(null, "title", Atom, shop.Name);
            await xml.WriteElementStringAsync(null, "updated", Atom, At((newest is [var first, ..] ? first.PublishedAt : null) ?? shop.CreatedAt));
            await Link(xml, "self", address.Of($"/shops/{shop.Slug}/feed.xml"));
            await Link(xml, "alternate", address.Of($"/shops/{shop.Slug}"));
            foreach (var product in newest)
            {
                await xml.WriteStartElementAsync(null, "entry", Atom);
                await xml.WriteElementStringAsync(null, "id", Atom, $"urn:uuid:{product.Id}");
                await xml.WriteElementStringAsync(null, "title", Atom, product.Title);
                await xml.WriteElementStringAsync(null, "updated", Atom, At(product.PublishedAt ?? shop.CreatedAt));
                await Link(xml, "alternate", address.Of($"/p/{product.Slug}"));
                await xml.WriteStartElementAsync(null, "author", Atom);
                await xml.WriteElementStringAsync(null, "name", Atom, shop.Name);
                await xml.WriteEndElementAsync();
                await xml.WriteEndElementAsync();
            }

            await xml.WriteEndDocumentAsync();
        }

        http.Response.Headers.CacheControl = "public, max-age=600";
        return Results.Bytes(text.ToArray(), "application/atom+xml; charset=utf-8");
    }

    private static async Task Link(XmlWriter xml, string rel, string href)
    {
        await xml.WriteStartElementAsync(null, "link", Atom);
        await xml.WriteAttributeStringAsync(null, "rel", null, rel);
        await xml.WriteAttributeStringAsync(null, "href", null, href);
        await xml.WriteEndElementAsync();
    }

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
