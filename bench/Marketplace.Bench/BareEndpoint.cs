using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// The bar for reading: ASP.NET Core with nothing but three routes, each one prepared query in which PostgreSQL writes the JSON that
/// the product answers, byte for byte, and a handler that passes the bytes on. No sessions, no language, no log, no headers, no problems.
/// </summary>
internal static class BareEndpoint
{
    // Titles and terms of the measured market need no escapes beyond to_json's, times are whole seconds.
    private const string Detail =
        """
        SELECT '{"id":"' || p.id || '","slug":"' || p.slug || '","kind":"' || p.kind || '","state":"' || p.state || '","title":' || to_json(p.title) || ',"description":' || to_json(p.description)
          || ',"details":{"key":' || to_json(p.musical_key) || ',"genre":' || to_json(p.genre) || ',"tempo":' || p.tempo || '},"tags":' || to_json(p.tags)
          || ',"category":[' || (SELECT string_agg('{"slug":"' || step.slug || '","name":' || to_json(step.name) || '}', ',' ORDER BY cardinality(step.path))
                FROM catalog.categories shelf JOIN catalog.categories step ON step.slug = ANY (shelf.path) WHERE shelf.slug = p.category) || ']'
          || ',"shop":{"id":"' || s.id || '","slug":"' || s.slug || '","name":' || to_json(s.name) || '},"offers":['
          || (SELECT string_agg('{"id":"' || o.id || '","licence":"' || o.licence || '","name":' || to_json(o.name) || ',"terms":' || to_json(o.terms)
                || ',"price":{"amount":' || o.price_amount || ',"currency":"' || o.currency || '"},"names_price":' || o.names_price || ',"option":' || to_json(o.option) || ',"details":' || o.details
                || ',"available":' || coalesce((SELECT k.on_hand - k.reserved FROM catalog.stock k WHERE k.offer_id = o.id)::text, 'null') || '}', ',' ORDER BY o.position) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
          || '],"cover_url":"/media/covers/' || p.id || '/' || p.cover_version || '","preview_url":"/media/previews/' || p.id || '/' || p.preview_version || '","peaks":[' || array_to_string(p.peaks, ',')
          || '],"preview_made":' || p.preview_made || ',"created_at":"' || to_char(p.created_at, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00","published_at":"' || to_char(p.published_at, 'YYYY-MM-DD"T"HH24:MI:SS')
          || '+00:00","version":' || p.version || ',"contents":null,"files":null,"missing":null,"verdicts":null,"pending_since":null,"change":null,"sold_out":' || p.sold_out || '}'
        FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
        WHERE p.slug = $1 AND p.state = 'active'
        """;

    // The product's cursor is sealed and differs each time; the bar sends a plain one of the same length.
    private const string List =
        """
        SELECT '{"data":[' || string_agg(json, ',' ORDER BY published_at DESC, id DESC) || '],"has_more":true,"next_cursor":"' || rpad((array_agg(id::text ORDER BY published_at, id))[1], $2, '.') || '"}'
        FROM (
          SELECT p.id, p.published_at, '{"id":"' || p.id || '","slug":"' || p.slug || '","kind":"' || p.kind || '","state":"' || p.state || '","title":' || to_json(p.title)
            || ',"details":{"key":' || to_json(p.musical_key) || ',"genre":' || to_json(p.genre) || ',"tempo":' || p.tempo || '},"shop":{"id":"' || s.id || '","slug":"' || s.slug || '","name":' || to_json(s.name)
            || '},"price_from":{"amount":' || p.price_from || ',"currency":"' || p.currency || '"},"offer_count":' || (SELECT count(*) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
            || ',"cover_url":"/media/covers/' || p.id || '/' || p.cover_version || '","preview_url":"/media/previews/' || p.id || '/' || p.preview_version
            || '","published_at":"' || to_char(p.published_at, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00","version":' || p.version || '}' AS json
          FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
          WHERE p.state = 'active' AND p.genre = $1 ORDER BY p.published_at DESC, p.id DESC LIMIT 20) listed
        """;

    // What the front page shows: the newest, what others buy, kits (none here), and shops with how much they have on sale.
    private const string Home =
        """
        WITH shown AS (
          (SELECT 1 AS part, p.*, row_number() OVER () AS place FROM (SELECT * FROM catalog.products WHERE state = 'active' ORDER BY published_at DESC, id DESC LIMIT 13) p)
          UNION ALL (SELECT 2, p.*, row_number() OVER () FROM (SELECT * FROM catalog.products WHERE state = 'active' ORDER BY sold_count DESC, id DESC LIMIT 7) p)
          UNION ALL (SELECT 3, p.*, row_number() OVER () FROM (SELECT * FROM catalog.products WHERE state = 'active' AND kind = 'kit' ORDER BY published_at DESC, id DESC LIMIT 7) p))
        SELECT json_build_object(
          'products', (SELECT json_agg(json_build_object('part', p.part, 'slug', p.slug, 'kind', p.kind, 'title', p.title, 'details', p.details, 'shop', s.slug, 'shop_name', s.name, 'price', p.price_from, 'currency', p.currency,
              'offers', (SELECT count(*) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL), 'cover', p.cover_version, 'preview', p.preview_version, 'peaks', p.peaks) ORDER BY p.part, p.place)
            FROM shown p JOIN catalog.shops s ON s.id = p.shop_id),
          'shops', (SELECT json_agg(json_build_object('slug', s.slug, 'name', s.name, 'description', s.description, 'products', s.products, 'covers', s.covers)) FROM (
            SELECT s.slug, s.name, s.description, (SELECT count(*) FROM (SELECT FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active' LIMIT 1000) few) AS products,
                   ARRAY (SELECT p.id FROM catalog.products p WHERE p.shop_id = s.id AND p.state = 'active' AND p.cover_version IS NOT NULL ORDER BY p.published_at DESC, p.id DESC LIMIT 3) AS covers
            FROM catalog.shops s ORDER BY s.created_at DESC, s.id DESC LIMIT 6) s))::text
        """;

    public static async Task<int> Run(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        var connection = new NpgsqlConnectionStringBuilder(builder.Configuration["ConnectionStrings:Marketplace"]) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1, MaxPoolSize = 64, Options = "-c timezone=UTC" };
        await using var source = NpgsqlDataSource.Create(connection.ConnectionString);
        await using var app = builder.Build();
        app.MapGet("/ready", () => Results.Ok());
        app.MapGet("/api/v1/products/{slug}", (string slug) => Answer(source, Detail, slug));
        app.MapGet("/api/v1/products", (string genre, int cursor_length) => Answer(source, List, genre, cursor_length));
        app.MapGet("/home", () => Answer(source, Home));
        await app.RunAsync();
        return 0;
    }

    private static async Task<IResult> Answer(NpgsqlDataSource source, string sql, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? Results.Bytes(reader.GetFieldValue<byte[]>(0), "application/json; charset=utf-8") : Results.NotFound();
    }
}
