using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

public sealed class DownloadTests : MarketTest
{
    [Fact]
    public async Task A_buyer_downloads_what_they_bought_and_it_is_never_rendered()
    {
        var (_, buyer, beat, order) = await Bought(Market);
        var link = await buyer.DownloadLink(order);
        link.ShouldStartWith("/downloads/");
        (await Market.Count("SELECT count(*) FROM orders.download_links WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'", link[11..])).ShouldBe(0);

        var answer = (await buyer.Visitor.Get(link)).Must();
        answer.Bytes.ShouldBe(beat.Original);
        answer.ContentHeaders.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.ContentHeaders.ContentDisposition.FileNameStar.ShouldBe(beat.FileName);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox");
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await buyer.Visitor.Get("/api/v1" + link)).Must().Bytes.ShouldBe(beat.Original);

        var read = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        read.State().ShouldBe("completed");
        read.GetProperty("items")[0].State().ShouldBe("completed");
        (await Market.Count("SELECT count(*) FROM orders.download_log d JOIN orders.download_links l ON l.id = d.link_id WHERE l.buyer = $1 AND d.ip IS NOT NULL AND d.counted", buyer.Account)).ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_at_once_on_a_link_with_three_left_get_exactly_three()
    {
        var (_, buyer, beat, order) = await Bought(Market);
        var link = await buyer.DownloadLink(order);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => buyer.Visitor.Fetch(i % 2 == 0 ? link : "/api/v1" + link, $"client {i}")));

        answers.Count(a => a.Status == 200).ShouldBe(3);
        answers.Where(a => a.Status == 200).ShouldAllBe(a => a.Bytes.SequenceEqual(beat.Original));
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 403);
        (await Market.Count("SELECT downloads::bigint FROM orders.download_links WHERE buyer = $1", buyer.Account)).ShouldBe(3);
        (await Market.Count("SELECT count(*) FROM orders.download_sessions s JOIN orders.download_links l ON l.id = s.link_id WHERE l.buyer = $1", buyer.Account)).ShouldBe(3);
        (await buyer.Visitor.Get("/api/v1" + link)).MustRefuse(403, "link_used_up").Text.ShouldContain("/library");
        var page = (await buyer.Visitor.Get(link)).Must(403);
        var again = await buyer.Visitor.Submit(page, link, "form[action='/library?handler=Download']", new Dictionary<string, string?>());
        (await buyer.Visitor.Get(again.Must(302).Location!)).Must().Bytes.ShouldBe(beat.Original);
        using var stranger = Market.Visitor();
        (await stranger.Get(link)).Must(403).Html.QuerySelector("form[action='/library?handler=Download']").ShouldBeNull();
    }

    [Fact]
    public async Task A_client_may_break_off_resume_and_begin_again_for_an_hour_and_counts_once()
    {
        await using var market = await OwnMarket.Open();
        var (_, buyer, beat, order) = await Bought(market);
        var link = await buyer.DownloadLink(order);
        Task<long> Counted() => market.Count("SELECT downloads::bigint FROM orders.download_links WHERE buyer = $1", buyer.Account);

        (await buyer.Visitor.Send(HttpMethod.Head, link, null)).Must().Bytes.ShouldBeEmpty();
        (await buyer.Visitor.Send(HttpMethod.Head, "/api/v1" + link, null)).Must().ContentHeaders.ContentLength.ShouldBe(beat.Original.Length);
        (await Counted()).ShouldBe(0, "looking is not loading");

        var etag = (await Range(buyer, link, "bytes=0-999")).Headers.ETag!;
        var rest = await Range(buyer, link, "bytes=1000-", etag);
        rest.Status.ShouldBe(206);
        rest.Bytes.ShouldBe(beat.Original[1000..]);
        rest.ContentHeaders.ContentRange!.Length.ShouldBe(beat.Original.Length);
        (await Range(buyer, "/api/v1" + link, "bytes=-500")).Bytes.ShouldBe(beat.Original[^500..]);
        (await Range(buyer, link, $"bytes={beat.Original.Length}-", etag)).Status.ShouldBe(416);
        (await Range(buyer, link, "bytes=1000-", new EntityTagHeaderValue("\"other\""))).Must().Bytes.ShouldBe(beat.Original, "another file's tag sends the whole");
        (await Range(buyer, link, "bytes=5-9,20-30")).Must().Bytes.ShouldBe(beat.Original, "several ranges send the whole");
        (await Range(buyer, link, "lines=3-")).Must().Bytes.ShouldBe(beat.Original);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i => (await buyer.Visitor.Get(i % 2 == 0 ? link : "/api/v1" + link)).Must().Bytes.ShouldBe(beat.Original)));
        (await Counted()).ShouldBe(1);

        market.Clock.Walk(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        (await Range(buyer, link, "bytes=1000-", etag)).Status.ShouldBe(206);
        (await Counted()).ShouldBe(1);
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await Range(buyer, link, "bytes=1000-", etag)).Status.ShouldBe(206);
        (await Counted()).ShouldBe(2, "after an hour it begins anew, wherever it goes on");
        (await buyer.Visitor.Fetch(link, "another client")).Must();
        (await Counted()).ShouldBe(3);
        (await buyer.Visitor.Fetch(link, "a third")).Must(403);
        (await buyer.Visitor.Get(link)).Must().Bytes.ShouldBe(beat.Original, "who has begun goes on");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Two_clients_at_once_for_the_last_download_are_one_download()
    {
        var (_, buyer, _, order) = await Bought(Market);
        for (var round = 0; round < 3; round++)
        {
            var link = await buyer.DownloadLink(order);
            foreach (var client in new[] { "one", "two" }) (await buyer.Visitor.Fetch(link, client)).Must();
            var both = await Task.WhenAll(new[] { "three", "four" }.Select(client => buyer.Visitor.Fetch(link, client)));
            both.Select(a => a.Status).Order().ShouldBe([200, 403]);
        }
    }

    [Fact]
    public async Task A_revoked_line_opens_nothing_more()
    {
        var (_, buyer, _, order) = await Bought(Market);
        var item = order.GetProperty("items")[0].Id();
        var links = new[] { await buyer.DownloadLink(order), await buyer.DownloadLink(order) };
        (await buyer.Visitor.Get(links[0])).Must();

        for (var twice = 0; twice < 2; twice++)
            await Market.Do(services => Marketplace.Orders.RevokeLinks.Handle(item, services.GetRequiredService<UnitOfWork>(), TimeProvider.System.GetUtcNow()));

        foreach (var link in links)
        {
            (await buyer.Visitor.Get(link)).Must(404);
            (await buyer.Visitor.Get("/api/v1" + link)).MustRefuse(404, "not_found");
        }

        (await Market.Count("SELECT count(*) FROM orders.download_links WHERE item_id = $1 AND revoked_at IS NULL", item)).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_keeps_its_name_whatever_letters_it_has()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var draft = await seller.DraftBeat(price: 100);
        (await seller.Upload(draft.Id(), "original", "Été à Zürich – 夜.wav", Sound.Wav(1))).Must(201);
        (await seller.Upload(draft.Id(), "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var offer = (await seller.Visitor.Post($"/api/v1/products/{draft.Id()}/publish")).Must().Json.GetProperty("offers")[0].Id();
        await buyer.TopUp(100);
        (await buyer.Visitor.AddToCart(offer)).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        var answer = (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        answer.ContentHeaders.ContentDisposition!.FileNameStar.ShouldBe(order.GetProperty("items")[0].GetProperty("files")[0].GetProperty("name").GetString());
        answer.ContentHeaders.ContentDisposition.FileNameStar!.ShouldContain("夜");
        answer.ContentHeaders.GetValues("Content-Disposition").Single().ShouldContain("filename*=UTF-8''");
    }

    [Fact]
    public async Task The_library_tells_what_is_left_of_a_link_and_makes_another()
    {
        var (_, buyer, beat, order) = await Bought(Market);
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelector("main li form p").ShouldBeNull();
        var link = await buyer.DownloadLink(order);
        foreach (var client in new[] { "one", "two" }) (await buyer.Visitor.Fetch(link, client)).Must();

        var page = (await buyer.Visitor.Get("/library")).Must();
        page.Html.QuerySelector("main li form p")!.TextContent.ShouldContain("downloaded 2 of 3");
        page.Html.QuerySelector("main li a[href$='/contract']").ShouldNotBeNull();
        var line = (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data")[0];
        line.GetProperty("links")[0].GetProperty("downloads").GetInt32().ShouldBe(2);
        var fresh = (await buyer.Visitor.Submit(page, "/library", "main li form", new Dictionary<string, string?>())).Must(302).Location!;
        fresh.ShouldNotBe(link);
        (await buyer.Visitor.Get(fresh)).Must().Bytes.ShouldBe(beat.Original);
        (await buyer.Visitor.Get("/library")).Must().Text.ShouldContain("downloaded 1 of 3");
    }

    [Fact]
    public async Task A_link_is_its_buyers_and_expires()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, _, order) = await Bought(market);
        var item = order.GetProperty("items")[0].Id();
        var link = await buyer.DownloadLink(order);
        foreach (var path in new[] { link, "/downloads/" + new string('x', 43) })
        {
            (await seller.Visitor.Get(path)).Must(404);
            (await seller.Visitor.Get("/api/v1" + path)).MustRefuse(404, "not_found");
        }

        foreach (var id in new[] { item, WalletSteps.NewId() })
            (await seller.Visitor.Post($"/api/v1/library/{id}/download-links", new { })).MustRefuse(404, "not_found");
        (await buyer.Visitor.Post($"/api/v1/library/{item}/download-links", new { file_id = WalletSteps.NewId() })).MustRefuse(404, "not_found");

        market.Clock.Walk(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await buyer.SignIn();
        (await buyer.Visitor.Get(link)).Must();
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await buyer.Visitor.Get(link)).Must(403);
        (await buyer.Visitor.Get("/api/v1" + link)).MustRefuse(403, "link_expired");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Five_links_a_day_and_file_at_most_even_at_once()
    {
        await using var market = await OwnMarket.Open();
        var (_, buyer, _, order) = await Bought(market);
        var path = $"/api/v1/library/{order.GetProperty("items")[0].Id()}/download-links";

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => buyer.Visitor.Post(path, new { })));

        answers.Count(a => a.Status == 201).ShouldBe(5);
        answers.Where(a => a.Status == 201).Select(a => a.Json.GetProperty("url").GetString()).Distinct().Count().ShouldBe(5);
        var refused = answers.First(a => a.Status != 201).MustRefuse(429, "too_many_links");
        market.Clock.Walk(refused.Headers.RetryAfter!.Delta!.Value);
        await buyer.SignIn();
        (await buyer.Visitor.Post(path, new { })).Must(201);
    }

    [Fact]
    public async Task An_unpaid_order_opens_nothing_and_an_order_is_complete_with_its_last_line()
    {
        var seller = await Market.SignUp("Nova");
        var (one, two) = (await seller.PublishBeat(price: 100), await seller.PublishBeat(price: 100));
        var buyer = await Market.SignUp("Ana");
        (await buyer.AddToCart(one)).Must();
        var unpaid = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        (await buyer.Visitor.Post($"/api/v1/library/{unpaid.GetProperty("items")[0].Id()}/download-links", new { })).MustRefuse(404, "not_found");
        (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);

        var order = await buyer.Buy(one, two);
        var links = new List<string>();
        foreach (var item in order.GetProperty("items").EnumerateArray())
            links.Add((await buyer.Visitor.Post($"/api/v1/library/{item.Id()}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!);
        (await buyer.Visitor.Get(links[0])).Must();
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("paid");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => buyer.Visitor.Get(links[1])));
        var read = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        read.State().ShouldBe("completed");
        read.GetProperty("timeline").EnumerateArray().Count(t => t.GetProperty("what").GetString() == "completed").ShouldBe(1);
        read.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldBe(["placed", "paid", "available", "available", "downloaded", "downloaded", "completed"]);
    }

    [Fact]
    public async Task What_nobody_fetches_is_complete_after_a_week()
    {
        await using var market = await OwnMarket.Open();
        var (_, buyer, _, order) = await Bought(market);
        async Task<string?> State() => (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State();
        market.Clock.Walk(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await market.Run<Marketplace.Orders.CompleteReceived>();
        (await State()).ShouldBe("paid");
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        await market.Run<Marketplace.Orders.CompleteReceived>();
        await market.Run<Marketplace.Orders.CompleteReceived>();
        (await State()).ShouldBe("completed");
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Addresses_of_downloaders_are_forgotten_after_90_days()
    {
        await using var market = await OwnMarket.Open();
        var (_, buyer, _, order) = await Bought(market);
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        market.Clock.Walk(TimeSpan.FromDays(89));
        await market.Run<Marketplace.Orders.PurgeDownloadLog>();
        (await market.Count("SELECT count(*) FROM orders.download_log")).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM orders.download_sessions")).ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<Marketplace.Orders.PurgeDownloadLog>();
        (await market.Count("SELECT count(*) FROM orders.download_log")).ShouldBe(0);
        await market.BooksMustHold();
    }

    private static async Task<(Person Seller, Person Buyer, PublishedBeat Beat, JsonElement Order)> Bought(Market market)
    {
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        return (seller, buyer, beat, await buyer.Buy(beat));
    }

    private static async Task<Answer> Range(Person buyer, string path, string range, EntityTagHeaderValue? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null) request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        using var response = await buyer.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }
}
