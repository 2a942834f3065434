using Marketplace.Catalog;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Notifications;

public sealed class InboxTests : MarketTest
{
    [Fact]
    public async Task A_purchase_tells_the_buyer_and_each_seller_once_however_often_it_is_heard()
    {
        var (nova, delia, ana) = (await Market.SignUp("Nova"), await Market.SignUp("Délia"), await Market.SignUp("Ana Lima"));
        var (ferry, kite, coast) = (await nova.PublishBeat("Midnight Ferry", 2_999), await nova.PublishBeat("Kite", 1_000), await delia.PublishBeat("Côte Sauvage", 2_000));
        var order = await ana.Buy(ferry, kite, coast);
        await Market.Drain();
        await Market.HearAgain(order.Id());
        await Market.HearAgain(order.Id());

        var number = order.GetProperty("number").GetInt64();
        var receipt = (await ana.Told("order_paid", "sale")).ShouldHaveSingleItem();
        receipt.GetProperty("title").GetString().ShouldBe($"Order {number} is paid");
        receipt.GetProperty("text").GetString()!.ShouldContain("€59.99");
        receipt.GetProperty("text").GetString()!.ShouldContain("and 2 more");
        receipt.GetProperty("link").GetString().ShouldBe($"/orders/{order.Id()}");
        receipt.GetProperty("class").GetString().ShouldBe("info");
        receipt.GetProperty("state").GetString().ShouldBe("unread");
        receipt.GetProperty("subject").GetProperty("id").GetGuid().ShouldBe(order.Id());

        var sale = (await nova.Told("order_paid", "sale")).ShouldHaveSingleItem();
        sale.GetProperty("title").GetString().ShouldBe("You sold Midnight Ferry and 1 more");
        var shares = await Market.Count("SELECT sum(seller_share)::bigint FROM orders.order_items WHERE order_id = $1 AND seller = $2", order.Id(), nova.Account);
        sale.GetProperty("data").GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(shares);
        sale.GetRawText().ShouldNotContain("Ana");
        sale.GetRawText().ShouldNotContain(ana.Account.ToString());
        (await delia.Told("sale")).ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("You sold Côte Sauvage");

        (await Market.Mails(ana)).Count(m => m.Subject.Contains("receipt")).ShouldBe(1);
        (await Market.Mails(nova)).Count(m => m.Subject.StartsWith("You sold")).ShouldBe(1);
        (await Market.Mails(delia)).Count(m => m.Subject.StartsWith("You sold")).ShouldBe(1);
    }

    [Fact]
    public async Task Each_event_is_told_and_mailed_once_to_each_whom_it_concerns_also_when_it_is_heard_or_published_twice()
    {
        var (nova, ana) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await nova.PublishBeat("Blue Hour", 1_000);
        var (order, item, refund, payment, shop) = (WalletSteps.NewId(), WalletSteps.NewId(), WalletSteps.NewId(), WalletSteps.NewId(), WalletSteps.NewId());
        var euros = Money.Of(1_000, "EUR");
        (IEvent Event, bool MayHappenAgain, (Person Person, string Type, string Title)[] Told)[] events =
        [
            (new RefundProcessed(refund, order, 1042, item, beat.Product, ana.Account, nova.Account, euros, true), false, [(ana, "refund", "You get €10.00 back"), (nova, "sale_refunded", "A sale of Blue Hour was refunded")]),
            (new PaymentFailed(payment, "top_up", payment, ana.Account, euros, "card_declined"), false, [(ana, "payment_failed", "Your payment did not go through")]),
            (new ProductApproved(beat.Product, shop, nova.Account), true, [(nova, "product_approved", "Blue Hour is on sale")]),
            (new ProductRejected(beat.Product, shop, nova.Account), true, [(nova, "product_rejected", "Blue Hour is not on sale yet")]),
            (new HoldReleased(nova.Account, euros, Money.Of(200, "EUR"), 3), true, [(nova, "hold_released", "€10.00 of your sales are released")]),
            (new AccountOpened(ana.Account), false, [(ana, "welcome", "Welcome to the market")]),
        ];

        foreach (var (happened, mayHappenAgain, told) in events)
        {
            await Market.Happen(happened);
            await Market.HearAgain(happened.Key);
            foreach (var (person, type, title) in told)
            {
                (await person.Told(type)).ShouldHaveSingleItem(type).GetProperty("title").GetString()!.ShouldBe(title);
                (await Market.Mails(person)).Count(m => m.Subject == title).ShouldBe(1, type);
            }

            // A second of the same content is a mistake of the publisher where it carries an id of its own, and news where it does not.
            await Market.Happen(happened);
            await Market.HearAgain(happened.Key);
            foreach (var (person, type, _) in told) (await person.Told(type)).Count.ShouldBe(mayHappenAgain ? 2 : 1, type);
        }

        (await Market.Count("SELECT count(*) FROM kernel.deliveries WHERE listener LIKE 'notifications.%' AND state = 'poisoned'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_declined_card_is_told_to_who_paid_with_a_way_back_to_the_order()
    {
        var (nova, ana) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await ana.AddToCart(await nova.PublishBeat(price: 1_500));
        var order = (await ana.CheckoutByCard(SandboxProvider.Declined)).Must(201).Json;
        await Market.Drain();
        var failed = (await ana.Told("payment_failed")).ShouldHaveSingleItem();
        failed.GetProperty("link").GetString().ShouldBe($"/orders/{order.Id()}");
        failed.GetProperty("class").GetString().ShouldBe("alert");
        (await ana.Told("order_paid")).ShouldBeEmpty();
        (await nova.Told("sale")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_was_told_is_not_there()
    {
        var (ana, eve) = (await Told(1), await Market.SignUp("Eve"));
        var id = (await ana.Notices(""))[0].Id();
        foreach (var verb in new[] { "read", "archive" })
        {
            var another = (await eve.Visitor.Post($"/api/v1/notifications/{id}/{verb}")).MustRefuse(404, "not_found");
            var none = (await eve.Visitor.Post($"/api/v1/notifications/{WalletSteps.NewId()}/{verb}")).MustRefuse(404, "not_found");
            another.Json.GetProperty("detail").GetString().ShouldBe(none.Json.GetProperty("detail").GetString());
            using var nobody = Market.Visitor();
            (await nobody.Post($"/api/v1/notifications/{id}/{verb}")).MustRefuse(401, "unauthenticated");
        }

        (await eve.Visitor.Post("/api/v1/notifications/read-all")).Must();
        (await eve.Notices("")).ShouldNotContain(n => n.Id() == id);
        (await ana.Notices(""))[0].State().ShouldBe("unread");
        (await eve.Visitor.Submit($"/inbox", "form[action*='handler=ReadAll'], form[action='/preferences']", new Dictionary<string, string?>())).Status.ShouldBeLessThan(400);

        // By the page, too: with her own antiforgery token and his id.
        await Market.Happen(new AccountOpened(eve.Account));
        await Market.Happen(new HoldReleased(eve.Account, Money.Of(1, "EUR"), Money.Of(0, "EUR"), 1));
        var shown = (await eve.Visitor.Get("/inbox")).Must();
        var form = shown.Html.QuerySelector("form[action*='handler=Open']")!;
        form.SetAttribute("action", form.GetAttribute("action")!.Replace((await eve.Notices(""))[0].Id().ToString(), id.ToString()));
        var token = form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value");
        (await eve.Visitor.Post(form.GetAttribute("action")!, new FormUrlEncodedContent([new("__RequestVerificationToken", token)]))).Must(404);
        (await ana.Notices(""))[0].State().ShouldBe("unread");
    }

    [Theory]
    [InlineData("?state=open", 422, "state_unknown")]
    [InlineData("?state=kept", 422, "state_unknown")]
    [InlineData("?state=", 422, "state_unknown")]
    [InlineData("?class=loud", 422, "class_unknown")]
    [InlineData("?cursor=x", 400, "cursor_invalid")]
    [InlineData("?limit=0", 422, "limit_out_of_range")]
    public async Task A_list_that_cannot_be_is_refused(string query, int status, string code)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Get("/api/v1/notifications" + query)).MustRefuse(status, code);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_and_by_state_and_class()
    {
        var ana = await Told(25);
        await Market.Happen(new PaymentFailed(WalletSteps.NewId(), "top_up", ana.Account, ana.Account, Money.Of(5, "EUR"), "card_declined"));
        var seen = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await ana.Visitor.Get($"/api/v1/notifications?limit=7{(cursor == "" ? "" : $"&cursor={cursor}")}")).Must().Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(n => n.Id()));
            cursor = page.GetProperty("next_cursor").GetString();
        }

        seen.Count.ShouldBe(26);
        seen.ShouldBe(seen.Distinct().OrderDescending().ToList());
        (await ana.Notices("&class=alert")).ShouldHaveSingleItem().Type().ShouldBe("payment_failed");
        (await ana.Visitor.Post($"/api/v1/notifications/{seen[3]}/archive")).Must().Json.State().ShouldBe("archived");
        (await ana.Visitor.Post($"/api/v1/notifications/{seen[4]}/read")).Must().Json.State().ShouldBe("read");
        (await ana.Notices("&state=archived")).ShouldHaveSingleItem().Id().ShouldBe(seen[3]);
        (await ana.Notices("&state=read")).ShouldHaveSingleItem().Id().ShouldBe(seen[4]);
        (await ana.Notices("&state=unread")).Count.ShouldBe(24);

        // Reading what is put away does not bring it back.
        (await ana.Visitor.Post($"/api/v1/notifications/{seen[3]}/read")).Must().Json.State().ShouldBe("archived");
        (await ana.Unread()).ShouldBe(24);
        (await ana.Visitor.Post("/api/v1/notifications/read-all")).Must().Json.GetProperty("count").GetInt32().ShouldBe(24);
        (await ana.Visitor.Post("/api/v1/notifications/read-all")).Must().Json.GetProperty("count").GetInt32().ShouldBe(0);
        (await ana.Unread()).ShouldBe(0);
    }

    [Fact]
    public async Task Two_hundred_reads_at_once_leave_the_right_number_on_the_bell()
    {
        var ana = await Told(60);
        var ids = (await ana.Notices("")).Select(n => n.Id()).ToList();
        (await Bell(ana)).ShouldBe("60");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => ana.Visitor.Post($"/api/v1/notifications/{ids[i % 50]}/{(i % 4 == 0 ? "archive" : "read")}")));
        answers.ShouldAllBe(a => a.Status == 200);
        (await ana.Unread()).ShouldBe(10);
        (await Bell(ana)).ShouldBe("10");
        (await ana.Visitor.Get("/inbox/badge")).Must().Text.ShouldBe("10");
    }

    [Fact]
    public async Task The_bell_is_for_who_is_signed_in_and_counts_to_ninety_nine()
    {
        using var nobody = Market.Visitor();
        (await nobody.Get("/")).Must().Html.QuerySelector("a[href='/inbox']").ShouldBeNull();
        (await nobody.Get("/inbox/badge")).Must().Text.ShouldBe("");
        (await nobody.Get("/inbox")).Must(302).Location!.ShouldContain("/sign-in");

        var ana = await Told(1);
        (await Bell(ana)).ShouldBe("1");
        (await ana.Visitor.Post("/api/v1/notifications/read-all")).Must();
        (await Bell(ana)).ShouldBe("");
        await Market.Source.Command("UPDATE notifications.notifications SET state = 'unread', read_at = NULL WHERE account = $1", ana.Account).Execute();
        var many = await Told(120);
        (await Bell(many)).ShouldBe("99+");
        (await many.Unread()).ShouldBe(120);
    }

    [Fact]
    public async Task To_open_one_is_a_POST_that_leads_to_its_page_and_to_look_changes_nothing()
    {
        var ana = await Told(2);
        var shown = (await ana.Visitor.Get("/inbox")).Must();
        shown.Html.QuerySelectorAll("form[action*='handler=Open']").Length.ShouldBe(2);
        (await ana.Unread()).ShouldBe(2);
        foreach (var form in shown.Html.QuerySelectorAll("main form")) (await ana.Visitor.Get(form.GetAttribute("action")!)).Status.ShouldBeOneOf(200, 404);
        (await ana.Unread()).ShouldBe(2);

        (await ana.Visitor.Submit("/inbox", "form[action*='handler=Open']", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/wallet");
        (await ana.Unread()).ShouldBe(1);
        (await ana.Visitor.Submit("/inbox?tab=unread", "form[action*='handler=Archive']", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/inbox?tab=unread");
        (await ana.Unread()).ShouldBe(0);
        (await ana.Visitor.Get("/inbox?tab=unread")).Must().Text.ShouldContain("You have read everything");
        (await ana.Visitor.Get("/inbox?tab=archived")).Must().Html.QuerySelectorAll("main li").Length.ShouldBe(1);

        await Market.Happen(new HoldReleased(ana.Account, Money.Of(7, "EUR"), Money.Of(0, "EUR"), 1));
        (await ana.Visitor.Submit("/inbox", "form[action*='handler=ReadAll']", new Dictionary<string, string?>())).Must(302);
        (await ana.Unread()).ShouldBe(0);
    }

    [Fact]
    public async Task The_inbox_goes_day_by_day_and_speaks_the_readers_language()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp("Ana");
        await market.Drain();
        foreach (var days in new[] { 10, 1 })
        {
            market.Clock.Walk(TimeSpan.FromDays(days));
            await ana.SignIn();
            await market.Happen(new HoldReleased(ana.Account, Money.Of(1_234, "EUR"), Money.Of(0, "EUR"), 1));
        }

        market.Clock.Walk(TimeSpan.FromMinutes(5));
        (await ana.Visitor.Get("/inbox")).Must().Html.QuerySelectorAll("main section h2").Select(h => h.TextContent).ShouldBe(["Today", "Yesterday", "Monday, March 2, 2026"]);
        ana.Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var french = (await ana.Visitor.Get("/inbox")).Must();
        french.Html.QuerySelectorAll("main section h2").Select(h => h.TextContent).ShouldBe(["Aujourd’hui", "Hier", "lundi 2 mars 2026"]);
        french.Text.ShouldContain("12,34");
        french.Html.Body!.TextContent.ShouldContain("de vos ventes sont libérés");
        (await ana.Told("welcome"))[0].GetProperty("title").GetString().ShouldBe("Bienvenue sur le marché");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Nothing_is_kept_but_ids_amounts_and_numbers()
    {
        var (nova, ana) = (await Market.SignUp("Nova Nameless"), await Market.SignUp("Ana Anybody"));
        await ana.Buy(await nova.PublishBeat("Secret Title", 1_000));
        await Market.Drain();
        var kept = await Market.Source.Command(
            "SELECT data::text || link || cause FROM notifications.notifications WHERE account = ANY ($1) UNION ALL SELECT data::text || link || cause FROM notifications.mails WHERE account = ANY ($1)",
            new[] { nova.Account, ana.Account }).List(r => r.GetString(0));
        kept.Count.ShouldBe(8);
        foreach (var words in new[] { "Nova", "Ana", "Secret", "Title", "@" }) kept.ShouldAllBe(k => !k.Contains(words));
    }

    private async Task<Person> Told(int times)
    {
        var person = await Market.SignUp("Ana");
        await Market.Drain();
        await Market.Source.Command("DELETE FROM notifications.mails WHERE account = $1", person.Account).Execute();
        await TestServer.Execute(Market.ConnectionString, $"DELETE FROM notifications.notifications WHERE account = '{person.Account}'");
        await Market.Happen(Enumerable.Range(1, times).Select(i => (IEvent)new HoldReleased(person.Account, Money.Of(i, "EUR"), Money.Of(0, "EUR"), 1)).ToArray());
        return person;
    }

    private static async Task<string> Bell(Person person) => (await person.Visitor.Get("/")).Must().Html.QuerySelector(".masthead a[href='/inbox'] .count")!.TextContent;
}
