using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Marketplace.Tests.Catalog;

/// <summary>With tens of thousands of products no page that lists them reads a whole table: asked of PostgreSQL's own plans of the very statements that the routes send.</summary>
public sealed class SearchAtSizeTests : IAsyncLifetime
{
    private const int Products = 30_000;

    private static readonly string[] Growing = ["products", "offers", "shops", "product_files", "facet_counts", "vocabulary", "likes"];

    private static readonly string Log = Path.Combine(TestServer.Home, "postgres", "server.log");

    private Market market = null!;
    private Visitor visitor = null!;

    public async Task InitializeAsync()
    {
        var connectionString = await TestServer.Clone();
        await TestServer.Execute(connectionString,
            """
            INSERT INTO catalog.shops (id, owner_id, slug, name, description, currency, trusted, completed_sales, created_at, version, withheld)
            SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(s), 12, '0'))::uuid, gen_random_uuid(), 'shop-' || s, 'Shop ' || s, '', 'EUR', true, 20, now() - make_interval(hours => s), 1, false FROM generate_series(0, 4999) s
            """);
        var sql = await File.ReadAllTextAsync(Path.Combine(TestServer.Root, "bench", "Marketplace.Bench", "catalog.sql"));
        for (var from = 1; from < Products; from += 3000)
            await TestServer.Execute(connectionString, sql.Replace("$FROM", $"{from}", StringComparison.Ordinal).Replace("$TO", $"{from + 2999}", StringComparison.Ordinal));
        await TestServer.Execute(connectionString,
            """
            INSERT INTO catalog.product_files (id, product_id, blob_key, file_name, content_type, size, sha256, position)
            SELECT gen_random_uuid(), id, 'blob-' || slug, 'beat.wav', 'audio/wav', 5000000, sha256(slug::bytea), 0 FROM catalog.products
            """);
        await TestServer.Execute(connectionString, "SELECT catalog.count_facets()");
        await TestServer.Execute(connectionString, "VACUUM ANALYZE");
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        foreach (var setting in new[] { "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_format = 'json'", "auto_explain.log_nested_statements = on", "lc_messages = 'C'" })
            await TestServer.Execute(connectionString, $"ALTER DATABASE \"{database}\" SET {setting}");
        market = new Market(await TestServer.Host(connectionString), connectionString);
        visitor = market.Visitor();
    }

    public async Task DisposeAsync()
    {
        visitor.Dispose();
        await market.DisposeAsync();
        await TestServer.Drop(market.ConnectionString);
    }

    [Fact]
    public async Task No_query_of_a_list_route_scans_a_table_and_full_counts_say_so()
    {
        if (!File.Exists(Log)) return;     // a server of somebody else's: its log is not ours to read
        var from = new FileInfo(Log).Length;
        var cursor = await LastPage("/api/v1/products?genre=Trap&kind=kit&limit=100");
        foreach (var path in new[]
        {
            "/api/v1/products", "/api/v1/products?genre=Trap", "/api/v1/products?kind=beat&sort=price_asc", "/api/v1/products?sort=price_desc", "/api/v1/products?sort=rating", "/api/v1/products?sort=trending&category=producers&facets=true",
            "/api/v1/products?genre=Trap&key=A%20minor&facets=true", "/api/v1/products?q=midnight&facets=true", "/api/v1/products?q=warm&facets=true", "/api/v1/products?q=velvet%20lantern%204321&facets=true",
            "/api/v1/products?q=warm&sort=newest&kind=kit&facets=true", "/api/v1/products?tag=rare10077&facets=true", "/api/v1/products?tag=warm&sort=bestselling&facets=true", "/api/v1/products?q=shop%207&facets=true",
            "/api/v1/products?price_min=1000&price_max=2499&sort=trending&facets=true", "/api/v1/products?tempo_min=101&tempo_max=117&licence=custom&facets=true", "/api/v1/products?shop=shop-7", "/api/v1/products?q=mindihgt%20fery&facets=true",
            $"/api/v1/products?genre=Trap&kind=kit&limit=100&cursor={cursor}", "/", "/search", "/c/beats", "/c/music?genre=Trap", "/tags/warm", "/genres/trap", "/shops", "/shops/shop-7", "/p/item-77", "/api/v1/products/item-77",
            "/api/v1/suggestions?q=mid", "/api/v1/suggestions?q=lant", "/api/v1/categories",
        })
            (await visitor.Get(path)).Must();

        var plans = await Plans(from);
        plans.Count.ShouldBeGreaterThan(50);
        plans.SelectMany(p => Scans(p.Plan).Select(table => $"{table}: {p.Sql}")).Distinct().ShouldBeEmpty();

        from = new FileInfo(Log).Length;
        await market.Source.Command("SELECT count(*) FROM catalog.products p WHERE p.description LIKE '%x%y%'").Scalar<long>();
        (await Plans(from)).SelectMany(p => Scans(p.Plan)).ShouldBe(["products"]);      // so that the guard is seen to see

        // More than can be counted at once is said to be more, and is: what is kept is exact.
        var common = (await visitor.Get("/api/v1/products?q=warm&facets=true")).Must().Json.GetProperty("facets");
        common.GetProperty("total").GetInt32().ShouldBe(1000);
        common.GetProperty("total_is_least").GetBoolean().ShouldBeTrue();
        common.GetProperty("kind").EnumerateArray().ShouldAllBe(k => k.GetProperty("at_least").GetBoolean());
        var kept = (await visitor.Get("/api/v1/products?genre=Trap&facets=true")).Must().Json.GetProperty("facets");
        kept.GetProperty("total").GetInt32().ShouldBe(await market.Source.Command("SELECT count(*)::int FROM catalog.products WHERE genre = 'Trap'").Scalar<int>());
        kept.GetProperty("kind").EnumerateArray().Sum(k => k.GetProperty("count").GetInt32()).ShouldBe(kept.GetProperty("total").GetInt32());
        (await visitor.Get("/search?q=warm")).Must().Html.QuerySelector("[role=status]")!.TextContent.ShouldContain("1,000+ results");
    }

    private async Task<string?> LastPage(string path)
    {
        string? cursor = null, last = null;
        do
        {
            (last, cursor) = (cursor, (await visitor.Get(path + (cursor is null ? "" : "&cursor=" + cursor))).Must().Json.GetProperty("next_cursor").GetString());
        }
        while (cursor is not null);
        return last;
    }

    /// <summary>What auto_explain wrote of this database since then.</summary>
    private async Task<List<(string Sql, JsonElement Plan)>> Plans(long from)
    {
        await using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = from;
        var text = await new StreamReader(file).ReadToEndAsync();
        var database = new NpgsqlConnectionStringBuilder(market.ConnectionString).Database!;
        return Regex.Matches(text, @"^[^\t\n]*@" + Regex.Escape(database) + @" LOG:  duration: [\d.]+ ms  plan:\n((?:\t.*\n)+)", RegexOptions.Multiline)
            .Select(m => JsonSerializer.Deserialize<JsonElement>(Regex.Replace(m.Groups[1].Value, "^\t", "", RegexOptions.Multiline)))
            .Select(p => (p.GetProperty("Query Text").GetString()!, p.GetProperty("Plan"))).Where(p => p.Item1.Contains("catalog.", StringComparison.Ordinal)).ToList();
    }

    private static IEnumerable<string> Scans(JsonElement plan)
    {
        if (plan.GetProperty("Node Type").GetString() == "Seq Scan" && Growing.Contains(plan.GetProperty("Relation Name").GetString())) yield return plan.GetProperty("Relation Name").GetString()!;
        if (!plan.TryGetProperty("Plans", out var below)) yield break;
        foreach (var table in below.EnumerateArray().SelectMany(Scans)) yield return table;
    }
}
