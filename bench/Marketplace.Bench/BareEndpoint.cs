using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// The bar for reading: ASP.NET Core with nothing but two routes, each one prepared query in which PostgreSQL writes the JSON that
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
                || ',"price":{"amount":' || o.price_amount || ',"currency":"' || o.currency || '"},"names_price":' || o.names_price || '}', ',' ORDER BY o.position) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
          || '],"cover_url":"/media/covers/' || p.id || '/' || p.cover_version || '","preview_url":"/media/previews/' || p.id || '/' || p.preview_version || '","peaks":[' || array_to_string(p.peaks, ',')
          || '],"preview_made":' || p.preview_made || ',"created_at":"' || to_char(p.created_at, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00","published_at":"' || to_char(p.published_at, 'YYYY-MM-DD"T"HH24:MI:SS')
          || '+00:00","version":' || p.version || ',"contents":null,"files":null,"missing":null,"verdicts":null,"pending_since":null}'
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
