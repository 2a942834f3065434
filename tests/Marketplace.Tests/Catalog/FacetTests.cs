using System.Globalization;
using System.Text.Json;
using AngleSharp.Dom;
using Marketplace.Catalog;

namespace Marketplace.Tests.Catalog;

/// <summary>The number beside a value is the number of results after the click.</summary>
public sealed class FacetTests : ShelfTest
{
    private static readonly string[] Names = ["kind", "category", "genre", "key", "price", "tempo", "licence", "rating", "tag"];

    private Shop? shops;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_number_is_the_number_of_results_after_the_click(int seed)
    {
        var random = new Random(seed);
        await Fill(random, 150);
        var checkedValues = 0;
        for (var round = 0; round < 12; round++)
        {
            // Half of what has happened is added up, the other half is read as it happened.
            if (round == 6)
            {
                await market.Run<AddUpSearch>();
                await Fill(random, 20);
                await market.Source.Command("UPDATE catalog.products SET state = 'paused' WHERE id IN (SELECT id FROM catalog.products ORDER BY md5(id::text) LIMIT 10)").Execute();
                await market.Source.Command("UPDATE catalog.products SET tags = '{dark,new}', price_from = 700 WHERE id IN (SELECT id FROM catalog.products ORDER BY md5(id::text) DESC LIMIT 10)").Execute();
            }

            var query = RandomQuery(random);
            var facets = (await visitor.Get("/api/v1/products" + Address(query) + (query.Count == 0 ? "?" : "&") + "facets=true&limit=1")).Must().Json.GetProperty("facets");
            facets.GetProperty("total").GetInt32().ShouldBe(await CountResults(query), Address(query));
            foreach (var name in Names)
            {
                foreach (var value in facets.GetProperty(name).EnumerateArray())
                {
                    var clicked = Click(query, name, value);
                    value.GetProperty("count").GetInt32().ShouldBe(await CountResults(clicked), $"seed {seed}: {Address(query)} → {Address(clicked)}");
                    checkedValues++;
                }
            }
        }

        checkedValues.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task What_is_not_shown_would_give_nothing()
    {
        await Fill(new Random(7), 200);
        var query = new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = "beat", ["tempo_min"] = "120", ["tempo_max"] = "139" };
        var shown = (await visitor.Get("/api/v1/products" + Address(query) + "&facets=true")).Must().Json.GetProperty("facets").GetProperty("genre").EnumerateArray().Select(g => g.GetProperty("value").GetString()!).ToList();
        shown.ShouldNotBeEmpty();
        foreach (var genre in GenresUsed.Except(shown)) (await CountResults(new(query) { ["genre"] = genre })).ShouldBe(0);
    }

    [Fact]
    public async Task Every_link_of_the_search_page_leads_to_as_many_results_as_it_says()
    {
        await Fill(new Random(11), 60);
        var followed = 0;
        foreach (var start in new[] { "/search", "/search?kind=beat&genre=Trap", "/c/producers?price_min=10&price_max=24.99", "/search?q=mindight", "/c/beats?tempo_min=100&tempo_max=119&free=x" })
        {
            var page = (await visitor.Get(start)).Must().Html;
            foreach (var link in page.QuerySelectorAll("aside li a:not([aria-current])"))
            {
                var said = int.Parse(link.QuerySelector(".mono")!.TextContent, CultureInfo.InvariantCulture);
                Total((await visitor.Get(link.GetAttribute("href")!)).Must().Html).ShouldBe(said, $"{start} → {link.GetAttribute("href")}");
                followed++;
            }

            // What is chosen is taken away by its chip.
            foreach (var chip in page.QuerySelectorAll("nav[aria-label='Chosen filters'] a")) (await visitor.Get(chip.GetAttribute("href")!)).Must();
        }

        followed.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task The_tree_of_categories_counts_what_stands_below_and_its_pages_show_it()
    {
        var seller = await market.SignUp("Nova");
        await seller.Publish(Ware.Beat, "A beat");
        await seller.Publish(Ware.Kit, "A kit", category: "drum-kits");
        await seller.Publish(Ware.Digital, "A book", category: "books");
        var tree = (await visitor.Get("/api/v1/categories")).Must().Json.GetProperty("data");
        tree.EnumerateArray().Select(c => c.GetProperty("slug").GetString()).ShouldBe(["music", "goods"]);
        tree[0].GetProperty("count").GetInt32().ShouldBe(3);
        tree[0].GetProperty("children").GetArrayLength().ShouldBe(8);
        var producers = tree[0].GetProperty("children").EnumerateArray().Single(c => c.GetProperty("slug").GetString() == "producers");
        producers.GetProperty("count").GetInt32().ShouldBe(2);

        Titles((await visitor.Get("/api/v1/products?category=producers&sort=price_asc")).Must()).ShouldBe(["A beat", "A kit"], ignoreOrder: true);
        Titles((await visitor.Get("/api/v1/products?category=books")).Must()).ShouldBe(["A book"]);
        Titles((await visitor.Get("/api/v1/products?category=%27%3B--")).Must()).ShouldBeEmpty();
        var page = (await visitor.Get("/c/drum-kits")).Must();
        page.Html.QuerySelector(".crumbs")!.TextContent.ShouldContain("Producers and engineers");
        page.Html.QuerySelector("h1")!.TextContent.ShouldContain("Drum kits");
        Total(page.Html).ShouldBe(1);
        (await visitor.Get("/c/no-such-shelf")).Must(404);
        (await visitor.Get("/c/%3Cscript%3E")).Must(404);

        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "x", category = "no-such-shelf" })).MustRefuse(422, "invalid");
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "x", category = "" })).MustRefuse(422, "invalid");
        var product = (await seller.Visitor.Get("/api/v1/shop/products?q=beat")).Must().Json.GetProperty("data")[0];
        (await seller.Edit(product.Id(), new { category = "loops" })).Must().Json.GetProperty("category").EnumerateArray().Select(c => c.GetProperty("slug").GetString()).ShouldBe(["music", "musicians", "loops"]);
    }

    [Fact]
    public async Task The_names_that_are_translated_are_those_of_the_tree() =>
        (await market.Source.Command("SELECT name FROM catalog.categories").List(r => r.GetString(0))).ShouldBe(Categories.Names, ignoreOrder: true);

    [Fact]
    public async Task French_words_find_french_text_by_their_stems_and_typing_errors_are_forgiven_with_true_numbers()
    {
        var seller = await market.SignUp("Délia");
        await seller.Publish(Ware.Beat, "Les nuits étoilées");
        await seller.Publish(Ware.Sample, "Guitares brûlantes");
        await seller.Publish(Ware.Kit, "Chevaux sauvages");
        await seller.Publish(Ware.Digital, "Running horses");

        foreach (var (words, title) in new[]
        {
            ("nuit étoilée", "Les nuits étoilées"), ("etoilee", "Les nuits étoilées"), ("guitare", "Guitares brûlantes"), ("brulante", "Guitares brûlantes"), ("sauvage", "Chevaux sauvages"),
            ("guittares brulante", "Guitares brûlantes"), ("chevuax sauvges", "Chevaux sauvages"), ("horse runs", "Running horses"), ("hores", "Running horses"),
        })
        {
            var answer = (await visitor.Get($"/api/v1/products?q={Uri.EscapeDataString(words)}&facets=true")).Must();
            Titles(answer).ShouldContain(title, words);
            answer.Json.GetProperty("facets").GetProperty("total").GetInt32().ShouldBe(Titles(answer).Count, words);
        }

        // Facts of a product are found, too.
        Titles((await visitor.Get("/api/v1/products?q=drum+kit")).Must()).ShouldBe(["Chevaux sauvages"]);
        // A filter that leaves nothing does not make the words mean something else.
        Titles((await visitor.Get("/api/v1/products?q=guitare&kind=beat")).Must()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("facets=maybe", 400)]
    [InlineData("facets=true&free=perhaps", 400)]
    [InlineData("facets=true&licence=royal", 422)]
    [InlineData("facets=true&genre=polka", 422)]
    [InlineData("facets=true&q=%00%00%00", 200)]
    [InlineData("facets=true&q=zzzzzzzz&kind=yacht&category=moon", 200)]
    [InlineData("facets=true&price_min=-9223372036854775808&price_max=9223372036854775807", 200)]
    [InlineData("facets=true&tempo_min=2147483647&tempo_max=-2147483648", 200)]
    [InlineData("facets=true&currency=JPY", 200)]
    [InlineData("facets=true&currency=KWD&price_min=1", 200)]
    public async Task Garbage_beside_the_facets_gets_an_honest_answer(string query, int status)
    {
        (await visitor.Get("/api/v1/products?" + query)).Must(status);
        (await visitor.Get("/search?" + query)).Must();
    }

    private static readonly string[] GenresUsed = ["Trap", "Drill", "House", "Lo-Fi", "R&B"];

    private static List<string> Titles(Answer answer) => answer.Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("title").GetString()!).ToList();

    private static int Total(AngleSharp.Html.Dom.IHtmlDocument page) =>
        page.QuerySelector("[role=status]")!.TextContent.Trim() is "One result" ? 1 : int.Parse(page.QuerySelector("[role=status]")!.TextContent.Trim().Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Address(Dictionary<string, string> query) => query.Count == 0 ? "" : "?" + string.Join('&', query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"));

    private static Dictionary<string, string> Click(Dictionary<string, string> query, string facet, JsonElement value)
    {
        var clicked = new Dictionary<string, string>(query, StringComparer.Ordinal);
        var what = value.GetProperty("value").GetString()!;
        if (facet is not ("price" or "tempo"))
        {
            clicked[facet] = what;
            return clicked;
        }

        foreach (var end in new[] { "min", "max" })
        {
            clicked.Remove($"{facet}_{end}");
            if (value.TryGetProperty(end, out var at)) clicked[$"{facet}_{end}"] = at.GetInt64().ToString(CultureInfo.InvariantCulture);
        }

        if (facet == "price") clicked.Remove("free");
        if (what == "free") clicked["free"] = "true";
        return clicked;
    }

    private static Dictionary<string, string> RandomQuery(Random random)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        void Maybe(string name, params string[] values)
        {
            if (random.Next(4) == 0) query[name] = values[random.Next(values.Length)];
        }

        Maybe("q", "midnight", "ferry", "mindight", "feries", "été", "a");
        Maybe("kind", "beat", "sample", "kit", "digital");
        Maybe("category", "music", "producers", "musicians", "beats", "books", "educators");
        Maybe("genre", GenresUsed);
        Maybe("key", "A minor", "C major");
        Maybe("licence", "personal", "commercial", "standard");
        Maybe("tag", "dark", "slow");
        Maybe("rating", "3", "4");
        if (random.Next(4) == 0) (query["tempo_min"], query["tempo_max"]) = (random.Next(60, 120).ToString(CultureInfo.InvariantCulture), random.Next(120, 170).ToString(CultureInfo.InvariantCulture));
        switch (random.Next(6))
        {
            case 0: query["free"] = "true"; break;
            case 1: query["price_min"] = random.Next(0, 4000).ToString(CultureInfo.InvariantCulture); break;
            case 2: query["currency"] = "USD"; break;
            case 3: (query["price_max"], query["currency"]) = ("3000", "USD"); break;
        }

        return query;
    }

    private async Task<int> CountResults(Dictionary<string, string> query)
    {
        var (count, cursor) = (0, (string?)null);
        do
        {
            var page = (await visitor.Get("/api/v1/products" + Address(query) + (query.Count == 0 ? "?" : "&") + "limit=100" + (cursor is null ? "" : "&cursor=" + cursor))).Must().Json;
            count += page.GetProperty("data").GetArrayLength();
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return count;
    }

    /// <summary>Rows of every sort, so many that all combinations meet.</summary>
    private async Task Fill(Random random, int products)
    {
        var shop = shops ??= await (await market.SignUp("Nova")).OpenShop();
        T One<T>(params T[] of) => of[random.Next(of.Length)];
        for (var i = 0; i < products; i++)
        {
            var kind = One("beat", "sample", "kit", "digital");
            var details = new Dictionary<string, object>();
            if (kind != "digital" && random.Next(5) > 0) details["genre"] = One(GenresUsed);
            if (kind is "beat" or "sample" && random.Next(5) > 0) details["tempo"] = One(79, 80, 99, 100, 119, 120, 139, 140, 159, 160, random.Next(40, 300));
            if (kind is "beat" or "sample" && random.Next(3) > 0) details["key"] = One("A minor", "C major", "F# minor");
            var price = kind == "digital" && random.Next(2) == 0 ? 0L : One(100L, 999L, 1000L, 2499L, 2500L, 4999L, 5000L, 9999L, 10_000L, random.Next(100, 20_000));
            var licences = kind == "digital" ? ["standard"] : One<string[]>(["personal"], ["commercial"], ["personal", "commercial"], ["personal", "commercial", "custom"]);
            var id = Guid.CreateVersion7();
            var now = market.Clock.GetUtcNow().AddSeconds(i);
            await TestServer.Execute(market.ConnectionString,
                $"""
                INSERT INTO catalog.products (id, shop_id, kind, slug, title, description, state, details, tags, currency, price_from, preview_made, sold_count, created_at, published_at, version, licences, category, rating_average, rating_count)
                VALUES ('{id}', '{shop.Id}', '{kind}', 'p-{id:N}', '{One("Midnight ferry", "Midnight ferries", "Été sans fin", "Paper boat")} {i}', '{One("", "Made at midnight.")}', '{One("active", "active", "active", "active", "paused")}',
                        '{JsonSerializer.Serialize(details)}', '{One("{}", "{dark}", "{dark,slow}")}', '{One("EUR", "EUR", "EUR", "USD")}', {price}, false, 0, '{now:O}', '{now:O}', 1, '{"{" + string.Join(',', licences) + "}"}',
                        '{One("beats", "loops", "drum-kits", "books", "templates", "musicians")}', {One("NULL, 0", "2.9, 2", "3.5, 4", "4, 1", "4.9, 30")})
                """);
        }
    }
}
