using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

public sealed class RefundTests : MarketTest
{
    [Fact]
    public async Task The_example_of_the_books_a_part_before_the_release_the_rest_after_it_and_a_debt_of_the_fee()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET tier = 'ultimate' WHERE id = '{seller.Account}'");
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 10_000));
        (await seller.Pending()).ShouldBe(8_680);
        (await market.Balance("psp_clearing")).ShouldBe(-10_000 + 320);

        var first = (await staff.Refund(order.Id(), order.Item(), 3_333)).Must(201).Json.GetProperty("data")[0];
        first.State().ShouldBe("processed");
        first.GetProperty("money_back").GetProperty("to").GetString().ShouldBe("sandbox_card");
        first.GetProperty("money_back").GetProperty("arrived").GetBoolean().ShouldBeTrue();
        (await seller.Pending()).ShouldBe(5_680);
        (await Legs(market, first.Id())).ShouldBe([("refund_transit", 3_333), ("revenue_commission", -333), ("user_pending", -3_000)]);
        await market.BooksMustHold();

        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        foreach (var person in new[] { seller, staff }) await person.SignIn();     // a week has passed
        (await seller.Available()).ShouldBe(5_680);
        var rest = (await staff.Refund(order.Id(), order.Item())).Must(201).Json.GetProperty("data")[0];
        rest.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(6_667);
        (await Legs(market, rest.Id())).ShouldBe([("refund_transit", 6_667), ("revenue_commission", -667), ("user_available", -5_680), ("user_debt", -320)]);

        (await seller.Available(), await market.Balance("user_debt", seller.Account)).ShouldBe((0, -320));
        foreach (var kind in new[] { "revenue_commission", "refund_transit", "user_pending", "order_funding" }) (await market.Balance(kind)).ShouldBe(0, kind);
        // The processor kept its fee: it was the seller's, who owes it now, and the market's expense is recovered by that.
        (await market.Balance("psp_clearing"), await market.Balance("expense_processing"), await market.Balance("revenue_fee_recovered")).ShouldBe((320, -320, 320));
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData("EUR", 2_999)]
    [InlineData("JPY", 1_501)]
    [InlineData("KWD", 12_345)]
    public async Task What_the_wallet_paid_is_back_in_it_at_once_in_every_currency(string currency, long price)
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        await buyer.TopUp(price, currency);
        (await buyer.AddToCart(await seller.PublishBeat(price: price, currency: currency))).Must();
        var order = (await buyer.Checkout()).Must(201).Json;

        async Task<(string?, string?)> Told()
        {
            var (one, listed) = ((await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json, (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0]);
            listed.State().ShouldBe("paid", "a refund does not change the state");
            return (one.GetProperty("refund_state").GetString(), listed.GetProperty("refund_state").GetString());
        }

        (await Told()).ShouldBe(("none", "none"));
        (await staff.Refund(order.Id(), order.Item(), 700, currency: currency)).Must(201);
        (await buyer.Available(currency)).ShouldBe(700);
        (await Told()).ShouldBe(("partial", "partial"));
        (await staff.Refund(order.Id(), order.Item())).Must(201);
        (await Told()).ShouldBe(("full", "full"));

        (await buyer.Available(currency)).ShouldBe(price);
        (await seller.Pending(currency), await seller.Available(currency)).ShouldBe((0, 0));
        (await market.Balance("revenue_commission", currency: currency)).ShouldBe(0);
        var hold = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data")[0];
        hold.GetProperty("hold").State().ShouldBe("cancelled");
        hold.GetProperty("net").GetProperty("amount").GetInt64().ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_line_refunded_whole_is_closed_told_and_can_be_bought_again()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var (one, two) = (await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 2_000));
        var order = await buyer.Buy(one, two);
        var (first, second) = (order.ItemOf(one), order.ItemOf(two));
        var link = (await buyer.Visitor.Post($"/api/v1/library/{first}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!;
        (await buyer.Visitor.Get(link)).Must();

        (await staff.Refund(order.Id(), first, 400)).Must(201);
        (await buyer.Visitor.Get(link)).Must();
        var part = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        part.GetProperty("items").EnumerateArray().Single(i => i.Id() == first).State().ShouldBe("completed");
        part.GetProperty("refunded").GetProperty("amount").GetInt64().ShouldBe(400);
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await staff.Refund(order.Id(), first)).Must(201);

        (await buyer.Visitor.Get(link)).Must(404);
        (await buyer.Visitor.Post($"/api/v1/library/{first}/download-links", new { })).MustRefuse(404, "not_found");
        var whole = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        whole.GetProperty("items").EnumerateArray().ToDictionary(i => i.Id(), i => i.State()).ShouldBe(new Dictionary<Guid, string?> { [first] = "refunded", [second] = "available" }, ignoreOrder: true);
        whole.GetProperty("refunds").EnumerateArray().Select(r => (r.GetProperty("amount").GetProperty("amount").GetInt64(), r.GetProperty("money_back").GetProperty("to").GetString()))
            .ShouldBe([(400, "wallet"), (600, "wallet")]);
        whole.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldBe(["placed", "paid", "available", "available", "downloaded", "refunded_in_part", "refunded"]);
        var told = await market.Source.Command("SELECT payload ->> 'whole', (payload -> 'amount' ->> 'amount')::bigint FROM kernel.outbox WHERE event = 'orders.refund_processed' ORDER BY id").List(r => (r.GetString(0), r.GetInt64(1)));
        told.ShouldBe([("false", 400), ("true", 600)]);

        // The other line completes the order; the refunded one does not hold it up.
        (await buyer.Visitor.Get((await buyer.Visitor.Post($"/api/v1/library/{second}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!)).Must();
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("completed");
        (await staff.Refund(order.Id(), second)).Must(201);
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelectorAll("main form").Length.ShouldBe(0, "every line is closed");
        (await buyer.Buy(one)).State().ShouldBe("paid");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_card_that_takes_nothing_back_gives_the_money_to_the_wallet_and_says_why()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await buyer.BuyByCard("tok_refund_refused", await seller.PublishBeat(price: 2_000));

        var back = (await staff.Refund(order.Id(), order.Item(), 500)).Must(201).Json.GetProperty("data")[0].GetProperty("money_back");

        (back.GetProperty("to").GetString(), back.GetProperty("arrived").GetBoolean(), back.GetProperty("refused_because").GetString()).ShouldBe(("wallet", true, "refund_refused"));
        (await buyer.Available()).ShouldBe(500);
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector("#refunds")!.TextContent.ShouldContain("did not take it back");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_refund_whose_answer_is_lost_is_asked_again_and_given_back_once()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await buyer.BuyByCard("tok_refund_timeout", await seller.PublishBeat(price: 2_000));
        var key = WalletSteps.Key();
        var back = (await staff.Refund(order.Id(), order.Item(), 500, key)).Must(201).Json.GetProperty("data")[0].GetProperty("money_back");
        back.GetProperty("arrived").GetBoolean().ShouldBeFalse();
        (await market.Balance("refund_transit")).ShouldBe(500);
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector("#refunds")!.TextContent.ShouldContain("On its way");
        await market.BooksMustHold();

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await Task.WhenAll(market.Run<SweepRefunds>(), market.Run<SweepRefunds>());
        (await staff.Refund(order.Id(), order.Item(), 500, key)).Must(201).Json.GetProperty("data")[0].GetProperty("money_back").GetProperty("arrived").GetBoolean().ShouldBeTrue();

        (await market.Balance("refund_transit")).ShouldBe(0);
        (await market.Count("SELECT count(*) FROM wallet.sandbox_refunds")).ShouldBe(1);
        (await buyer.Available()).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Several_lines_are_refunded_together_or_not_at_all()
    {
        var (one, two, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await buyer.Buy(await one.PublishBeat(price: 1_000), await two.PublishBeat(price: 3_000), await one.PublishBeat(price: 500));

        (await staff.Refund(order.Id(), [(order.Item(), 1_000), (order.Item(1), 3_001)])).MustRefuse(409, "refund_too_high");
        (await staff.Refund(order.Id(), [(order.Item(), 1_000), (WalletSteps.NewId(), null)])).MustRefuse(404, "not_found");
        (await buyer.Available(), await one.Pending(), await two.Pending()).ShouldBe((0, 900, 1_800));

        (await staff.Refund(order.Id(), [(order.Item(2), null), (order.Item(1), 1_500), (order.Item(), 100)])).Must(201).Json.GetProperty("data").GetArrayLength().ShouldBe(3);
        (await buyer.Available(), await one.Pending(), await two.Pending()).ShouldBe((2_100, 900 - 300 - 60, 900));
    }

    [Fact]
    public async Task Refunds_at_once_never_give_back_more_than_was_paid()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        Person[] staff = [await Market.Staff(Rights.Support), await Market.Staff(Rights.Support)];
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => staff[i % 2].Refund(order.Id(), order.Item(), 300)));

        answers.Count(a => a.Status == 201).ShouldBe(3);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "refund_too_high");
        (await Market.Count("SELECT refunded FROM orders.order_items WHERE id = $1", order.Item())).ShouldBe(900);
        (await Market.Count("SELECT sum(r.amount)::bigint FROM wallet.sandbox_refunds r JOIN wallet.payments p ON p.id = r.payment_id WHERE p.subject_id = $1", order.Id())).ShouldBe(900);
    }

    [Fact]
    public async Task One_key_sixteen_times_at_once_refunds_once()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));
        var key = WalletSteps.Key();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => staff.Refund(order.Id(), order.Item(), 100, key)));

        answers.Select(a => a.Must(201).Json.GetProperty("data")[0].Id()).Distinct().Count().ShouldBe(1);
        answers.Count(a => a.Replayed).ShouldBe(15);
        (await buyer.Available()).ShouldBe(100);
        (await staff.Refund(order.Id(), order.Item(), 200, key)).MustRefuse(422, "idempotency_key_reuse");
    }

    [Theory]
    [InlineData("wallet", null)]
    [InlineData("sandbox_card", "tok_ok")]
    [InlineData("sandbox_card", "tok_refund_refused")]
    public async Task A_crash_anywhere_and_the_same_key_again_give_back_once(string method, string? card)
    {
        await using var market = await OwnMarket.Open();
        var (seller, staff) = (await market.SignUp("Nova"), await market.Staff(Rights.Support));
        var beat = await seller.PublishBeat(price: 1_000);
        var passed = new HashSet<string>(StringComparer.Ordinal);
        var refunds = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            var buyer = await market.SignUp("Ana");
            await buyer.TopUp(1_000);
            (await buyer.AddToCart(beat)).Must();
            var order = (await buyer.Checkout(method, card)).Must(201).Json;
            var (key, points) = (WalletSteps.Key(), 0);
            market.Faults.Passing = point =>
            {
                passed.Add(point);
                if (Interlocked.Increment(ref points) == dieAt) throw new Faults.Crash(point);
            };

            var first = await staff.Refund(order.Id(), order.Item(), 600, key);
            var crashed = points >= dieAt;
            market.Faults.Passing = null;
            if (crashed) first.Status.ShouldBe(500);
            (await staff.Refund(order.Id(), order.Item(), 600, key)).Must(201).Json.GetProperty("data")[0].GetProperty("money_back").GetProperty("arrived").GetBoolean().ShouldBeTrue();
            refunds++;

            (await market.Count("SELECT count(*) FROM orders.refunds WHERE order_id = $1", order.Id())).ShouldBe(1);
            (await buyer.Available()).ShouldBe(card == "tok_ok" ? 1_000 : method == "wallet" ? 600 : 1_600);
            (await market.Count("SELECT count(*) FROM wallet.sandbox_refunds")).ShouldBe(method == "wallet" ? 0 : refunds);
            if (!crashed) break;
        }

        passed.ShouldBe(method == "wallet" ? [Faults.BeforeCommit, Faults.AfterCommit] : [Faults.BeforeCommit, Faults.AfterCommit, Faults.AfterProviderCall], ignoreOrder: true);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_refund_that_died_before_the_provider_was_asked_is_finished_by_the_sweep()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 2_000));
        market.Faults.Passing = point =>
        {
            if (point == Faults.AfterCommit) throw new Faults.Crash(point);
        };
        (await staff.Refund(order.Id(), order.Item())).Status.ShouldBe(500);
        market.Faults.Passing = null;
        (await market.Balance("refund_transit")).ShouldBe(2_000);

        market.Clock.Walk(TimeSpan.FromMinutes(2));
        await market.Run<SweepRefunds>();

        (await market.Balance("refund_transit")).ShouldBe(0);
        (await market.Count("SELECT count(*) FROM wallet.payment_refunds WHERE state = 'settled'")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Only_support_refunds_and_never_an_order_of_their_own()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var (support, finance) = (await Market.Staff(Rights.Support), await Market.Staff(Rights.Finance, Rights.People, Rights.Moderation));
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));

        foreach (var person in new[] { seller, buyer, finance }) (await person.Refund(order.Id(), order.Item())).MustRefuse(403, "forbidden");
        var nobody = Market.Visitor();
        (await nobody.Post($"/api/v1/orders/{order.Id()}/refunds", new { lines = new[] { new { item_id = order.Item() } }, reason = "x" }, WalletSteps.Key())).MustRefuse(401, "unauthenticated");
        (await support.Refund(WalletSteps.NewId(), order.Item())).MustRefuse(404, "not_found");

        var own = await support.Buy(await seller.PublishBeat(price: 1_000));
        (await support.Refund(own.Id(), own.Item())).MustRefuse(403, "own_order");
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        var unpaid = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        (await support.Refund(unpaid.Id(), unpaid.Item())).MustRefuse(409, "order_not_paid");
        (await support.Refund(order.Id(), order.Item())).Must(201);
        (await support.Refund(order.Id(), order.Item())).MustRefuse(409, "nothing_to_refund");
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("""{"lines": [], "reason": "x"}""", 422)]
    [InlineData("""{"lines": null, "reason": "x"}""", 400)]
    [InlineData("""{"lines": [null], "reason": "x"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM"}], "reason": " "}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM"}]}""", 400)]
    [InlineData("""{"lines": [{"item_id": "ITEM"}, {"item_id": "ITEM"}], "reason": "x"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM", "amount": {"amount": 0, "currency": "EUR"}}], "reason": "x"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM", "amount": {"amount": -5, "currency": "EUR"}}], "reason": "x"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM", "amount": {"amount": 9223372036854775807, "currency": "EUR"}}], "reason": "x"}""", 409)]
    [InlineData("""{"lines": [{"item_id": "ITEM", "amount": {"amount": 100, "currency": "USD"}}], "reason": "x"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM", "amount": 100}], "reason": "x"}""", 400)]
    [InlineData("""{"lines": [{"item_id": "ITEM"}], "reason": "card 4111 1111 1111 1111"}""", 422)]
    [InlineData("""{"lines": [{"item_id": "ITEM"}], "reason": "x", "force": true}""", 400)]
    public async Task Garbage_is_refused_and_moves_nothing(string body, int status)
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));
        var answer = await staff.Visitor.Post($"/api/v1/orders/{order.Id()}/refunds", body.Replace("ITEM", order.Item().ToString()), WalletSteps.Key());
        answer.Must(status).Code.ShouldNotBeNullOrEmpty();
        (await buyer.Available()).ShouldBe(0);
    }

    [Fact]
    public async Task Invariants_see_a_refund_that_the_line_does_not_count()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 2_000));
        (await staff.Refund(order.Id(), order.Item(), 500)).Must(201);
        await market.BooksMustHold();

        await TestServer.Execute(market.ConnectionString, "UPDATE orders.order_items SET refunded = refunded + 1");
        (await LedgerTests.Red(market)).ShouldBe(["a line counts its processed refunds", "refunds and disputes take of each share what they come to of the whole"], ignoreOrder: true);
        await TestServer.Execute(market.ConnectionString, "UPDATE orders.order_items SET refunded = refunded - 1; UPDATE wallet.payments SET refunded = 499");
        (await LedgerTests.Red(market)).ShouldBe(["a payment counts its refunds, which are no more than it"]);
        await TestServer.Execute(market.ConnectionString, "UPDATE wallet.payments SET refunded = 500; DELETE FROM wallet.sandbox_refunds");
        (await LedgerTests.Red(market)).ShouldBe(["the sandbox gave back exactly what settled refunds say"]);
        var ended = await Should.ThrowAsync<Npgsql.PostgresException>(() => TestServer.Execute(market.ConnectionString,
            "UPDATE wallet.payment_refunds SET state = 'failed', provider_reference = NULL, failure_code = 'x'"));
        ended.ConstraintName.ShouldBe("payments_transition");
    }

    /// <summary>The postings of a refund by account, in alphabetical order.</summary>
    private static Task<List<(string, long)>> Legs(Market market, Guid refund) => market.Source.Command(
        """
        SELECT a.kind, p.amount FROM wallet.ledger_transactions t JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
        JOIN wallet.accounts a ON a.id = p.account_id WHERE t.key = 'refund:' || $1::text ORDER BY a.kind
        """, refund).List(r => (r.GetString(0), r.GetInt64(1)));
}
