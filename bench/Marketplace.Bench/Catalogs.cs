using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>The shelves with a million products against ten thousand; what the module does, without HTTP, against the bare SQL that it needs; pages of people against the bare endpoint.</summary>
internal static class Catalogs
{
    private const int Few = 10_000;

    private static readonly string[] Genres = ["Trap", "Drill", "House", "Ambient", "Soul", "Jazz", "Phonk", "Grime", "Rock", "Funk"];

    // The rows that a list shows, by hand: the same filter, order and joins, no JSON.
    private const string Listed =
        """
        SELECT p.id, p.slug, p.kind, p.state, p.title, p.details::text, s.id, s.slug, s.name, p.price_from, p.currency,
               (SELECT count(*) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL), p.cover_version, p.preview_version, p.published_at, p.sold_count, p.version
        FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE p.state = 'active'
        """;

    private const string Detail =
        """
        SELECT p.*, s.slug, s.name, (SELECT json_agg(o.* ORDER BY o.position) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)::text,
               (SELECT json_agg(step.name) FROM catalog.categories shelf JOIN catalog.categories step ON step.slug = ANY (shelf.path) WHERE shelf.slug = p.category)::text
        FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE p.slug = $1 AND p.state = 'active'
        """;

    private const string Counted =
        "WITH found AS MATERIALIZED (SELECT p.id, p.tokens FROM catalog.products p WHERE p.state = 'active' AND p.search @@ catalog.search_query($1) LIMIT 1001) SELECT t, count(*) FROM found, unnest(tokens) t GROUP BY t";

    public static async Task Measure(Place place, BenchOptions options, Report report)
    {
        await Fill(place.SmallCatalog, Few);
        await Fill(place.LargeCatalog, (int)options.Products);
        var (large, small) = (await place.StartHost(place.LargeCatalog), await place.StartHost(place.SmallCatalog));
        var against = $", {options.Products / 1000:0} k products against {Few / 1000} k";

        string[] Lists(int _) => [.. Genres.Select(g => $"/api/v1/products?genre={g}&limit=20")];
        string[] Details(int products) => [.. Enumerable.Range(0, 1000).Select(i => $"/api/v1/products/item-{1 + (i * 7919L % products)}")];
        string[] Rare(int products) => [.. Enumerable.Range(0, 200).Select(i => $"/api/v1/products?q=rare{10_001 + (i * 7919L % ((products / 20) - 1))}&facets=true")];
        string[] Common(int _) => ["/api/v1/products?q=warm&facets=true", "/api/v1/products?q=keys&facets=true", "/api/v1/products?q=drums&facets=true&sort=newest"];
        string[] Between(int _) => ["/api/v1/products?q=midnight%20ferry&facets=true", "/api/v1/products?q=velvet%20lantern&facets=true", "/api/v1/products?genre=Jazz&key=C%20major&facets=true"];
        await Both("list with a filter", Lists);
        await Both("product detail", Details);
        await Both("search of 20 matches with facets", Rare);
        await Both("search of a word in all products with facets", Common);
        await Both("search of 0.05 to 1.5 %, with facets", Between, null);
        await Both("open search page with kept facets, HTML", _ => ["/search"]);
        var (last, lastOfFew) = (await LastPage(large), await LastPage(small));
        await Both("last page by cursor", products => [products == Few ? lastOfFew : last]);
        await Both("suggestions", _ => ["/api/v1/suggestions?q=mid", "/api/v1/suggestions?q=lan", "/api/v1/suggestions?q=sho"]);

        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(place.LargeCatalog) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1, MaxPoolSize = 64 }.ConnectionString);
        await using var market = await place.Market(place.LargeCatalog);
        var (kinds, own, cursors) = (market.Services.GetRequiredService<ProductKinds>(), market.Services.GetRequiredService<NpgsqlDataSource>(), market.Services.GetRequiredService<Cursors>());
        Func<Task> Search(ListProducts.Query query, bool facets = false, string? cursor = null, int limit = 20) => () => ListProducts.Search(query, facets, cursor, limit, kinds, own, cursors, CancellationToken.None);
        await Bare("list with a filter", Genres.Select(g => Search(new ListProducts.Query(Genre: g))), Genres.Select(g => new Asked($"{Listed} AND p.genre = $1 ORDER BY p.published_at DESC, p.id DESC LIMIT 21", g)).ToArray());
        var slugs = Details((int)options.Products).Select(d => d[(d.LastIndexOf('/') + 1)..]).ToList();
        await Bare("product detail", slugs.Select(slug => (Func<Task>)(() => ProductView.Find(slug, Caller.Anonymous, own, kinds, CancellationToken.None))), slugs.Select(slug => new Asked(Detail, slug)).ToArray());
        var rare = Rare((int)options.Products).Select(r => Regex.Match(r, "q=([a-z0-9]+)").Groups[1].Value).ToList();
        await Bare("search of 20 matches with facets", rare.Select(word => Search(new ListProducts.Query(word), facets: true)), rare.Select(word => new Asked($"{Listed} AND p.search @@ catalog.search_query($1) ORDER BY ts_rank_cd(p.search, catalog.search_query($1)) DESC, p.id DESC LIMIT 21", word) { And = Counted }).ToArray());
        var from = await source.Command("SELECT published_at::text FROM catalog.products WHERE state = 'active' AND genre = 'Funk' ORDER BY published_at OFFSET 60 LIMIT 1").Scalar<string>();
        await Bare("last page by cursor", [Search(new ListProducts.Query(Genre: "Funk"), cursor: Regex.Match(last, "cursor=(.*)").Groups[1].Value, limit: 100)],
            [new Asked($"{Listed} AND p.genre = $1 AND (p.published_at, p.id) < ('{from}', '00000000-0000-7000-9100-000000000000') ORDER BY p.published_at DESC, p.id DESC LIMIT 101", "Funk")]);

        var (host, bare) = (await place.StartHost(), await place.StartBare());
        var beats = Enumerable.Range(0, 1000).Select(i => $"beat-number-{1 + (i * 7919 % 10_000)}").ToArray();
        await Compare("product page, HTML, against the bare endpoint", 0.3, host, [.. beats.Select(s => $"/p/{s}")], bare, [.. beats.Select(s => $"/api/v1/products/{s}")]);
        await Compare("front page, HTML, against the bare endpoint", 0.3, host, ["/"], bare, ["/home"]);

        Task Both(string what, Func<int, string[]> paths, double? threshold = 0.5) => Compare(what + against, threshold, large, paths((int)options.Products), small, paths(Few));

        async Task Compare(string what, double? threshold, RunningServer ours, string[] paths, RunningServer bar, string[] bars)
        {
            await Warm(ours, paths);
            await Warm(bar, bars);
            report.Add(await Comparison.Run(what, 8, threshold, options.Rounds, () => Round(ours, paths, options.Seconds), () => Round(bar, bars, options.Seconds)));
        }

        // Code is compiled better and better in a process's first half minute: measured is what it comes to.
        async Task Warm(RunningServer server, string[] paths)
        {
            for (var (before, now, times) = (0d, 1d, 0); now > before * 1.03 && times < 12; times++) (before, now) = (now, (await Round(server, paths, 3)).PerSecond);
        }

        async Task Bare(string what, IEnumerable<Func<Task>> ours, Asked[] asked)
        {
            var acts = ours.ToList();
            await Act(acts, 5);
            await Ask(asked, 2);
            report.Add(await Comparison.Run(what + ", the module against the bare SQL", 8, 0.5, options.Rounds, () => Act(acts, options.Seconds), () => Ask(asked, options.Seconds)));
        }

        async Task<Round> Act(List<Func<Task>> acts, double seconds)
        {
            var next = Enumerable.Range(0, 8).Select(c => c * 131).ToArray();
            return await Bench.Round.Of(8, seconds, Environment.ProcessId, place.Postmaster, client => acts[next[client]++ % acts.Count]());
        }

        async Task<Round> Round(RunningServer server, string[] paths, double seconds)
        {
            var requests = paths.Select(p => server.Get(p)).ToArray();
            var connections = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => HttpConnection.Open(server.Port)));
            var next = Enumerable.Range(0, 8).Select(c => c * 131).ToArray();
            var round = await Bench.Round.Of(8, seconds, server.Process, place.Postmaster, async client =>
            {
                var status = await connections[client].Send(requests[next[client]++ % requests.Length]);
                if (status != 200) throw new InvalidOperationException($"Answered {status}: {connections[client].Body()}");
            });
            foreach (var connection in connections) connection.Dispose();
            return round;
        }

        async Task<Round> Ask(Asked[] asked, double seconds)
        {
            var next = Enumerable.Range(0, 8).Select(c => c * 131).ToArray();
            return await Bench.Round.Of(8, seconds, Environment.ProcessId, place.Postmaster, async client =>
            {
                var (sql, value) = asked[next[client]++ % asked.Length];
                await source.Command(sql, value).List(r => r.GetValue(0));
                if (asked[0].And is { } and) await source.Command(and, value).List(r => r.GetString(0));
            });
        }
    }

    /// <summary>So many products at once: two sessions write, then the indexes are made.</summary>
    public static async Task Fill(string database, int products)
    {
        var clock = Stopwatch.StartNew();
        // The journal of stock refuses to be emptied.
        await Place.Execute(
            database,
            "ALTER TABLE catalog.stock_movements DISABLE TRIGGER append_only; TRUNCATE catalog.products, catalog.search_changes, catalog.facet_counts, catalog.vocabulary CASCADE; ALTER TABLE catalog.stock_movements ENABLE ALWAYS TRIGGER append_only");
        await using var source = NpgsqlDataSource.Create(database);
        var indexes = await source.Command("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'catalog' AND tablename = 'products' AND indexname NOT IN ('products_pkey', 'products_slug')").List(r => (Name: r.GetString(0), Sql: r.GetString(1)));
        foreach (var (name, _) in indexes) await Place.Execute(database, $"DROP INDEX catalog.{name}");
        var sql = await File.ReadAllTextAsync(Place.File("catalog.sql"));
        string Part(int from, int to) => sql.Replace("$FROM", $"{from}", StringComparison.Ordinal).Replace("$TO", $"{to}", StringComparison.Ordinal);
        await Task.WhenAll(Place.Execute(database, Part(1, products / 2)), Place.Execute(database, Part((products / 2) + 1, products)));
        var halves = indexes.Chunk((indexes.Count + 1) / 2).Select(half => Place.Execute(database, "SET maintenance_work_mem = '512MB'; " + string.Join("; ", half.Select(i => i.Sql))));
        await Task.WhenAll(halves);
        await Place.Execute(database, "SELECT catalog.count_facets()");
        await Place.Execute(database, "VACUUM ANALYZE");
        await Place.Execute(database, "CHECKPOINT");
        Place.Say($"Made {products} products in {clock.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>Where the last page of the genre begins, found by walking.</summary>
    private static async Task<string> LastPage(RunningServer server)
    {
        const string path = "/api/v1/products?genre=Funk&limit=100";
        using var connection = await HttpConnection.Open(server.Port);
        var (last, next) = (path, path);
        while (next.Length > 0)
        {
            last = next;
            if (await connection.Send(server.Get(next)) != 200) throw new InvalidOperationException(connection.Body());
            var cursor = Regex.Match(connection.Body(), "\"next_cursor\":\"([^\"]*)\"").Groups[1].Value;
            next = cursor.Length == 0 ? "" : $"{path}&cursor={cursor}";
        }

        return last;
    }

    private sealed record Asked(string Sql, string Value)
    {
        /// <summary>A second statement with the same value.</summary>
        public string? And { get; init; }
    }
}
