using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

/// <summary>Plans that renew: each period is charged once, on its day, whatever happens.</summary>
public sealed class SubscriptionTests : MarketTest
{
    private static readonly (string, long, object)[] Three = [("month", 900, new { }), ("quarter", 2_400, new { }), ("year", 9_000, new { })];

    [Fact]
    public async Task A_month_that_began_on_the_31st_keeps_its_day_through_a_common_and_a_leap_year_and_is_charged_once()
    {
        await using var market = await OwnMarket.Open();
        market.Clock.Walk(new DateTimeOffset(2027, 1, 31, 9, 0, 0, TimeSpan.Zero) - market.Clock.GetUtcNow());
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (product, offers) = await seller.PublishPlans(null, ("month", 900, new { }));
        await buyer.TopUp(100_000);
        var id = await buyer.Subscribe(market, offers[0]);
        // What the shop asks of others from now on is not theirs.
        await TestServer.Execute(market.ConnectionString, $"UPDATE catalog.offers SET price_amount = 1900 WHERE id = '{offers[0]}'; UPDATE catalog.products SET price_from = 1900 WHERE id = '{product.Id()}'");
        var other = await market.AnotherHost();
        var days = new List<string>();
        for (var month = 1; month <= 14; month++)
        {
            var due = (await market.Source.Command("SELECT period_end FROM orders.subscriptions WHERE id = $1", id).List(r => r.GetFieldValue<DateTimeOffset>(0))).Single();
            days.Add($"{due:yyyy-MM-dd}");
            // In April nobody ran it for three days; in May two hosts run it at once.
            market.Clock.Walk(due - market.Clock.GetUtcNow() + (month == 3 ? TimeSpan.FromDays(3) : TimeSpan.Zero));
            if (month == 4) await Task.WhenAll(market.Run<RenewSubscriptions>(), other.Run<RenewSubscriptions>());
            await market.Run<RenewSubscriptions>();
            await market.Run<RenewSubscriptions>();
            await market.Drain();
            (await market.Grants(buyer)).ShouldBe(1);
        }

        days.ShouldBe(["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]);
        (await market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1 AND total = 900 AND paid_at IS NOT NULL", buyer.Account)).ShouldBe(15);
        (await market.Count("SELECT count(DISTINCT period) FROM orders.subscription_charges WHERE subscription_id = $1 AND state = 'paid'", id)).ShouldBe(15);
        await buyer.SignIn();
        (await buyer.Available()).ShouldBe(100_000 - (15 * 900));
        // Each is a sale of its own, at the rate of the first.
        (await market.Count("SELECT count(*) FROM orders.order_items WHERE buyer = $1 AND commission = 360 AND seller_share = 540", buyer.Account)).ShouldBe(15);
        (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await buyer.Visitor.Get("/api/v1/notifications?limit=100")).Must().Json.GetProperty("data").EnumerateArray().Count(n => n.GetProperty("type").GetString() == "subscription_renewed").ShouldBe(14);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_trial_is_announced_before_it_ends_and_a_plan_grows_at_once_and_shrinks_with_the_period()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (product, offers) = await seller.PublishPlans(new { perks = new[] { "All" }, requires_trial = true },
            ("month", 900, new { trial_days = 7, trial_price = new { amount = 100, currency = "EUR" }, setup_fee = new { amount = 200, currency = "EUR" } }), ("quarter", 2_400, new { trial_days = 7 }), ("year", 9_000, new { }));
        (await buyer.Visitor.AddToCart(offers[2])).MustRefuse(409, "trial_required");
        var line = (await buyer.Visitor.AddToCart(offers[0])).Must().Json.GetProperty("items")[0];
        line.GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(300);
        line.GetProperty("renews").GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(900);
        (await buyer.CheckoutByCard()).MustRefuse(422, "renewal_needs_saved_method");
        (await buyer.Visitor.Get("/checkout")).Must().Html.QuerySelector("#renewal").ShouldNotBeNull();
        var id = await buyer.Subscribe(market, offers[0], "sandbox_card", "tok_ok");
        (await buyer.Visitor.AddToCart(offers[1])).MustRefuse(409, "already_member");
        var trial = await buyer.Subscription(id);
        trial.State().ShouldBe("trialing");
        (await buyer.Visitor.Get($"/subscriptions/{id}")).Must().Html.QuerySelectorAll("main .chip").Select(c => c.TextContent).ShouldContain("On trial");
        trial.GetProperty("next_amount").GetProperty("amount").GetInt64().ShouldBe(900);
        trial.GetProperty("pay_by").GetProperty("last4").GetString().ShouldBe("4242");
        var begun = market.Clock.GetUtcNow();

        await market.At(begun.AddDays(4.5));
        (await Told(buyer, "trial_ending")).ShouldBe(1);
        await market.At(begun.AddDays(7));
        var first = await buyer.Subscription(id);
        first.State().ShouldBe("active");
        first.GetProperty("period_end").GetDateTimeOffset().ShouldBe(begun.AddDays(7).AddMonths(1));
        (await market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1 AND off_session AND amount = 900 AND state = 'captured'", buyer.Account)).ShouldBe(1);

        // A third of the month is over.
        await market.At(begun.AddDays(17));
        await buyer.SignIn();
        var (left, whole) = ((begun.AddDays(7).AddMonths(1) - begun.AddDays(17)).TotalSeconds, (begun.AddDays(7).AddMonths(1) - begun.AddDays(7)).TotalSeconds);
        var difference = 2_400 - (long)Math.Round(900 * left / whole, MidpointRounding.AwayFromZero);
        var seen = (await buyer.Visitor.Get($"/api/v1/subscriptions/{id}/change?offer_id={offers[1]}")).Must().Json;
        seen.GetProperty("charge").GetProperty("amount").GetInt64().ShouldBe(difference);
        (await Change(buyer, id, offers[1], difference - 1)).MustRefuse(409, "price_changed");
        await market.TurnCards("tok_declined");
        (await Change(buyer, id, offers[1], difference)).MustRefuse(409, "plan_payment_failed");
        await market.Drain();
        (await buyer.Subscription(id)).GetProperty("plan").GetProperty("interval").GetString().ShouldBe("month");
        (await buyer.Subscription(id)).State().ShouldBe("active");
        await market.TurnCards("tok_ok");
        var key = WalletSteps.Key();
        var grown = (await Change(buyer, id, offers[1], difference, key)).Must().Json;
        (await Change(buyer, id, offers[1], difference, key)).Must();
        grown.GetProperty("plan").GetProperty("interval").GetString().ShouldBe("quarter");
        grown.GetProperty("period_end").GetDateTimeOffset().ShouldBe(begun.AddDays(17).AddMonths(3));
        (await market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1 AND amount = $2 AND state = 'captured'", buyer.Account, difference)).ShouldBe(1);
        (await market.Grants(buyer)).ShouldBe(1);

        var smaller = (await Change(buyer, id, offers[0])).Must().Json;
        smaller.GetProperty("next_plan").GetProperty("interval").GetString().ShouldBe("month");
        await market.At(begun.AddDays(17).AddMonths(3));
        await buyer.SignIn();
        var month = await buyer.Subscription(id);
        month.GetProperty("plan").GetProperty("interval").GetString().ShouldBe("month");
        month.GetProperty("period_end").GetDateTimeOffset().ShouldBe(begun.AddDays(17).AddMonths(4));
        month.GetProperty("charges")[0].GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(900);

        // Cancelled, taken back, cancelled: it ends with what is paid for, and the next one has no trial.
        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/cancel")).Must().Json.GetProperty("next_charge_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/resume")).Must();
        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/resume")).MustRefuse(409, "subscription_state");
        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/cancel")).Must();
        (await market.Grants(buyer)).ShouldBe(1);
        await market.At(begun.AddDays(17).AddMonths(4));
        (await market.Grants(buyer)).ShouldBe(0);
        await buyer.SignIn();
        (await buyer.Subscription(id)).State().ShouldBe("cancelled");
        (await Told(buyer, "subscription_ended")).ShouldBe(1);
        (await buyer.Visitor.AddToCart(offers[2])).Must().Json.GetProperty("items")[0].GetProperty("renews").GetProperty("trial_days").GetInt32().ShouldBe(0);
        (await market.Count("SELECT count(*) FROM orders.subscriptions WHERE product = $1", product.Id())).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_is_not_paid_is_tried_after_2_5_7_and_7_days_and_what_a_bank_refuses_for_good_is_not()
    {
        await using var market = await OwnMarket.Open();
        var (seller, poor, saved, asked) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"), await market.SignUp("Cleo"));
        var (_, offers) = await seller.PublishPlans(null, Three);
        foreach (var member in new[] { poor, saved }) await member.TopUp(900);
        var begun = market.Clock.GetUtcNow();
        var (lost, mended, strict) = (await poor.Subscribe(market, offers[0]), await saved.Subscribe(market, offers[0]), await asked.Subscribe(market, offers[0], "sandbox_card", "tok_ok"));
        await market.TurnCards("tok_3ds");
        var due = begun.AddMonths(1);
        async Task<(string State, int Tries, DateTimeOffset? Next)> Look(Guid id) => (await market.Source.Command(
                "SELECT s.state, c.tries, c.next_try_at FROM orders.subscriptions s JOIN orders.subscription_charges c ON c.subscription_id = s.id AND c.kind = 'renewal' WHERE s.id = $1", id)
            .List(r => (r.GetString(0), r.GetInt32(1), r.IsDBNull(2) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(2)))).Single();

        await market.At(due);
        (await Look(lost)).ShouldBe(("past_due", 1, due.AddDays(2)));
        (await Look(strict)).ShouldBe(("past_due", 1, null));
        await poor.SignIn();
        await saved.SignIn();
        (await Told(poor, "subscription_unpaid")).ShouldBe(1);
        (await Told(poor, "payment_failed")).ShouldBe(0);
        (await poor.Visitor.Get($"/subscriptions/{lost}")).Must().Html.QuerySelector("#open")!.TextContent.ShouldContain("wallet");
        // Who has money again need not wait for the next try.
        await saved.TopUp(900);
        (await saved.Visitor.Post($"/api/v1/subscriptions/{mended}/payment-method", new { payment_method = "wallet" })).Must().Json.State().ShouldBe("active");
        (await saved.Subscription(mended)).GetProperty("period_end").GetDateTimeOffset().ShouldBe(begun.AddMonths(2));

        await market.At(due.AddDays(2));
        (await Look(lost)).ShouldBe(("past_due", 2, due.AddDays(7)));
        (await market.Grants(poor)).ShouldBe(1);
        await market.At(due.AddDays(7));
        (await Look(lost)).ShouldBe(("past_due", 3, due.AddDays(14)));
        (await market.Grants(poor)).ShouldBe(0);
        (await Look(strict)).ShouldBe(("unpaid", 1, null));
        (await market.Grants(asked)).ShouldBe(0);
        // Paid by themselves, it goes on, and its day stays.
        await asked.SignIn();
        await asked.TopUp(2_000);
        (await asked.Visitor.Post($"/api/v1/subscriptions/{strict}/payment-method", new { payment_method = "wallet" })).Must().Json.State().ShouldBe("active");
        (await market.Grants(asked)).ShouldBe(1);
        (await asked.Subscription(strict)).GetProperty("period_end").GetDateTimeOffset().ShouldBe(begun.AddMonths(2));

        await market.At(due.AddDays(14));
        (await Look(lost)).ShouldBe(("past_due", 4, due.AddDays(21)));
        await market.At(due.AddDays(21));
        (await Look(lost)).ShouldBe(("unpaid", 5, null));
        await market.At(due.AddDays(28));
        (await Look(lost)).State.ShouldBe("expired");
        (await market.Source.Command("SELECT state FROM orders.orders WHERE subscription = $1", lost).Scalar<string>()).ShouldBe("expired");
        await market.At(due.AddDays(60));
        (await Look(lost)).Tries.ShouldBe(5);
        (await market.Count("SELECT count(*) FROM orders.orders WHERE subscription = $1", lost)).ShouldBe(1);
        await poor.SignIn();
        (await Told(poor, "subscription_unpaid")).ShouldBe(5);
        (await poor.Subscription(lost)).GetProperty("end_reason").GetString().ShouldBe("unpaid");
        (await poor.Visitor.AddToCart(offers[0])).Must();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_crash_anywhere_between_charge_and_commit_charges_a_period_once()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var (_, offers) = await seller.PublishPlans(null, ("month", 900, new { }));
        var crashes = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            var buyer = await market.SignUp("Ana");
            var id = await buyer.Subscribe(market, offers[0], "sandbox_card", "tok_ok");
            market.Clock.Walk(TimeSpan.FromDays(31));
            var points = 0;
            market.Faults.Passing = point =>
            {
                if (Interlocked.Increment(ref points) == dieAt) throw new Faults.Crash(point);
            };
            try
            {
                await Renew(market, id);
            }
            catch (Faults.Crash)
            {
                crashes++;
            }

            market.Faults.Passing = null;
            var crashed = points >= dieAt;
            await Renew(market, id);
            market.Clock.Walk(TimeSpan.FromMinutes(5));
            await market.Run<SweepPayments>();
            await market.Drain();
            await Renew(market, id);
            (await market.Count("SELECT count(*) FROM wallet.sandbox_charges s JOIN wallet.payments p ON p.id = s.payment_id JOIN orders.orders o ON o.id = p.subject_id WHERE o.subscription = $1", id)).ShouldBe(1);
            (await market.Count("SELECT count(*) FROM orders.subscriptions WHERE id = $1 AND state = 'active' AND period = 2 AND paid_periods = 2", id)).ShouldBe(1);
            if (!crashed) break;
        }

        crashes.ShouldBeGreaterThan(4);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Of_one_membership_one_is_enough_its_last_refund_ends_it_and_staff_ends_one_for_a_reason()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var (product, offers) = await seller.PublishPlans(null, Three);
        await buyer.TopUp(30_000);
        // Two plans of one membership in one cart; of two orders that wait for money one is served, the other's money goes back.
        (await buyer.Visitor.AddToCart(offers[0])).Must();
        (await buyer.Visitor.AddToCart(offers[1])).Must().Json.GetProperty("items")[1].GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("already_member");
        (await buyer.Checkout()).MustRefuse(409, "cart_has_problems");
        foreach (var item in (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items").EnumerateArray()) (await buyer.Visitor.Delete($"/api/v1/cart/items/{item.Id()}")).Must(204);
        (await buyer.Visitor.AddToCart(offers[0])).Must();
        var late = (await buyer.Visitor.Post("/api/v1/checkout", new { payment_method = "sandbox_card", payment_token = "tok_declined", save_payment_method = true }, WalletSteps.Key())).Json.Id();
        var id = await buyer.Subscribe(Market, offers[0]);
        (await buyer.Pay(late)).MustRefuse(409, "already_member");
        (await buyer.Available()).ShouldBe(29_100);

        var page = (await buyer.Visitor.Get($"/subscriptions/{id}")).Must().Html;
        page.QuerySelectorAll("#change form").Length.ShouldBe(2);
        (await buyer.Visitor.Get("/subscriptions")).Must().Html.QuerySelector($"[id='{id}']").ShouldNotBeNull();
        (await buyer.Visitor.Submit($"/subscriptions/{id}", "form[action*='Cancel']", new Dictionary<string, string?>())).Must(302);
        (await buyer.Visitor.Get($"/subscriptions/{id}")).Must().Html.QuerySelector("form[action*='Resume']").ShouldNotBeNull();
        (await buyer.Visitor.Submit($"/subscriptions/{id}", "form[action*='Resume']", new Dictionary<string, string?>())).Must(302);
        (await buyer.Visitor.Submit($"/subscriptions/{id}", "#change li:last-child form", new Dictionary<string, string?>())).Must(302);
        (await buyer.Subscription(id)).GetProperty("plan").GetProperty("interval").GetString().ShouldBe("year");
        (await buyer.Available()).ShouldBeInRange(29_100 - 9_000 + 890, 29_100 - 9_000 + 900);

        var totals = (await seller.Visitor.Get("/api/v1/subscribers/totals")).Must().Json.GetProperty("data")[0];
        totals.GetProperty("monthly").GetProperty("amount").GetInt64().ShouldBe(750);
        totals.GetProperty("members").GetInt32().ShouldBe(1);
        var seen = (await seller.Visitor.Get("/sell/subscribers")).Must().Text;
        seen.ShouldContain(product.GetProperty("title").GetString()!);
        seen.ShouldNotContain("Ana");

        (await staff.Visitor.Get("/admin/subscriptions?state=Active")).Must();
        (await staff.Visitor.Submit($"/admin/subscriptions/{id}", "#end form", new Dictionary<string, string?> { ["Input.Reason"] = "" })).Must(422);
        var paid = (await buyer.Subscription(id)).GetProperty("charges")[0].GetProperty("order_id").GetGuid();
        (await staff.Refund(paid, (await buyer.Visitor.Get($"/api/v1/orders/{paid}")).Must().Json.Item())).Must(201);
        await Market.Drain();
        (await buyer.Subscription(id)).GetProperty("end_reason").GetString().ShouldBe("refunded");
        (await Market.Grants(buyer)).ShouldBe(0);

        var again = await buyer.Subscribe(Market, offers[0]);
        (await staff.Visitor.Submit($"/admin/subscriptions/{again}", "#end form", new Dictionary<string, string?> { ["Input.Reason"] = "The shop is gone.", ["Input.Now"] = "true" })).Must(302);
        (await buyer.Subscription(again)).State().ShouldBe("cancelled");
        (await Market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'orders.subscription_ended' AND subject = $1", again)).ShouldBe(1);
        (await Market.Grants(buyer)).ShouldBe(0);
        using var stranger = (await Market.SignUp("Cleo")).Visitor;
        (await stranger.Post($"/api/v1/subscriptions/{again}/cancel")).Must(404);
    }

    [Fact]
    public async Task A_renewal_is_taxed_at_the_rate_of_its_own_day_in_the_country_where_it_began_and_goes_back_at_it()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance, Rights.Support));
        var (_, offers) = await seller.PublishPlans(null, ("month", 1_200, new { }));
        await buyer.TopUp(3_600);
        (await buyer.Visitor.AddToCart(offers[0])).Must();
        var first = (await buyer.CheckoutIn("FR")).Must(201).Json;
        (await staff.Visitor.Put("/api/v1/tax-rates", new { country = "FR", kind = "electronic", percent = 10, from_day = "2026-04-01", note = "The law." })).Must();
        await market.At(market.Clock.GetUtcNow().AddMonths(1));
        foreach (var person in new[] { seller, buyer, staff }) await person.SignIn();
        var renewal = (await buyer.Visitor.Get($"/api/v1/orders/{(await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0].Id()}")).Must().Json;

        static (int, long, string?) Tax(System.Text.Json.JsonElement order) => (order.Lines()[0].GetProperty("tax").GetProperty("rate").GetInt32(), order.Lines()[0].GetProperty("tax").Minor("amount"), order.Lines()[0].GetProperty("tax").GetProperty("country").GetString());
        (Tax(first), Tax(renewal)).ShouldBe(((2_000, 200, "FR"), (1_000, 109, "FR")));
        (await market.Balance("tax_payable", reference: "FR"), await market.Balance("revenue_commission")).ShouldBe((309, 400 + 436));
        (await buyer.Visitor.Get(await buyer.InvoiceOf(renewal.Id()))).Must().Html.Body!.TextContent.ShouldContain("€1.09");
        foreach (var (order, tax) in new[] { (first, 109), (renewal, 0) })
        {
            (await staff.Refund(order.Id(), order.Item())).Must(201);
            (await market.Balance("tax_payable", reference: "FR")).ShouldBe(tax);
        }

        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_order_of_a_period_is_not_cancelled_by_itself_but_with_its_subscription()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (_, offers) = await seller.PublishPlans(null, ("month", 900, new { }));
        await buyer.TopUp(900);
        var id = await buyer.Subscribe(market, offers[0]);
        await market.At(market.Clock.GetUtcNow().AddMonths(1));
        await buyer.SignIn();
        var (unpaid, first) = (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data") is var orders ? (orders[0].Id(), orders[1].Id()) : default;
        (await buyer.Visitor.Post($"/api/v1/orders/{unpaid}/cancellation")).MustRefuse(409, "order_of_subscription");
        (await buyer.Visitor.Post($"/api/v1/orders/{first}/cancellation")).MustRefuse(409, "order_paid");
        (await buyer.Visitor.Get($"/orders/{unpaid}")).Must().Html.QuerySelector("form[action*='Cancel']").ShouldBeNull("no button that fails");
        (await buyer.Subscription(id)).State().ShouldBe("past_due");

        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/cancel")).Must().Json.State().ShouldBe("cancelled");
        await market.Drain();
        (await buyer.Visitor.Get($"/api/v1/orders/{unpaid}")).Must().Json.State().ShouldBe("expired");
        (await buyer.Pay(unpaid)).MustRefuse(409, "order_expired");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_seat_that_came_with_the_first_period_is_kept_through_the_later_ones_which_take_no_other()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var webinar = await seller.Publish(Ware.Webinar with { Details = new { starts_at = "2031-05-01T20:00:00+02:00", minutes = 60, seats = 1, host = "Nova", language = "fr" } });
        var (product, offers) = await seller.PublishPlans(null, ("month", 900, new { }));
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/access-rules", new { target_kind = "webinar_seat", target = webinar.Id() })).Must(201);
        await buyer.TopUp(2_700);
        var id = await buyer.Subscribe(market, offers[0]);
        async Task<List<(string?, int)>> Opened() => (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").EnumerateArray().Select(a => (a.GetProperty("target_kind").GetString(), a.GetProperty("sources").GetInt32())).Order().ToList();
        for (var month = 0; month < 3; month++)
        {
            (await Opened()).ShouldBe([("membership", 1), ("webinar_seat", 1)], $"month {month}");
            (await market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE product_id = $1", webinar.Id())).ShouldBe(0);
            if (month == 2) break;
            await market.At(market.Clock.GetUtcNow().AddMonths(1));
            await buyer.SignIn();
        }

        (await market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1 AND paid_at IS NOT NULL", buyer.Account)).ShouldBe(3);
        (await buyer.Visitor.Post($"/api/v1/subscriptions/{id}/cancel")).Must();
        await market.At(market.Clock.GetUtcNow().AddMonths(1));
        await buyer.SignIn();
        (await Opened()).ShouldBeEmpty();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_buys_a_membership_for_good_pays_no_further_period_of_it_and_begins_none()
    {
        await using var market = await OwnMarket.Open();
        var (seller, runs, owes, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"), await market.Staff(Rights.Support));
        var (product, offers) = await seller.PublishPlans(null, ("month", 900, new { }), ("year", 9_000, new { }), ("lifetime", 20_000, new { }));
        foreach (var member in new[] { runs, owes }) await member.TopUp(900);
        var (running, owing) = (await runs.Subscribe(market, offers[0]), await owes.Subscribe(market, offers[0]));
        async Task<System.Text.Json.JsonElement> BuyForGood(Person member)
        {
            await member.TopUp(20_000);
            (await member.Visitor.AddToCart(offers[2])).Must();
            var order = (await member.Checkout()).Must(201).Json;
            await market.Drain();
            return order;
        }

        async Task<int> Sources(Person member) => (await member.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").EnumerateArray().Sum(a => a.GetProperty("sources").GetInt32());
        var lasting = await BuyForGood(runs);
        var stopped = await runs.Subscription(running);
        (stopped.State(), stopped.GetProperty("next_charge_at").ValueKind, await Sources(runs)).ShouldBe(("active", System.Text.Json.JsonValueKind.Null, 2), "what is paid for stays");
        (await runs.Visitor.AddToCart(offers[2])).MustRefuse(409, "already_owned");
        await market.At(market.Clock.GetUtcNow().AddMonths(1));
        foreach (var person in new[] { runs, owes, staff }) await person.SignIn();
        ((await runs.Subscription(running)).State(), await Sources(runs), await runs.Available()).ShouldBe(("cancelled", 1, 0));

        // A bill that is open is waited for no more.
        (await owes.Subscription(owing)).State().ShouldBe("past_due");
        await BuyForGood(owes);
        ((await owes.Subscription(owing)).State(), await Sources(owes), await owes.Available()).ShouldBe(("cancelled", 1, 0));
        (await owes.Visitor.AddToCart(offers[1])).MustRefuse(409, "already_member");
        (await owes.Visitor.Get($"/p/{product.GetProperty("slug").GetString()}")).Must().Html.QuerySelectorAll("form[action^='/cart'] button[type=submit]").ShouldBeEmpty();

        (await staff.Refund(lasting.Id(), lasting.Item())).Must(201);
        (await Sources(runs)).ShouldBe(0);
        (await runs.Visitor.AddToCart(offers[0])).Must();
        await market.BooksMustHold();
    }

    private static Task<Answer> Change(Person buyer, Guid id, Guid offer, long? accepted = null, string? key = null) => buyer.Visitor.Post(
        $"/api/v1/subscriptions/{id}/change", new { offer_id = offer, accepted_charge = accepted is null ? null : new { amount = accepted, currency = "EUR" } }, key ?? WalletSteps.Key());

    private static async Task<int> Told(Person buyer, string type) =>
        (await buyer.Visitor.Get("/api/v1/notifications?limit=100")).Must().Json.GetProperty("data").EnumerateArray().Count(n => n.GetProperty("type").GetString() == type);

    private static async Task Renew(OwnMarket market, Guid id)
    {
        await using var scope = market.Services.CreateAsyncScope();
        var (charge, now) = (scope.ServiceProvider.GetRequiredService<ChargeRenewal>(), market.Clock.GetUtcNow());
        await charge.Open(id, now);
        if (await market.Source.Command("SELECT id FROM orders.subscription_charges WHERE subscription_id = $1 AND next_try_at <= $2", id, now).Scalar<Guid?>() is { } due) await charge.Try(due, now, present: false, default);
    }
}
