using System.Text.Json;
using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>Hearts, views, trends, suggestions and saved searches.</summary>
public sealed class WishTests : ShelfTest
{
    [Fact]
    public async Task Words_of_three_languages_are_found_by_their_stems_and_names_of_shops_and_tags_in_spite_of_errors()
    {
        var seller = await market.SignUp("Vera");
        await seller.OpenShop("Velvet Basement");
        await seller.PublishBeat("Ночные дороги");
        await seller.PublishBeat("Night roads");
        await seller.PublishBeat("Night");
        await seller.PublishBeat("Night after night after night");
        (await Titles("?q=ночная дорога")).ShouldBe(["Ночные дороги"]);
        (await Titles("?q=дорогами")).ShouldBe(["Ночные дороги"]);
        (await Titles("?q=night"))[0].ShouldBe("Night");                        // the exact title first
        (await Titles("?q=velvet basement")).Count.ShouldBe(4);                 // a shop's name
        var answer = (await visitor.Get("/api/v1/products?q=velvte basment")).Must().Json;
        answer.GetProperty("meant").GetString().ShouldBe("Velvet Basement");
        answer.GetProperty("data").GetArrayLength().ShouldBe(4);
        (await Titles("?q=tesst")).Count.ShouldBe(4);                           // the tag "test"
        (await visitor.Get("/search?q=nihgt raods")).Must().Html.QuerySelector("#main")!.TextContent.ShouldContain("Nothing is called “nihgt raods”.");
    }

    [Fact]
    public async Task What_is_typed_is_suggested_and_nothing_else()
    {
        var seller = await market.SignUp("Nova");
        await seller.OpenShop("Drumland");
        await seller.PublishBeat("Drums of <b>glass</b>");
        await seller.PublishBeat("Slow drums");
        await market.Run<AddUpSearch>();
        var found = (await visitor.Get("/api/v1/suggestions?q=drum")).Must().Json.GetProperty("data").EnumerateArray().Select(s => (s.GetProperty("kind").GetString(), s.GetProperty("text").GetString())).ToList();
        found.ShouldBe([("category", "Drum kits"), ("genre", "Drum & Bass"), ("shop", "Drumland"), ("product", "Drums of <b>glass</b>"), ("product", "Slow drums")], ignoreOrder: true);
        foreach (var url in (await visitor.Get("/api/v1/suggestions?q=drum")).Must().Json.GetProperty("data").EnumerateArray().Select(s => s.GetProperty("url").GetString()!)) (await visitor.Get(url)).Must();
        (await visitor.Get("/api/v1/suggestions?q=tes")).Must().Json.GetProperty("data")[0].GetProperty("url").GetString().ShouldBe("/tags/test");
        foreach (var words in new[] { "", "d", "%00", "'; --", "\\", "|", "zzzz", "%25", "_" }) (await visitor.Get("/api/v1/suggestions?q=" + words)).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Hearts_are_counted_once_a_person_and_kept_in_a_list()
    {
        var seller = await market.SignUp("Nova");
        var (one, two) = (await seller.PublishBeat("One"), await seller.PublishBeat("Two"));
        var people = new List<Person>();
        for (var i = 0; i < 5; i++) people.Add(await market.SignUp());
        var random = new Random(5);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => (Person: people[random.Next(5)], On: random.Next(3) > 0)).ToList()
            .Select(async act => (await (act.On ? act.Person.Visitor.Put($"/api/v1/products/{one.Product}/like") : act.Person.Visitor.Delete($"/api/v1/products/{one.Product}/like"))).Must()));
        (await market.Source.Command("SELECT like_count = (SELECT count(*) FROM catalog.likes l WHERE l.product_id = p.id) FROM catalog.products p WHERE id = $1", one.Product).Scalar<bool>()).ShouldBeTrue();

        var ana = await market.SignUp("Ana");
        (await ana.Visitor.Put($"/api/v1/products/{one.Product}/like")).Must();
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await ana.Visitor.Submit($"/p/{two.Slug}", "form.heart", new Dictionary<string, string?>())).Must(302);
        (await ana.Visitor.Get("/api/v1/me/likes")).Must().Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("title").GetString()).ShouldBe(["Two", "One"]);
        (await ana.Visitor.Get("/account/likes")).Must().Html.QuerySelectorAll("article.product").Length.ShouldBe(2);
        (await ana.Visitor.Get("/search?q=two")).Must().Html.QuerySelector("form.heart button")!.GetAttribute("aria-pressed").ShouldBe("true");
        (await ana.Visitor.Put($"/api/v1/products/{Guid.CreateVersion7()}/like")).Must(404);
        (await visitor.Put($"/api/v1/products/{one.Product}/like")).Must(401);

        // What people did lately decides the trend; a week later it counts half.
        await market.Run<AddUpInterest>();
        (await Titles("?sort=trending"))[0].ShouldBe("One");
        market.Clock.Walk(TimeSpan.FromDays(70));
        (await (await market.SignUp("Bo")).Visitor.Put($"/api/v1/products/{two.Product}/like")).Must();
        await market.Run<AddUpInterest>();
        (await Titles("?sort=trending"))[0].ShouldBe("Two");
    }

    [Fact]
    public async Task A_view_is_counted_once_a_visitor_and_day_and_programs_are_none()
    {
        var beat = await (await market.SignUp("Nova")).PublishBeat();
        var ana = await market.SignUp("Ana");
        async Task Look(Visitor who, string agent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/p/{beat.Slug}");
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
            if (who.Token is not null) request.Headers.Authorization = new("Bearer", who.Token);
            (await who.Http.SendAsync(request)).EnsureSuccessStatusCode();
        }

        async Task<long> Counted()
        {
            await market.Services.GetRequiredService<Views>().Write();
            await market.Run<AddUpInterest>();
            return await market.Source.Command("SELECT view_count FROM catalog.products WHERE id = $1", beat.Product).Scalar<long>();
        }

        foreach (var agent in new[] { "Mozilla/5.0 (X11) Firefox/140", "Mozilla/5.0 (X11) Firefox/140", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.0", "" }) await Look(visitor, agent);
        (await Counted()).ShouldBe(1);
        await Look(visitor, "Mozilla/5.0 (X11) Firefox/140");
        await Look(visitor, "Mozilla/5.0 (iPhone) Safari/605");
        (await Counted()).ShouldBe(2);
        market.Clock.Walk(TimeSpan.FromDays(1));
        await Look(visitor, "Mozilla/5.0 (X11) Firefox/140");
        (await Counted()).ShouldBe(3);
    }

    [Fact]
    public async Task A_saved_search_opens_again_says_what_is_new_and_tells_of_it_once_a_day()
    {
        var (seller, ana) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        await seller.PublishBeat("Night bus");
        await ana.Visitor.Submit("/search?q=night&genre=Trap&price_max=50", "form[action^='/account/searches']", new Dictionary<string, string?> { ["name"] = "Night", ["notify"] = "true" });
        var saved = (await ana.Visitor.Get("/api/v1/me/searches")).Must().Json.GetProperty("data")[0];
        (saved.GetProperty("query").GetString(), saved.GetProperty("notify").GetBoolean(), saved.GetProperty("new").GetInt32()).ShouldBe(("q=night&genre=Trap&price_max=50", true, 0));
        (await ana.Visitor.Get(saved.GetProperty("url").GetString()!)).Must().Html.QuerySelectorAll("article.product").Length.ShouldBe(1);

        market.Clock.Walk(TimeSpan.FromHours(2));
        await seller.PublishBeat("Night train");
        await seller.PublishBeat("Night plane", 9900);
        await New(1);
        await market.Run<TellOfNew>();      // not a day yet
        await Told(0);
        market.Clock.Walk(TimeSpan.FromHours(23));
        await market.Run<TellOfNew>();
        await market.Run<TellOfNew>();
        await Told(1);
        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Run<TellOfNew>();      // nothing new since
        await Told(1);

        (await ana.Visitor.Submit("/account/searches", "form[action$='handler=Open']", new Dictionary<string, string?>())).Must(302);
        await New(0);
        (await ana.Visitor.Patch($"/api/v1/me/searches/{saved.Id()}", new { name = "Nights", notify = false })).Must().Json.GetProperty("name").GetString().ShouldBe("Nights");
        (await ana.Visitor.Post("/api/v1/me/searches", new { name = "Again", query = "genre=trap&q=night&price_max=50&sort=newest&cursor=x&nonsense=1" })).Must(201).Json.GetProperty("id").GetGuid().ShouldBe(saved.Id());
        (await ana.Visitor.Post("/api/v1/me/searches", new { name = "", query = "" })).MustRefuse(422, "invalid");
        for (var i = 1; i < 50; i++) (await ana.Visitor.Post("/api/v1/me/searches", new { name = $"Number {i}", query = $"q=number{i}" })).Must(201);
        (await ana.Visitor.Post("/api/v1/me/searches", new { name = "One more", query = "q=more" })).MustRefuse(409, "too_many_searches");
        (await ana.Visitor.Get("/account/searches")).Must().Html.QuerySelectorAll("main li.panel").Length.ShouldBe(50);

        var beat = await seller.PublishBeat("Liked");
        (await ana.Visitor.Put($"/api/v1/products/{beat.Product}/like")).Must();
        await market.Do(async services =>
        {
            var wishes = services.GetServices<IPersonalData>().Single(d => d.Section == "wishes");
            JsonSerializer.Serialize(await wishes.Export(ana.Account), JsonStyle.Options).ShouldContain("Number 7");
            await wishes.Erase(ana.Account);
            (await wishes.Export(ana.Account)).ShouldBeNull();
        });
        (await market.Source.Command("SELECT like_count FROM catalog.products WHERE id = $1", beat.Product).Scalar<long>()).ShouldBe(0);

        async Task New(int count) => (await ana.Visitor.Get("/api/v1/me/searches")).Must().Json.GetProperty("data")[0].GetProperty("new").GetInt32().ShouldBe(count);
        async Task Told(int times)
        {
            await market.Drain();
            (await ana.Notices("")).Count(n => n.Type() == "search_found").ShouldBe(times);
        }
    }

    [Fact]
    public async Task Tags_and_genres_have_pages_and_unknown_ones_have_none()
    {
        await (await market.SignUp("Nova")).PublishBeat("Night", details: new { tempo = 90, key = "A minor", genre = "R&B" });
        var page = (await visitor.Get("/genres/r-and-b")).Must().Html;
        page.QuerySelector("h1")!.TextContent.ShouldBe("R&B");
        page.QuerySelector(".crumbs [aria-current]")!.TextContent.ShouldBe("R&B");
        page.QuerySelectorAll("article.product").Length.ShouldBe(1);
        (await visitor.Get("/genres/trap")).Must().Html.QuerySelectorAll("article.product").ShouldBeEmpty();
        (await visitor.Get("/tags/test")).Must().Html.QuerySelector("h1")!.TextContent.ShouldBe("#test");
        (await visitor.Get("/tags/test?genre=trap")).Must().Html.QuerySelectorAll("article.product").ShouldBeEmpty();
        foreach (var path in new[] { "/tags/none", "/genres/none", "/tags/%20", "/c/none" }) (await visitor.Get(path)).Must(404);
        // A filter beside the path keeps the page.
        page.QuerySelectorAll("aside li a").Select(a => a.GetAttribute("href")).ShouldContain("/genres/r-and-b?kind=beat");
    }
}
