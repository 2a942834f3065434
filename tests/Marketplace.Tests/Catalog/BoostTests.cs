using Marketplace.Catalog;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>Paid places: what they cost, when they run, and what comes back to the cent when they end early.</summary>
public sealed class BoostTests
{
    [Fact]
    public async Task Seven_days_on_something_that_is_gone_on_day_three_pay_four_sevenths_back_once()
    {
        await using var market = await OwnMarket.Open();
        var second = await market.AnotherHost();
        var seller = await market.SignUp("Nova");
        var (beat, other) = (await seller.PublishBeat(), await seller.PublishBeat());
        var boost = await seller.Boosted(beat.Product);
        var running = await seller.Boosted(other.Product);
        (await seller.Available()).ShouldBe(9_000);
        (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json.GetProperty("boost").State().ShouldBe("active");
        (await seller.Boost(beat.Product)).MustRefuse(409, "already_boosted");

        market.Clock.Walk(TimeSpan.FromDays(2.5));
        await seller.SignIn();
        await market.Run<RecogniseIncome>();
        await market.Run<RunBoosts>();
        (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json.GetProperty("boost").State().ShouldBe("active", "it is still on sale");
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/pause")).Must();
        market.Faults.Passing = point =>
        {
            if (point == Faults.BeforeCommit) throw new Faults.Crash(point);
        };
        await Should.ThrowAsync<Faults.Crash>(() => market.Run<RunBoosts>());
        market.Faults.Passing = null;
        (await seller.Available()).ShouldBe(9_000, "the host died before it was done");
        await Task.WhenAll(market.Run<RunBoosts>(), second.Run<RunBoosts>(), market.Run<RunBoosts>());
        await market.Run<RunBoosts>();
        (await seller.Available()).ShouldBe(9_286);
        var ended = (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json;
        (ended.GetProperty("boost").State(), ended.GetProperty("boost").GetProperty("end_reason").GetString(), ended.GetProperty("boost").GetProperty("refunded").GetProperty("amount").GetInt64(), ended.GetProperty("spent").GetProperty("amount").GetInt64())
            .ShouldBe(("stopped", "off_sale", 286, 214));
        await market.Drain();
        (await seller.Visitor.Get("/api/v1/notifications")).Must().Text.ShouldContain("boost_ended");

        market.Clock.Walk(TimeSpan.FromDays(5));
        await seller.SignIn();
        await market.Run<RunBoosts>();
        await market.Run<RecogniseIncome>();
        (await seller.Visitor.Get($"/api/v1/boosts/{running}")).Must().Json.GetProperty("boost").State().ShouldBe("expired");
        (await market.Balance("deferred_boost")).ShouldBe(0);
        (await market.Balance("revenue_boost")).ShouldBe(714);
        await BuyerReviewTests.CatalogHolds(market);
    }

    [Fact]
    public async Task It_begins_when_its_product_is_approved_and_its_owner_or_staff_may_end_it()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        var product = (await seller.Publish(Ware.Beat)).Id();
        product.ShouldNotBe(Guid.Empty);
        var boost = await seller.Boosted(product, 10);
        (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json.GetProperty("boost").State().ShouldBe("scheduled");
        (await seller.Available()).ShouldBe(5_000 - 714);
        market.Clock.Walk(TimeSpan.FromDays(3));
        await seller.SignIn();
        await market.Run<RecogniseIncome>();
        await market.Run<RunBoosts>();
        (await market.Balance("deferred_boost")).ShouldBe(714, "nothing is earned before it is shown");
        var moderator = await seller.Moderator();
        await moderator.SignIn();
        (await moderator.Visitor.Post($"/api/v1/products/{product}/approval", new { })).Must();
        await market.Run<RunBoosts>();
        var started = (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json.GetProperty("boost");
        (started.State(), started.GetProperty("ends_at").GetDateTimeOffset()).ShouldBe(("active", market.Clock.GetUtcNow().AddDays(10)));

        market.Clock.Walk(TimeSpan.FromDays(1));
        await seller.SignIn();
        var (bo, key) = (await market.SignUp("Bo", Capabilities.CanBoost), WalletSteps.Key());
        (await bo.Visitor.Post($"/api/v1/boosts/{boost}/cancellation", null, WalletSteps.Key())).MustRefuse(404, "not_found");
        (await seller.Visitor.Get($"/sell/boosts/{boost}")).Must().Text.ShouldContain("6.43");
        var cancelled = (await seller.Visitor.Post($"/api/v1/boosts/{boost}/cancellation", null, key)).Must().Json;
        cancelled.GetProperty("refunded").GetProperty("amount").GetInt64().ShouldBe(643, "nine tenths");
        (await seller.Visitor.Post($"/api/v1/boosts/{boost}/cancellation", null, WalletSteps.Key())).MustRefuse(409, "boost_ended");

        var next = (await seller.Boost(product, 1)).Must(201).Json.Id();
        await moderator.SignIn();
        (await moderator.Visitor.Submit($"/admin/boosts/{next}", "main form", new Dictionary<string, string?>())).Status.ShouldBe(422);
        (await moderator.Visitor.Submit($"/admin/boosts/{next}", "main form", new Dictionary<string, string?> { ["Input.Reason"] = "Misleading." })).Status.ShouldBe(302);
        (await seller.Visitor.Get($"/sell/boosts/{next}")).Must().Text.ShouldContain("Misleading.");
        (await seller.Boost(product, 2, starts: market.Clock.GetUtcNow().AddDays(31))).MustRefuse(422, "boost_start");
        var later = (await seller.Boost(product, 2, starts: market.Clock.GetUtcNow().AddDays(3))).Must(201).Json;
        later.State().ShouldBe("scheduled");
        await market.Do(services => services.GetRequiredService<UnitOfWork>().Command("UPDATE catalog.products SET state = 'archived' WHERE id = $1", product).Execute());
        market.Clock.Walk(TimeSpan.FromDays(3));
        await seller.SignIn();
        await market.Run<RunBoosts>();
        (await seller.Visitor.Get($"/api/v1/boosts/{later.Id()}")).Must().Json.GetProperty("spent").GetProperty("amount").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_vacation_ends_what_runs_and_staff_says_who_may_boost_and_the_team_pays_itself()
    {
        await using var market = await OwnMarket.Open();
        var (seller, editor, support) = (await market.SignUp("Nova"), await market.SignUp("Edi"), await market.SignUp("Sue"));
        var (shop, beat) = (await seller.OpenShop(), await seller.PublishBeat());
        (await seller.Boost(beat.Product)).Status.ShouldBe(403);
        var moderator = await seller.Moderator();
        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/boosting")).Status.ShouldBe(403);
        (await moderator.Visitor.Submit($"/admin/shops/{shop.Id}", "form[action*='Boosts']", new Dictionary<string, string?>())).Status.ShouldBe(302);
        await seller.SignIn();
        await seller.TopUp(5_000);
        var boost = (await seller.Boost(beat.Product)).Must(201).Json.Id();
        (await moderator.Visitor.Delete($"/api/v1/shops/{shop.Slug}/boosting")).Must().Json.GetProperty("may_boost").GetBoolean().ShouldBeFalse();
        await seller.SignIn();
        (await seller.Boost(beat.Product, 1, "home")).Status.ShouldBe(403);
        (await moderator.Visitor.Put($"/api/v1/shops/{shop.Slug}/boosting")).Must();
        await seller.SignIn();

        // Who works on its products boosts them, and pays; who answers its buyers does not.
        foreach (var (person, role) in new[] { (editor, "editor"), (support, "support") })
        {
            await market.Join(seller, shop.Slug, person, role);
            await market.Grant(person.Account, Capabilities.CanBoost);
            await person.SignIn();
            await person.TopUp(5_000);
        }

        var theirs = (await editor.Boost(beat.Product, 7, "home")).Must(201).Json.Id();
        (await support.Boost(beat.Product, 1, "home")).MustRefuse(404, "not_found");
        (await editor.Visitor.Get("/sell/boosts/new")).Must().Html.QuerySelectorAll("#what option").Select(o => o.GetAttribute("value")).ShouldContain(beat.Product.ToString());
        (await seller.Visitor.Get($"/api/v1/boosts/{theirs}")).MustRefuse(404, "not_found");

        market.Clock.Walk(TimeSpan.FromMinutes(10));
        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/vacation", new { })).Must();
        await market.Run<RunBoosts>();
        var ended = (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json.GetProperty("boost");
        (ended.State(), ended.GetProperty("end_reason").GetString()).ShouldBe(("stopped", "on_vacation"));
        (await seller.Available()).ShouldBe(5_000 - 500 + 429, "the first of seven days has begun");
        (await editor.Available()).ShouldBe(5_000 - 1_000 + 857);
        // It may wait for their return.
        var waits = (await seller.Boost(beat.Product)).Must(201).Json;
        waits.State().ShouldBe("scheduled");
        await market.Run<RunBoosts>();
        (await seller.Visitor.Delete($"/api/v1/shops/{shop.Slug}/vacation")).Must();
        await market.Run<RunBoosts>();
        (await seller.Visitor.Get($"/api/v1/boosts/{waits.Id()}")).Must().Json.GetProperty("boost").State().ShouldBe("active");
        await BuyerReviewTests.CatalogHolds(market);
    }

    [Fact]
    public async Task Of_many_for_the_last_place_one_gets_it_and_pays()
    {
        await using var market = await OwnMarket.Open();
        await market.Everything.Command("UPDATE catalog.boost_places SET capacity = 1 WHERE place = 'home'").Execute();
        var seller = await market.SignUp("Nova");
        var beats = new List<PublishedBeat>();
        for (var i = 0; i < 6; i++) beats.Add(await seller.PublishBeat());
        await market.Grant(seller.Account, Capabilities.CanBoost);
        await seller.SignIn();
        (await seller.Boost(beats[0].Product, 1, "home")).MustRefuse(409, "insufficient_funds");
        await seller.TopUp(5_000);
        var quote = (await seller.Visitor.Get($"/api/v1/boosts/quote?kind=product&subject_id={beats[0].Product}&place=home&days=7")).Must().Json;
        (quote.GetProperty("total").GetProperty("amount").GetInt64(), quote.GetProperty("free").GetInt32()).ShouldBe((1_000, 1));
        var answers = await Task.WhenAll(beats.Select(b => seller.Boost(b.Product, 7, "home")));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "place_full");
        (await seller.Available()).ShouldBe(4_000);
        (await seller.Visitor.Get($"/sell/boosts/new?product={beats[1].Product}&place=home")).Must().Text.ShouldContain("All these places are taken");
        (await (await market.SignUp("Bo", Capabilities.CanBoost)).Boost(beats[1].Product)).MustRefuse(404, "not_found");
        (await seller.Visitor.Get("/api/v1/boosts/quote?kind=profile&place=search&days=1")).MustRefuse(422, "boost_place_unknown");
        market.Clock.Walk(TimeSpan.FromHours(1));
        await market.Do(services => WithholdShop.Handle(seller.Account, true, services.GetRequiredService<UnitOfWork>()));
        await market.Run<RunBoosts>();
        (await seller.Available()).ShouldBe(4_857, "suspended on the first of seven days");
    }

    [Fact]
    public async Task A_place_is_labelled_counted_once_a_person_and_day_and_its_sales_are_known()
    {
        await using var market = await OwnMarket.Open();
        var (seller, rival, buyer) = (await market.SignUp("Nova"), await market.SignUp("Delia"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat("Zebra Crossing");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 6; i++) await rival.PublishBeat($"Rival {i}");
        var boost = await seller.Boosted(beat.Product);
        const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        using var guest = market.Visitor();
        guest.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Browser);
        var page = (await guest.Get("/search")).Must().Html;
        var cards = page.QuerySelectorAll("article.product").ToList();
        cards.FindIndex(c => c.TextContent.Contains("Sponsored", StringComparison.Ordinal)).ShouldBe(4);
        cards[4].QuerySelector("h3 a")!.GetAttribute("href").ShouldBe($"/go/{boost}");
        cards.Count(c => c.TextContent.Contains("Zebra Crossing", StringComparison.Ordinal)).ShouldBe(1);
        (await guest.Get("/search?q=zebra+crossing")).Must().Text.ShouldNotContain("Sponsored");
        (await guest.Get("/c/drum-kits")).Must().Text.ShouldNotContain("Zebra");
        var list = (await guest.Get("/api/v1/products")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        list.Select(p => p.TryGetProperty("sponsored", out var paid) && paid.GetBoolean()).ShouldBe([false, false, false, false, true, false, false]);

        async Task<(int Seen, int Opened, int Sales)> Tally()
        {
            var now = (await seller.Visitor.Get($"/api/v1/boosts/{boost}")).Must().Json;
            return (now.GetProperty("impressions").GetInt32(), now.GetProperty("clicks").GetInt32(), now.GetProperty("sales").GetInt32());
        }

        await guest.Get("/search");
        (await Tally()).ShouldBe((1, 0, 0), "twice by one guest, and by a program");
        using var program = market.Visitor();
        program.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)");
        await program.Get("/search");
        (await program.Get($"/go/{boost}")).Location.ShouldBe($"/p/{beat.Slug}");
        seller.Visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Browser);
        await seller.Visitor.Get("/search");
        (await Tally()).ShouldBe((1, 0, 0), "neither a robot nor who paid");
        buyer.Visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Browser);
        (await buyer.Visitor.Get($"/go/{boost}")).Location.ShouldBe($"/p/{beat.Slug}");
        await buyer.Visitor.Get($"/go/{boost}");
        (await Tally()).ShouldBe((2, 1, 0));
        await buyer.Buy(beat);
        await market.Drain();
        (await Tally()).ShouldBe((2, 1, 1));
        var told = (await seller.Visitor.Get("/api/v1/boosts")).Must().Json.GetProperty("data")[0];
        (told.GetProperty("revenue").GetProperty("amount").GetInt64(), told.GetProperty("cost_per_sale").GetProperty("amount").GetInt64()).ShouldBe((beat.Price, 500));
        (await seller.Visitor.Get("/sell/boosts")).Must().Text.ShouldContain("Zebra Crossing");

        var late = await market.SignUp("Late");
        late.Visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Browser);
        await late.Visitor.Get($"/go/{boost}");
        market.Clock.Walk(TimeSpan.FromHours(25));
        await late.SignIn();
        await late.Buy(beat);
        await market.Drain();
        await seller.SignIn();
        (await Tally()).Sales.ShouldBe(1, "more than a day after it was opened");
        await guest.Get("/search");
        (await Tally()).Seen.ShouldBe(4, "another day");
        market.Clock.Walk(TimeSpan.FromDays(3));
        await market.Run<ForgetBoostVisits>();
        (await market.Count("SELECT count(*) FROM catalog.boost_visits")).ShouldBe(0);
        await seller.SignIn();
        (await Tally()).Seen.ShouldBe(4);
        await BuyerReviewTests.CatalogHolds(market);
    }
}

/// <summary>How paid places are woven into what was found.</summary>
public sealed class SponsoredPlacesTests
{
    [Fact]
    public void At_most_every_fifth_is_paid_nothing_is_lost_or_doubled_and_none_stands_above_what_was_named()
    {
        var dice = new Random(7);
        for (var story = 0; story < 3_000; story++)
        {
            var all = Enumerable.Range(0, dice.Next(1, 40)).Select(i => Line($"Title {i % 12}")).ToList();
            var found = all.Take(dice.Next(0, 30)).ToList();
            var boosted = all.OrderBy(_ => dice.Next()).Take(dice.Next(0, 9)).Select(p => p with { Boost = Guid.CreateVersion7() }).ToList();
            var words = dice.Next(2) == 0 ? null : $"title {dice.Next(14)}";
            var page = SponsoredPlaces.Weave(found, boosted, words);

            page.Select(p => p.Id).ShouldBeUnique();
            found.ShouldAllBe(p => page.Any(x => x.Id == p.Id));
            (page.Count(p => p.Sponsored) * 5).ShouldBeLessThanOrEqualTo(page.Count);
            page.Index().Where(p => p.Item.Sponsored).ShouldAllBe(p => p.Index % 5 == 4);
            page.Where(p => !p.Sponsored).Select(p => p.Id).ShouldBe(found.Select(p => p.Id).Where(id => !page.Any(x => x.Sponsored && x.Id == id)), "the others keep their order");
            var lastExact = words is null ? -1 : page.ToList().FindLastIndex(p => !p.Sponsored && string.Equals(p.Title, words, StringComparison.OrdinalIgnoreCase));
            page.Take(lastExact + 1).ShouldAllBe(p => !p.Sponsored || string.Equals(p.Title, words, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Everybody_has_the_same_turn_and_a_visitor_sees_the_same_all_day()
    {
        var boosts = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();
        var first = Enumerable.Range(0, 2_000).GroupBy(visitor => SponsoredPlaces.Turn(boosts, b => b, $"2026-03-02 {visitor}").First()).ToDictionary(g => g.Key, g => g.Count());
        boosts.ShouldAllBe(b => first[b] > 140 && first[b] < 260);
        SponsoredPlaces.Turn(boosts, b => b, "one").ShouldBe(SponsoredPlaces.Turn(boosts, b => b, "one"));
    }

    private static ProductLine Line(string title) => new(
        Guid.CreateVersion7(), "slug", "beat", ProductState.Active, title, default, new ProductShop(Guid.CreateVersion7(), "shop", "Shop"), null, 1, null, null, null, null, 0, 1);
}
