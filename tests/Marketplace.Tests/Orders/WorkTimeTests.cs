using System.Text.Json;
using Marketplace.Orders;

namespace Marketplace.Tests.Orders;

/// <summary>Work on a clock that walks: no state waits for ever, and from none is there a way that is not meant.</summary>
public sealed class WorkTimeTests : MarketTest
{
    private static readonly string[] Steps = ["requirements", "deliveries", "revisions", "approval", "files"];

    /// <summary>How a piece of work comes into a state (each step its side's), which steps are legal there, and whether its buyer may cancel it once a week has passed.</summary>
    private static readonly (string State, string[] Way, string[] Legal, bool EndsByLateness)[] States =
    [
        ("pending", [], ["requirements"], false),
        ("in_progress", ["requirements"], ["deliveries", "files"], true),
        ("delivered", ["requirements", "deliveries"], ["revisions", "approval"], false),
        ("revision_requested", ["requirements", "deliveries", "revisions"], ["deliveries", "files"], true),
        ("delivered", ["requirements", "deliveries", "revisions", "deliveries"], ["approval"], false),
        ("completed", ["requirements", "deliveries", "approval"], [], false),
        ("cancelled", ["requirements", "refund"], [], false),
        ("refunded", ["requirements", "deliveries", "approval", "refund"], [], false),
    ];

    [Fact]
    public async Task From_each_state_exactly_the_legal_steps_lead_on_and_what_is_late_can_be_cancelled()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var offer = (await seller.Publish(Ware.Service)).GetProperty("offers")[0].Id();
        await buyer.TopUp(100_000);
        foreach (var (state, way, legal, byLateness) in States)
        {
            var order = await Order(buyer, offer, way, seller);
            (await StateOf(buyer, order)).ShouldBe(state);
            foreach (var step in Steps.Except(legal))
            {
                var refused = await Take(step, seller, buyer, order);
                (refused.Status, refused.Code is "service_state" or "no_revisions_left").ShouldBe((409, true), $"{step} of {state} after {string.Join(", ", way)}: {refused.Status} {refused.Code}");
            }

            (await buyer.CancelLine(order)).MustRefuse(409, "not_late");
            (await StateOf(buyer, order)).ShouldBe(state);
            foreach (var step in legal) (await Take(step, seller, buyer, await Order(buyer, offer, way, seller))).Status.ShouldBeInRange(200, 201, $"{step} of {state}");
        }

        market.Clock.Walk(TimeSpan.FromDays(6));
        var open = (await buyer.Visitor.Get("/api/v1/service-orders?limit=100")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        foreach (var work in open)
        {
            var order = await market.Source.Command("SELECT order_id FROM orders.service_orders WHERE item_id = $1", work.Id()).Scalar<Guid>();
            var answer = await buyer.Visitor.Post($"/api/v1/orders/{order}/items/{work.Id()}/cancellation", new { }, WalletSteps.Key());
            var late = work.State() is "in_progress" or "revision_requested";
            answer.Status.ShouldBe(late ? 201 : 409, work.State());
            if (late) (await buyer.Visitor.Get($"/api/v1/service-orders/{work.Id()}")).Must().Json.State().ShouldBe("cancelled");
        }

        States.Count(s => s.EndsByLateness).ShouldBe(2);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_is_waited_for_is_reminded_and_in_the_end_time_decides()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var offer = (await seller.Publish(Ware.Service)).GetProperty("offers")[0].Id();
        await buyer.TopUp(100_000);
        var silent = await Order(buyer, offer, [], seller);
        var late = await Order(buyer, offer, ["requirements"], seller);
        var looked = await Order(buyer, offer, ["requirements", "deliveries"], seller);
        async Task Pass(double days, int waits, int lates)
        {
            market.Clock.Walk(TimeSpan.FromDays(days));
            for (var time = 0; time < 2; time++)
            {
                await market.Run<WatchWork>();
                await market.Run<AcceptSilent>();
            }

            await market.Drain();
            ((await buyer.Told("work_waits")).Count, (await seller.Told("line_late")).Count).ShouldBe((waits, lates), $"{market.Clock.GetUtcNow():d}");
        }

        await Pass(1.9, 0, 0);
        await Pass(0.2, 1, 0);      // day 2: a look is waited for
        (await StateOf(buyer, looked)).ShouldBe("delivered");
        await Pass(1, 2, 0);        // day 3: accepted; the questions wait
        (await StateOf(buyer, looked)).ShouldBe("completed");
        await Pass(2, 2, 1);        // day 5: the other work is late
        await Pass(2, 3, 1);        // day 7
        (await StateOf(buyer, silent), await StateOf(buyer, late)).ShouldBe(("pending", "in_progress"));
        await Pass(7, 3, 1);        // day 14: never begun
        (await StateOf(buyer, silent), await StateOf(buyer, late)).ShouldBe(("cancelled", "in_progress"));
        await Pass(5, 3, 1);        // day 19: late for good
        (await StateOf(buyer, late)).ShouldBe("cancelled");
        foreach (var order in new[] { silent, late }) (await buyer.LineOf(order)).State().ShouldBe("refunded");
        (await seller.Todo()).ShouldBeEmpty();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_works_for_a_shop_delivers_and_ships_for_it_and_who_only_reads_does_not()
    {
        var (seller, manager, reader, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Hal"), await Market.SignUp("Rea"), await Market.SignUp("Ana"));
        var shop = (await seller.OpenShop()).Slug;
        var offer = (await seller.Publish(Ware.Service)).GetProperty("offers")[0].Id();
        await Market.Join(seller, shop, manager, "manager");
        await Market.Join(seller, shop, reader, "support");
        foreach (var person in new[] { manager, reader }) await person.SignIn();
        await buyer.TopUp(20_000);
        var order = await Order(buyer, offer, ["requirements"], seller);
        var parcel = (await buyer.BuyThing((await seller.PublishThing(1)).Offers[0])).Item();
        (await reader.Todo()).Select(t => t.Id()).ShouldBe([order.Item(), parcel], ignoreOrder: true);
        (await reader.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);
        (await reader.Visitor.Get($"/api/v1/service-orders/{order.Item()}")).Must().Json.GetProperty("role").GetString().ShouldBe("seller");
        (await reader.Visitor.Post($"/api/v1/service-orders/{order.Item()}/deliveries", new { note = "Here." })).MustRefuse(404, "not_found");
        (await reader.Visitor.Post($"/api/v1/sales/{parcel}/shipment", new { })).MustRefuse(404, "not_found");
        (await reader.GiveBack(parcel)).MustRefuse(404, "not_found");
        (await manager.Visitor.Get("/api/v1/sales/parcels")).Must().Json.GetProperty("data")[0].Id().ShouldBe(parcel);
        (await manager.Visitor.Post($"/api/v1/service-orders/{order.Item()}/deliveries", new { note = "Here." })).Must();
        (await manager.Visitor.Post($"/api/v1/sales/{parcel}/shipment", new { })).Must();
        (await manager.Visitor.Get("/sell/orders")).Must().Html.QuerySelectorAll("#to-do li").Length.ShouldBe(1);
        // The money is the seller's, whoever did the work.
        (await buyer.Visitor.Post($"/api/v1/service-orders/{order.Item()}/approval", new { })).Must();
        (await Market.Balance("user_pending", manager.Account)).ShouldBe(0);
        (await seller.Pending()).ShouldBeGreaterThan(0);
    }

    private static async Task<JsonElement> Order(Person buyer, Guid offer, string[] way, Person seller)
    {
        (await buyer.Visitor.AddToCart(offer)).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        foreach (var step in way) (await Take(step, seller, buyer, order)).Status.ShouldBeInRange(200, 201, step);
        return order;
    }

    private static Task<Answer> Take(string step, Person seller, Person buyer, JsonElement order) => step switch
    {
        "requirements" => buyer.Visitor.Post($"/api/v1/service-orders/{order.Item()}/requirements", new { answers = new[] { "The third one", "Warm" } }),
        "deliveries" => seller.Visitor.Post($"/api/v1/service-orders/{order.Item()}/deliveries", new { note = "Here." }),
        "revisions" => buyer.Visitor.Post($"/api/v1/service-orders/{order.Item()}/revisions", new { note = "Less bass." }),
        "approval" => buyer.Visitor.Post($"/api/v1/service-orders/{order.Item()}/approval", new { }),
        "files" => seller.Visitor.Post($"/api/v1/service-orders/{order.Item()}/files", new MultipartFormDataContent { { new ByteArrayContent(Sound.Wav(0.3)), "file", "mix.wav" } }),
        _ => seller.GiveBack(order.Item()),
    };

    private static async Task<string?> StateOf(Person buyer, JsonElement order) => (await buyer.Visitor.Get($"/api/v1/service-orders/{order.Item()}")).Must().Json.State();
}
