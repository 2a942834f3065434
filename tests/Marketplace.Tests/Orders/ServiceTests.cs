using System.Net.Http.Headers;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Marketplace.Orders;
using Marketplace.Tests.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

/// <summary>Kinds of products that are no files: how each reaches its buyer, and what a refund takes back.</summary>
public sealed class ServiceTests : MarketTest
{
    private static readonly object Answers = new { answers = new[] { "The third one", "Warm, not loud" } };

    public static TheoryData<string> Kinds => [.. Ware.All.Where(w => w.Variants is null).Select(w => w.Kind)];     // a parcel needs an address: tests of its own

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_product_of_each_kind_is_bought_reaches_its_buyer_and_goes_back(string kind)
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var product = await seller.Publish(Ware.Of(kind));
        var offer = product.GetProperty("offers")[0].Id();
        await buyer.TopUp(10_000);
        var box = (await buyer.Visitor.Get($"/p/{product.GetProperty("slug").GetString()}")).Must().Html;
        if (market.Services.GetRequiredService<Fulfilments>().Of(kind).Refuses(new Wanted(kind, Ware.Of(kind).Option, "{}")) is { } refusal)
        {
            // What cannot be bought has no button that fails.
            box.QuerySelectorAll("form[action^='/cart'] button[type=submit]").ShouldBeEmpty();
            box.QuerySelector("aside")!.TextContent.ShouldContain(refusal.Detail);
            (await buyer.Visitor.AddToCart(offer)).MustRefuse(409, "not_sold_yet");
            return;
        }

        (box.QuerySelector("input[name=offer]:checked") as IHtmlInputElement)!.Value.ShouldBe(offer.ToString());
        var order = await Buy(buyer, offer);
        var line = order.Item();
        if (kind == "service") await Work(seller, buyer, line);
        else if (Ware.Of(kind).HasFile) (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        else (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data")[0].GetProperty("product_id").GetGuid().ShouldBe(product.Id());
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelector($"[id='{line}']").ShouldNotBeNull();

        market.Clock.Walk(TimeSpan.FromDays(8));
        await market.Run<CompleteReceived>();
        (await StateOf(buyer, order)).ShouldBe(kind == "webinar" ? "available" : "completed");
        if (kind == "webinar")
        {
            market.Clock.Walk(TimeSpan.FromDays(3000));
            await market.Run<CompleteReceived>();
            (await market.Source.Command("SELECT state FROM orders.order_items WHERE id = $1", line).Scalar<string>()).ShouldBe("completed");
            return;
        }

        var staff = await market.Staff(Marketplace.Users.Rights.Support);
        (await staff.Refund(order.Id(), line)).Must(201);
        (await StateOf(buyer, order)).ShouldBe("refunded");
        (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        if (kind == "service") (await buyer.Visitor.Get($"/api/v1/service-orders/{line}")).Must().Json.State().ShouldBe("refunded");
        (await market.Services.GetRequiredService<Marketplace.Kernel.InvariantCheck>().Run()).Where(r => r.Violations > 0).Select(r => $"{r.Invariant}: {r.Detail}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_kind_that_is_published_has_one_way_to_its_buyer()
    {
        var ways = Market.Services.GetServices<IFulfilment>().SelectMany(w => w.Kinds).ToList();
        ways.Order().ShouldBe(Market.Services.GetRequiredService<Marketplace.Catalog.ProductKinds>().All.Select(k => k.Key).Append(Sending.Kind).Order());
    }

    [Fact]
    public async Task Every_step_of_work_is_one_sides_and_none_is_taken_twice()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(10_000);
        var line = (await Buy(buyer, (await seller.Publish(Ware.Service)).GetProperty("offers")[0].Id())).Item();
        Task<Answer> Say(Person who, string step, object? body = null) => who.Visitor.Post($"/api/v1/service-orders/{line}/{step}", body ?? new { note = "Look." });
        var steps = new (string Step, Person Whose, object? Body)[] { ("requirements", buyer, Answers), ("deliveries", seller, null), ("revisions", buyer, null), ("approval", buyer, new { }) };
        async Task OnlyThese(string state, params string[] legal)
        {
            var work = (await seller.Visitor.Get($"/api/v1/service-orders/{line}")).Must().Json;
            work.State().ShouldBe(state);
            foreach (var (step, whose, body) in steps)
            {
                (await Say(whose == buyer ? seller : buyer, step, body)).MustRefuse(403, "not_yours_to_do");
                if (!legal.Contains(step)) (await Say(whose, step, body)).MustRefuse(409, "service_state");
            }
        }

        await OnlyThese("pending", "requirements");
        (await Say(buyer, "requirements", new { answers = new[] { "One only" } })).MustRefuse(422, "invalid");
        (await Say(buyer, "requirements", new { answers = new[] { "x", " " } })).MustRefuse(422, "invalid");
        (await Upload(seller, line)).MustRefuse(409, "service_state");
        var begun = (await Say(buyer, "requirements", Answers)).Must().Json;
        (begun.GetProperty("due_at").GetDateTimeOffset() - Market.Services.GetRequiredService<TimeProvider>().GetUtcNow()).ShouldBeInRange(TimeSpan.FromDays(4.99), TimeSpan.FromDays(5));
        await OnlyThese("in_progress", "deliveries");
        (await Upload(buyer, line)).MustRefuse(403, "not_yours_to_do");
        (await Upload(seller, line)).Must(201);
        (await buyer.Visitor.Get($"/api/v1/service-orders/{line}")).Must().Json.GetProperty("files").GetArrayLength().ShouldBe(0);
        (await Say(seller, "deliveries", new { note = " " })).MustRefuse(422, "invalid");
        (await Say(seller, "deliveries")).Must().Json.GetProperty("files").GetArrayLength().ShouldBe(1);
        await OnlyThese("delivered", "revisions", "approval");
        (await Say(buyer, "revisions")).Must().Json.GetProperty("revisions_left").GetInt32().ShouldBe(0);
        await OnlyThese("revision_requested", "deliveries");
        (await Say(seller, "deliveries")).Must();
        (await Say(buyer, "revisions")).MustRefuse(409, "no_revisions_left");

        // Fetching is not accepting; of two at once one accepts.
        (await buyer.Visitor.Get((await buyer.Visitor.Post($"/api/v1/library/{line}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!)).Must();
        await OnlyThese("delivered", "revisions", "approval");
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Say(buyer, "approval", new { })))).Count(a => a.Status == 200).ShouldBe(1);
        await OnlyThese("completed");
        (await seller.Visitor.Get($"/api/v1/service-orders/{line}")).Must().Json.GetProperty("timeline").EnumerateArray().Select(e => e.GetProperty("what").GetString())
            .ShouldBe(["ordered", "answered", "started", "delivered", "revision_requested", "delivered", "accepted"]);
        using var stranger = (await Market.SignUp("Cleo")).Visitor;
        (await stranger.Get($"/api/v1/service-orders/{line}")).Must(404);
        (await stranger.Post($"/api/v1/service-orders/{line}/approval", new { })).Must(404);
    }

    [Fact]
    public async Task Who_says_nothing_for_three_days_has_accepted_and_the_money_waits_for_that()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        await buyer.TopUp(10_000);
        var order = await Buy(buyer, (await seller.Publish(Ware.Service)).GetProperty("offers")[0].Id());
        var line = order.Item();
        (await buyer.Visitor.Post($"/api/v1/service-orders/{line}/requirements", Answers)).Must();
        (await seller.Visitor.Post($"/api/v1/service-orders/{line}/deliveries", new { note = "Here." })).Must();
        market.Clock.Walk(TimeSpan.FromDays(2.9));
        await market.Run<AcceptSilent>();
        await market.Run<CompleteReceived>();
        (await StateOf(buyer, order)).ShouldBe("available");
        string? ReleaseAt(Answer sales) => sales.Must().Json.GetProperty("data")[0].GetProperty("hold").GetProperty("release_at").GetString();
        ReleaseAt(await seller.Visitor.Get("/api/v1/sales")).ShouldBeNull();
        market.Clock.Walk(TimeSpan.FromDays(0.2));
        await market.Run<AcceptSilent>();
        await market.Run<AcceptSilent>();
        (await StateOf(buyer, order)).ShouldBe("completed");
        ReleaseAt(await seller.Visitor.Get("/api/v1/sales")).ShouldNotBeNull();
        (await buyer.Visitor.Get($"/api/v1/service-orders/{line}")).Must().Json.GetProperty("timeline").EnumerateArray().Last().GetProperty("what").GetString().ShouldBe("accepted_silently");
        // Work may be bought again, a course may not.
        (await buyer.Visitor.AddToCart(order.GetProperty("items")[0].GetProperty("offer_id").GetGuid())).Must();
    }

    [Fact]
    public async Task Buyer_and_seller_work_on_pages_without_script()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(10_000);
        var order = await Buy(buyer, (await seller.Publish(Ware.Service, "A warm mix")).GetProperty("offers")[0].Id());
        var place = (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector("a[href^='/services/']")!.GetAttribute("href")!;
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector($"#to-do a[href='{place}']")!.TextContent.ShouldContain("A warm mix");
        var page = (await buyer.Visitor.Get(place)).Must();
        page.Text.ShouldContain("Which song is it?");
        var token = page.Html.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        (await buyer.Visitor.Post(place + "?handler=Answer", new FormUrlEncodedContent([new("answer", "The third one"), new("answer", "Warm"), new("__RequestVerificationToken", token)]))).Must(302);
        (await seller.Visitor.Get(place)).Must().Text.ShouldContain("The third one");
        (await seller.Visitor.Submit(place, "form[action*='Deliver']", new Dictionary<string, string?> { ["note"] = "" })).Must(422);
        (await seller.Visitor.Submit(place, "form[action*='Deliver']", new Dictionary<string, string?> { ["note"] = "First mix." })).Must(302);
        (await buyer.Visitor.Submit(place, "form[action*='Revise']", new Dictionary<string, string?> { ["note"] = "Less bass." })).Must(302);
        (await seller.Visitor.Get(place)).Must().Text.ShouldContain("Less bass.");
        (await seller.Visitor.Submit(place, "form[action*='Deliver']", new Dictionary<string, string?> { ["note"] = "Second mix." })).Must(302);
        (await buyer.Visitor.Submit(place, "form[action*='Accept']", new Dictionary<string, string?>())).Must(302);
        (await buyer.Visitor.Get(place)).Must().Html.QuerySelectorAll("main form").ShouldBeEmpty();
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector("#to-do").ShouldBeNull();
        var told = (await buyer.Visitor.Get(place)).Must().Text;
        foreach (var said in new[] { "First mix.", "Less bass.", "Second mix.", "Accepted" }) told.ShouldContain(said);
    }

    [Fact]
    public async Task A_membership_is_sold_once_and_by_two_purchases_access_survives_the_loss_of_one()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(10_000);
        var membership = await seller.Publish(Ware.Membership with
        {
            Offers = (price, currency, _) => [.. new[] { "lifetime", "once", "month" }.Select(option => new { licence = "standard", option, price = new { amount = price, currency } })],
        });
        var (lifetime, once) = (membership.GetProperty("offers")[0].Id(), membership.GetProperty("offers")[1].Id());
        var box = (await buyer.Visitor.Get($"/p/{membership.GetProperty("slug").GetString()}")).Must().Html;
        box.QuerySelectorAll("input[name=offer]").Select(i => i.HasAttribute("disabled")).ShouldBe([false, false, false]);
        var first = await Buy(buyer, lifetime);
        (await buyer.Visitor.AddToCart(lifetime)).MustRefuse(409, "already_owned");
        var second = await Buy(buyer, once);
        (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").EnumerateArray().Single().GetProperty("sources").GetInt32().ShouldBe(2);
        var staff = await Market.Staff(Marketplace.Users.Rights.Support);
        (await staff.Refund(first.Id(), first.Item())).Must(201);
        await using (var scope = Market.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<IOrders>().AccessOf(buyer.Account)).ShouldBe([membership.Id()]);
        (await staff.Refund(second.Id(), second.Item(), 500)).Must(201);
        (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await staff.Refund(second.Id(), second.Item())).Must(201);
        (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        // What was bought stays as it was, whatever the seller changes.
        (await Market.Source.Command("SELECT option FROM orders.order_items WHERE id = $1", first.Item()).Scalar<string>()).ShouldBe("lifetime");
        var trial = await seller.Publish(Ware.Membership with { Details = new { perks = new[] { "All of it" }, requires_trial = true } });
        (await buyer.Visitor.AddToCart(trial.GetProperty("offers")[0].Id())).MustRefuse(409, "trial_required");
    }

    private static async Task<JsonElement> Buy(Person buyer, Guid offer)
    {
        (await buyer.Visitor.AddToCart(offer)).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        order.State().ShouldBe("paid");
        return order;
    }

    private static async Task Work(Person seller, Person buyer, Guid line)
    {
        (await buyer.Visitor.Post($"/api/v1/service-orders/{line}/requirements", Answers)).Must();
        (await Upload(seller, line)).Must(201);
        (await seller.Visitor.Post($"/api/v1/service-orders/{line}/deliveries", new { note = "Here it is." })).Must();
        (await buyer.Visitor.Post($"/api/v1/service-orders/{line}/approval", new { })).Must();
    }

    private static Task<Answer> Upload(Person seller, Guid line)
    {
        var file = new ByteArrayContent(Sound.Wav(0.3));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return seller.Visitor.Post($"/api/v1/service-orders/{line}/files", new MultipartFormDataContent { { file, "file", "mix.wav" } });
    }

    private static async Task<string?> StateOf(Person buyer, JsonElement order) => (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items")[0].State();
}
