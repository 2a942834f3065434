using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>What buyers ask back, what shops give back by themselves, and orders that are given up before they are paid.</summary>
public sealed class RefundRequestTests : MarketTest
{
    [Fact]
    public async Task A_request_is_the_shops_to_answer_and_after_five_days_the_staffs()
    {
        await using var market = await OwnMarket.Open();
        var (seller, helper, buyer, stranger) = (await market.SignUp("Nova"), await market.SignUp("Hal"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var staff = await market.Staff(Rights.Support);
        var shop = await seller.OpenShop();
        var (one, two) = (await seller.PublishBeat(price: 10_000), await seller.PublishBeat(price: 4_000));
        await market.Join(seller, shop.Slug, helper, "manager");
        await helper.SignIn();
        var order = await buyer.BuyByCard("tok_ok", one, two);
        var (first, second) = (order.ItemOf(one), order.ItemOf(two));

        (await stranger.AskBack(order, first)).MustRefuse(404, "not_found");
        (await buyer.AskBack(order, first, 10_001)).MustRefuse(409, "refund_too_high");
        var asked = (await buyer.AskBack(order, first, 3_000)).Must(201).Json;
        asked.State().ShouldBe("requested");
        (await buyer.AskBack(order, first, 100)).MustRefuse(409, "refund_requested");
        (await buyer.Complain(order, first)).MustRefuse(409, "refund_requested");
        var todo = (await helper.Todo()).Single();
        (todo.GetProperty("what").GetString(), todo.Id(), todo.GetProperty("late").GetBoolean()).ShouldBe(("answer_request", asked.Id(), false));
        (await stranger.Visitor.Get($"/api/v1/refund-requests/{asked.Id()}")).MustRefuse(404, "not_found");
        (await stranger.DecideRequest(asked.Id(), true)).MustRefuse(404, "not_found");
        (await buyer.DecideRequest(asked.Id(), true)).MustRefuse(403, "own_order");
        (await seller.DecideRequest(asked.Id(), false, reason: " ")).MustRefuse(422, "invalid");
        (await helper.DecideRequest(asked.Id(), true, 3_001)).MustRefuse(409, "refund_too_high");
        var given = (await helper.DecideRequest(asked.Id(), true, 2_000)).Must().Json.GetProperty("data")[0];
        (given.State(), given.Minor("amount"), given.Minor("asked"), given.GetProperty("money_back").GetProperty("to").GetString()).ShouldBe(("processed", 2_000, 3_000, "sandbox_card"));
        (await seller.DecideRequest(asked.Id(), true)).MustRefuse(409, "refund_decided");
        (await buyer.LineOf(order, first)).Minor("refunded").ShouldBe(2_000);

        // Of fifty answers at once one counts.
        var again = (await buyer.AskBack(order, first)).Must(201).Json.Id();
        (await Task.WhenAll(Enumerable.Range(0, 6).Select(n => seller.DecideRequest(again, n % 2 == 0, reason: "No.")))).Count(a => a.Status == 200).ShouldBe(1);
        await market.BooksMustHold();

        var silent = (await buyer.AskBack(order, second)).Must(201).Json.Id();
        (await staff.Visitor.Get("/api/v1/refund-requests?role=staff&escalated=true")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromDays(5));
        await market.Run<WatchRequests>();
        await market.Run<WatchRequests>();
        await market.Drain();
        await staff.SignIn();
        (await staff.Visitor.Get("/api/v1/refund-requests?role=staff&escalated=true")).Must().Json.GetProperty("data")[0].Id().ShouldBe(silent);
        (await buyer.Visitor.Get("/api/v1/refund-requests?role=staff")).MustRefuse(403, "forbidden");
        (await staff.Told("request_waits")).Count.ShouldBe(1);
        (await seller.Told("refund_asked")).Count.ShouldBe(3);
        (await staff.DecideRequest(silent, true)).Must();
        (await buyer.LineOf(order, second)).State().ShouldBe("refunded");
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("timeline").EnumerateArray().Count(t => t.GetProperty("what").GetString() == "refund_asked").ShouldBe(3);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_shop_gives_back_by_itself_and_proves_itself_for_much()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, other) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var beat = await seller.PublishBeat(price: 70_000);
        await other.PublishBeat();
        var order = await buyer.BuyByCard("tok_ok", beat);
        (await other.GiveBack(order.Item(), 100)).MustRefuse(404, "not_found");
        (await buyer.AskBack(order, order.Item(), 500)).Must(201);
        market.Clock.Walk(TimeSpan.FromMinutes(10));
        (await seller.GiveBack(order.Item(), 100)).Must(201).Json.GetProperty("data")[0].State().ShouldBe("processed");
        (await seller.GiveBack(order.Item())).MustRefuse(403, "step_up_required");
        await seller.SignIn();
        (await seller.GiveBack(order.Item())).Must(201);
        // With the last cent what was asked ends.
        var refunds = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("refunds").EnumerateArray().ToList();
        refunds.Select(r => (r.State(), r.Minor("amount"))).ShouldBe([("rejected", 500), ("processed", 100), ("processed", 69_900)], ignoreOrder: true);
        (await seller.GiveBack(order.Item())).MustRefuse(409, "nothing_to_refund");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_unpaid_order_is_given_up_by_its_buyer_and_frees_what_it_kept()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, other) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var (thing, beat) = (await seller.PublishThing(1), await seller.PublishBeat(price: 3_000));
        (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
        var kept = (await buyer.CheckoutParcel("sandbox_card", "tok_3ds")).Must(201).Json;
        (await other.Visitor.Post($"/api/v1/orders/{kept.Id()}/cancellation")).MustRefuse(404, "not_found");
        for (var time = 0; time < 2; time++) (await buyer.Visitor.Post($"/api/v1/orders/{kept.Id()}/cancellation")).Must(204);
        await other.BuyThing(thing.Offers[0]);
        (await buyer.Visitor.Get($"/api/v1/orders/{kept.Id()}")).Must().Json.State().ShouldBe("cancelled");
        (await buyer.Pay(kept.Id(), "sandbox_card", "tok_ok")).MustRefuse(409, "order_cancelled");

        // A payment that was under way and comes all the same goes back.
        (await buyer.AddToCart(beat)).Must();
        var late = (await buyer.CheckoutByCard("tok_timeout")).Must(201).Json;
        (await buyer.Visitor.Post($"/api/v1/orders/{late.Id()}/cancellation")).Must(204);
        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepPayments>();
        await market.Drain();
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        await market.Run<SweepRefunds>();
        await market.Drain();
        var returned = (await buyer.Visitor.Get($"/api/v1/orders/{late.Id()}")).Must().Json;
        (returned.State(), returned.GetProperty("money_returned_at").ValueKind).ShouldBe(("cancelled", System.Text.Json.JsonValueKind.String));
        (await buyer.Told("money_returned")).Count.ShouldBe(1);
        (await seller.Pending()).ShouldBe(2_000 - 800);

        var paid = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        (await buyer.Visitor.Post($"/api/v1/orders/{paid.Id()}/cancellation")).MustRefuse(409, "order_paid");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_parcel_that_does_not_leave_in_time_is_its_buyers_to_cancel_and_goes_back_by_itself_in_the_end()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var thing = await seller.PublishThing(4);
        var (late, forgotten, withdrawn, sent) = (await buyer.BuyThing(thing.Offers[0]), await buyer.BuyThing(thing.Offers[0]), await buyer.BuyThing(thing.Offers[0]), await buyer.BuyThing(thing.Offers[0]));
        Task<long> Stock() => market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", thing.Offers[0]);
        (await Stock()).ShouldBe(0);
        (await buyer.CancelLine(late)).MustRefuse(409, "not_late");
        (await buyer.Complain(late)).MustRefuse(409, "claim_too_early");
        (await seller.Visitor.Post($"/api/v1/sales/{sent.Item()}/shipment", new { })).Must();
        (await seller.GiveBack(withdrawn.Item())).Must(201);
        (await Stock()).ShouldBe(1);

        // Monday at nine: five working days later it is Monday again.
        var due = (await seller.Todo()).First(t => t.Id() == late.Item());
        due.GetProperty("due_at").GetDateTimeOffset().ShouldBe(market.Clock.GetUtcNow().AddDays(7), TimeSpan.FromHours(1));
        market.Clock.Walk(TimeSpan.FromDays(7) + TimeSpan.FromHours(1));
        await market.Run<WatchLate>();
        await market.Run<WatchLate>();
        await market.Drain();
        ((await buyer.Told("line_late")).Count, (await seller.Told("line_late")).Count, (await buyer.Told("parcel_shipped")).Count).ShouldBe((2, 2, 1));
        (await seller.Todo()).Count(t => t.GetProperty("late").GetBoolean()).ShouldBe(2);
        (await buyer.CancelLine(sent)).MustRefuse(409, "not_late");
        (await seller.Visitor.Post($"/api/v1/sales/{late.Item()}/preparation")).Must();
        (await buyer.CancelLine(late)).Must(201).Json.GetProperty("data")[0].Minor("amount").ShouldBe(2_000);
        (await buyer.CancelLine(late)).MustRefuse(409, "not_late");
        (await seller.Visitor.Post($"/api/v1/sales/{late.Item()}/shipment", new { })).MustRefuse(409, "not_to_ship");
        (await buyer.Available()).ShouldBe(4_000);

        market.Clock.Walk(TimeSpan.FromDays(15));
        await market.Run<WatchLate>();
        await buyer.SignIn();
        (await buyer.LineOf(forgotten)).State().ShouldBe("refunded");
        ((await buyer.Available()), await Stock()).ShouldBe((6_000, 3));
        await market.BooksMustHold();
    }
}
