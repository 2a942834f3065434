using System.Collections.Concurrent;
using System.Diagnostics;

namespace Marketplace.Tests.Catalog;

public sealed class SearchTests : ShelfTest
{
    [Fact]
    public async Task Words_find_titles_tags_and_descriptions_without_accents_by_stems_and_in_spite_of_typing_errors()
    {
        var seller = await market.SignUp("Délia");
        await seller.PublishBeat("Été sans fin");
        await seller.PublishBeat("Midnight Ferries");
        await seller.PublishBeat("Lo-Fi Lanterns");

        (await Titles("?q=ete")).ShouldBe(["Été sans fin"]);
        (await Titles("?q=ÉTÉ")).ShouldBe(["Été sans fin"]);
        (await Titles("?q=ferry")).ShouldBe(["Midnight Ferries"]);          // English stem
        (await Titles("?q=midni")).ShouldBe(["Midnight Ferries"]);          // not finished yet
        (await Titles("?q=mindight ferrys")).ShouldBe(["Midnight Ferries"]);   // typing errors
        (await Titles("?q=lantren")).ShouldBe(["Lo-Fi Lanterns"]);
        (await Titles("?q=lo-fi")).ShouldBe(["Lo-Fi Lanterns"]);
        (await Titles("?q=trap -midnight -lanterns")).ShouldBe(["Été sans fin"]);
        (await Titles("?q=zzzzqqq")).ShouldBeEmpty();
        (await Titles("?tag=test")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_title_counts_more_than_a_tag_and_a_tag_more_than_a_description()
    {
        var seller = await market.SignUp("Nova");
        await seller.OpenShop();
        foreach (var (title, tag, description) in new[] { ("One", "x", "all about thunder"), ("Two", "thunder", "y"), ("Thunder", "x", "y") })
        {
            var beat = await seller.PublishBeat(title);
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/products/{beat.Product}") { Content = System.Net.Http.Json.JsonContent.Create(new { tags = new[] { tag }, description }) };
            var version = (await seller.Visitor.Get($"/api/v1/products/{beat.Slug}")).Json.GetProperty("version").GetInt32();
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
            request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
            (await seller.Visitor.Http.SendAsync(request)).EnsureSuccessStatusCode();
        }

        (await Titles("?q=thunder")).ShouldBe(["Thunder", "Two", "One"]);
    }

    [Fact]
    public async Task Filters_and_sorts_say_what_they_do()
    {
        var seller = await market.SignUp("Nova");
        await Beat(seller, "Slow", 70, "C major", "Ambient", 1000);
        await Beat(seller, "Middle", 120, "Gb minor", "House", 3000);
        await Beat(seller, "Fast", 170, "A minor", "Drum & Bass", 2000);

        (await Titles("?genre=house")).ShouldBe(["Middle"]);
        (await Titles("?key=F%23%20minor")).ShouldBe(["Middle"]);           // the same key by its other name
        (await Titles("?key=Gbm")).ShouldBe(["Middle"]);
        (await Titles("?tempo_min=100&tempo_max=130")).ShouldBe(["Middle"]);
        (await Titles("?price_min=1500&price_max=2500")).ShouldBe(["Fast"]);
        (await Titles("?price_min=1&currency=USD")).ShouldBeEmpty();
        (await Titles("?sort=price_asc")).ShouldBe(["Slow", "Fast", "Middle"]);
        (await Titles("?sort=price_desc")).ShouldBe(["Middle", "Fast", "Slow"]);
        (await Titles("?sort=newest")).ShouldBe(["Fast", "Middle", "Slow"]);
        await market.Source.Command("UPDATE catalog.products SET sold_count = 7 WHERE title = 'Slow'").Execute();
        (await Titles("?sort=bestselling"))[0].ShouldBe("Slow");

        foreach (var (query, status) in new[]
        {
            ("?sort=worst", 422), ("?genre=polka", 422), ("?key=H%20minor", 422), ("?tempo_min=fast", 400), ("?limit=0", 422), ("?limit=101", 422), ("?price_min=1&currency=DOGE", 422),
            ("?cursor=forged", 400), ("?tempo_min=99999999999999", 400),
        })
            (await visitor.Get("/api/v1/products" + query)).Must(status);
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("'; DROP TABLE catalog.products; --")]
    [InlineData("\"")]
    [InlineData("-")]
    [InlineData("!!! & | ( ) : * <->")]
    [InlineData("a:*b")]
    [InlineData("or or or")]
    [InlineData("%F0%9F%8E%B9")]
    [InlineData("\\")]
    [InlineData("сонце")]
    public async Task No_words_break_the_search(string words)
    {
        (await visitor.Get("/api/v1/products?q=" + words)).Must();
        (await visitor.Get("/search?q=" + words + "&tempo_min=x&price_max=-1&genre=%3Cscript%3E&sort=[]&key=%00")).Must();
        (await visitor.Get("/search?cursor=" + words + "forged")).Must(400);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("price_asc")]
    [InlineData("price_desc")]
    [InlineData("bestselling")]
    [InlineData("rating")]
    [InlineData("trending")]
    [InlineData("relevance&q=wave")]
    public async Task Pages_stay_whole_while_others_publish(string sort)
    {
        var seller = await market.SignUp("Nova");
        for (var i = 0; i < 7; i++)
        {
            await seller.PublishBeat($"Wave {i}", 1000 + (i % 3 * 100));
            market.Clock.Walk(TimeSpan.FromMinutes(1));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await visitor.Get($"/api/v1/products?sort={sort}&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}")).Must().Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("title").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
            if (cursor is not null) (await visitor.Get($"/api/v1/products?sort={sort}&genre=trap&limit=3&cursor={cursor}")).MustRefuse(400, "cursor_invalid");
            market.Clock.Walk(TimeSpan.FromMinutes(1));
            await seller.PublishBeat($"Late {seen.Count}", 1000);
        }
        while (cursor is not null && seen.Count < 30);

        seen.Where(t => t.StartsWith("Wave", StringComparison.Ordinal)).Order().ShouldBe(Enumerable.Range(0, 7).Select(i => $"Wave {i}"));
        seen.Count.ShouldBe(seen.Distinct().Count());
    }

    [Fact]
    public async Task A_list_and_a_product_cost_one_query_each_and_their_pages_few()
    {
        var seller = await market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        (await Commands($"/api/v1/products?shop={beat.Slug}&genre=Trap&tempo_min=1")).ShouldBe(1);
        (await Commands("/api/v1/products?q=beat&sort=price_asc")).ShouldBe(2);      // the words may be a shop's name
        (await Commands("/api/v1/products?facets=true&genre=Trap")).ShouldBe(2);
        (await Commands("/api/v1/products?q=nothingatall")).ShouldBe(3);         // and what they may have meant
        (await Commands($"/api/v1/products/{beat.Slug}")).ShouldBe(1);
        (await Commands("/search?genre=Trap")).ShouldBeLessThanOrEqualTo(2);
        (await Commands($"/p/{beat.Slug}")).ShouldBe(2);      // itself with its rating and pictures, and more of its shop
    }

    /// <summary>How many commands of the catalogue one request sent to PostgreSQL.</summary>
    private async Task<int> Commands(string path)
    {
        await visitor.Get(path);
        var trace = ActivityTraceId.CreateRandom();
        var sent = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                var sql = (activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement"))?.ToString();
                if (activity.Source.Name == "Npgsql" && activity.TraceId == trace && sql is not null && sql.Contains("catalog.", StringComparison.Ordinal)) sent.Add(sql);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        (await visitor.Http.SendAsync(request)).EnsureSuccessStatusCode();
        return sent.Count;
    }

    private async Task Beat(Person seller, string title, int tempo, string key, string genre, long price)
    {
        await seller.PublishBeat(title, price, details: new { tempo, key, genre });
        market.Clock.Walk(TimeSpan.FromMinutes(1));
    }
}
