using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Suspensions and bans: who may impose them, what they take away, and that all comes back as it was.</summary>
public sealed class SanctionTests : MarketTest
{
    [Fact]
    public async Task A_banned_person_is_out_at_once_and_cannot_come_back()
    {
        var (staff, ana) = (await Market.Staff(Rights.People), await Market.SignUp());
        (await staff.Ban(ana)).Must(201);
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).MustRefuse(403, "account_banned");
        (await Market.Everything.Command("SELECT count(*) FROM users.sessions WHERE account = $1 AND ended_at IS NULL", ana.Account).Scalar<long>()).ShouldBe(0);
        await Market.Drain();
        (await Market.Mails(ana)).ShouldContain(m => m.Subject == "Your account is banned" && m.Plain.Contains("Spam in every message."));

        (await staff.Reinstate(ana)).Must();
        await ana.SignIn();
        (await ana.Visitor.Get("/api/v1/me")).Must();
    }

    [Fact]
    public async Task What_a_suspended_person_sells_vanishes_everywhere_and_comes_back_intact()
    {
        await using var market = await OwnMarket.Open();
        var (staff, seller, buyer) = (await market.Staff(Rights.People), await market.SignUp("Nova"), await market.SignUp());
        var beat = await seller.PublishBeat("Quiet Harbour");
        var paused = await seller.PublishBeat("Paused One");
        (await seller.Visitor.Post($"/api/v1/products/{paused.Product}/pause")).Must();
        var bought = await seller.PublishBeat("Bought Before");
        var order = await buyer.Buy(bought);
        (await buyer.AddToCart(beat)).Must();
        var before = await Seen(market, beat);
        before.ShouldBe(["search 2", "facets 2", "page 200", "shop 200", "shops 1", "cart ok"]);
        async Task<List<string>> Seen(Market m, PublishedBeat b)
        {
            var list = (await buyer.Visitor.Get("/api/v1/products?facets=true")).Must().Json;
            var facet = list.GetProperty("facets").GetRawText().Contains("\"beat\"", StringComparison.Ordinal) ? list.GetProperty("data").GetArrayLength() : 0;
            var slug = (await m.Source.Command("SELECT slug FROM catalog.shops").Scalar<string>())!;
            var line = (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0];
            return
            [
                $"search {list.GetProperty("data").GetArrayLength()}", $"facets {facet}", $"page {(await buyer.Visitor.Get($"/p/{b.Slug}")).Status}", $"shop {(await buyer.Visitor.Get($"/shops/{slug}")).Status}",
                $"shops {(await buyer.Visitor.Get("/api/v1/shops")).Must().Json.GetProperty("data").GetArrayLength()}",
                line.GetProperty("problems").GetArrayLength() == 0 ? "cart ok" : $"cart {line.GetProperty("problems")[0].GetProperty("code").GetString()}",
            ];
        }

        (await staff.Suspend(seller)).Must(201);
        await market.Drain();
        (await Seen(market, beat)).ShouldBe(["search 0", "facets 0", "page 404", "shop 404", "shops 0", "cart not_on_sale"]);
        (await buyer.Checkout()).MustRefuse(409, "cart_has_problems");
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        (await seller.Visitor.Post("/api/v1/products", new { kind = "beat", title = "No", offers = Array.Empty<object>() })).MustRefuse(403, "forbidden");
        (await seller.AddToCart(await (await market.SignUp("Other")).PublishBeat())).Must();
        (await seller.CheckoutByCard()).MustRefuse(403, "forbidden");
        (await market.Mails(seller)).ShouldContain(m => m.Subject == "Your account is suspended" && m.Plain.Contains("Somebody else's music."));

        (await staff.Reinstate(seller)).Must();
        await market.Drain();
        (await market.Source.Command("SELECT state FROM catalog.products WHERE id = ANY ($1) ORDER BY title", new[] { beat.Product, paused.Product, bought.Product }).List(r => r.GetString(0))).ShouldBe(["active", "paused", "active"]);
        (await buyer.Visitor.Get($"/p/{beat.Slug}")).Must();
        (await buyer.CheckoutByCard()).Must(201);
        (await seller.Told("account_reinstated")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_suspension_for_a_time_ends_by_itself()
    {
        await using var market = await OwnMarket.Open();
        var (staff, ana) = (await market.Staff(Rights.People), await market.SignUp());
        (await staff.Suspend(ana, market.Clock.GetUtcNow().AddDays(3))).Must(201);
        await market.Run<LiftSanctions>();
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("status").GetString().ShouldBe("suspended");
        market.Clock.Walk(TimeSpan.FromDays(3));
        await Task.WhenAll(market.Run<LiftSanctions>(), market.Run<LiftSanctions>());
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("status").GetString().ShouldBe("active");
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("capabilities").GetArrayLength().ShouldBe(1);
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'users.person_reinstated'")).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_decides_about_themselves_or_an_owner_and_only_an_owner_about_staff()
    {
        var (staff, colleague, owner, support) = (await Market.Staff(Rights.People), await Market.Staff(Rights.Support), await Market.Staff(Rights.Owner), await Market.Staff(Rights.Support));
        (await staff.Suspend(staff)).MustRefuse(403, "own_account");
        (await staff.Suspend(owner)).MustRefuse(403, "staff_protected");
        (await staff.Suspend(colleague)).MustRefuse(403, "staff_protected");
        (await support.Suspend(await Market.SignUp())).MustRefuse(403, "forbidden");
        (await owner.Suspend(owner)).MustRefuse(403, "own_account");
        (await (await Market.Staff(Rights.Owner)).Suspend(owner)).MustRefuse(403, "staff_protected");
        (await owner.Suspend(colleague)).Must(201);
        (await staff.Visitor.Post($"/api/v1/people/{Ids.New(TimeProvider.System)}/sanctions", new { kind = "ban", reason = "x" })).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task Of_ten_who_suspend_at_once_one_does_and_a_ban_follows_a_suspension()
    {
        var ana = await Market.SignUp();
        var staff = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Market.Staff(Rights.People)));
        var answers = await Task.WhenAll(staff.Select(s => s.Suspend(ana)));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "already_sanctioned");
        (await staff[0].Ban(ana)).Must(201);
        (await staff[0].Suspend(ana)).MustRefuse(409, "already_sanctioned");
        (await Market.Source.Command("SELECT kind || ' ' || (lifted_at IS NULL) FROM users.sanctions WHERE account = $1 ORDER BY at", ana.Account).List(r => r.GetString(0))).ShouldBe(["suspension false", "ban true"]);
    }

    [Fact]
    public async Task Who_is_suspended_reads_why_appeals_once_and_is_answered()
    {
        var (staff, ana) = (await Market.Staff(Rights.People), await Market.SignUp());
        (await ana.Visitor.Post("/api/v1/me/appeals", new { text = "Why?" })).MustRefuse(409, "not_sanctioned");
        (await staff.Suspend(ana)).Must(201);
        (await ana.Visitor.Get("/account/standing")).Must().Text.ShouldContain("Somebody else&#x27;s music.");
        (await ana.Visitor.Submit("/account/standing", "main form", new Dictionary<string, string?> { ["Input.Text"] = "I made it myself, in 2019." })).Must(302);
        (await ana.Visitor.Post("/api/v1/me/appeals", new { text = "And another thing." })).MustRefuse(409, "appeal_made");

        (await staff.Visitor.Get("/admin/people?kind=appeals")).Must().Text.ShouldContain(ana.Account.ToString());
        var page = (await staff.Visitor.Get($"/admin/people/{ana.Account}")).Must();
        page.Text.ShouldContain("I made it myself, in 2019.");
        (await staff.Visitor.Submit(page, $"/admin/people/{ana.Account}", "#appeal form", new Dictionary<string, string?> { ["Input.Reason"] = "We looked again: it is yours.", ["Input.Accepted"] = "true" })).Must(302);
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("status").GetString().ShouldBe("active");
        (await ana.Visitor.Get("/api/v1/me/sanctions")).Must().Json.GetProperty("data")[0].GetProperty("appeal").GetProperty("answer").GetString().ShouldBe("We looked again: it is yours.");
        await Market.Drain();
        (await Market.Mails(ana)).ShouldContain(m => m.Plain.Contains("We looked again: it is yours."));
        (await staff.Visitor.Post($"/api/v1/people/{ana.Account}/appeal-answer", new { accepted = false, answer = "No." })).MustRefuse(409, "appeal_answered");
    }

    [Fact]
    public async Task An_appeal_that_fails_is_told_in_French_to_who_speaks_it()
    {
        var (staff, zoe) = (await Market.Staff(Rights.People), await Market.SignUpIn("fr"));
        (await staff.Suspend(zoe)).Must(201);
        (await zoe.Visitor.Post("/api/v1/me/appeals", new { text = "Pourquoi ?" })).Must(201);
        (await staff.Visitor.Post($"/api/v1/people/{zoe.Account}/appeal-answer", new { accepted = false, answer = "Nous avons regardé." })).Must();
        await Market.Drain();
        var mails = await Market.Mails(zoe);
        mails.ShouldContain(m => m.Subject == "Votre compte est suspendu");
        mails.ShouldContain(m => m.Subject == "Une réponse à votre appel" && m.Plain.Contains("La décision est maintenue. La raison : Nous avons regardé."));
    }

    [Fact]
    public async Task The_page_of_a_person_suspends_with_a_reason_and_shows_what_happened()
    {
        var (staff, ana) = (await Market.Staff(Rights.People, Rights.System), await Market.SignUp("Ana Suspended"));
        await ana.OpenShop();
        var path = $"/admin/people/{ana.Account}";
        (await staff.Visitor.Post($"{path}?handler=Suspend", new FormUrlEncodedContent(Fields(await staff.Visitor.Get(path), "")))).Must(422).Text.ShouldContain("Say why");
        (await staff.Visitor.Post($"{path}?handler=Suspend", new FormUrlEncodedContent(Fields(await staff.Visitor.Get(path), "Copied covers.")))).Must(302);
        var page = (await staff.Visitor.Get(path)).Must().Html;
        page.QuerySelector("main")!.TextContent.ShouldContain("Copied covers.");
        page.QuerySelector("main")!.TextContent.ShouldContain("users.person_suspended");
        (await (await Market.Staff(Rights.Support)).Visitor.Get(path)).Must(403);
        (await staff.Visitor.Get($"/admin/people/{Ids.New(TimeProvider.System)}")).Must(404);
    }

    private static Dictionary<string, string> Fields(Answer page, string reason) => new(StringComparer.Ordinal)
    {
        ["__RequestVerificationToken"] = page.Html.QuerySelector("details form input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
        ["Input.Reason"] = reason,
    };
}

internal static class SanctionSteps
{
    public static Task<Answer> Suspend(this Person staff, Person person, DateTimeOffset? until = null) =>
        staff.Visitor.Post($"/api/v1/people/{person.Account}/sanctions", new { kind = "suspension", reason = "Somebody else's music.", until });

    public static Task<Answer> Ban(this Person staff, Person person) => staff.Visitor.Post($"/api/v1/people/{person.Account}/sanctions", new { kind = "ban", reason = "Spam in every message." });

    public static Task<Answer> Reinstate(this Person staff, Person person) => staff.Visitor.Post($"/api/v1/people/{person.Account}/reinstatement", new { reason = "All is mended." });
}
