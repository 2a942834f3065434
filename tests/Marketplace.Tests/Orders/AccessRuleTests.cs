using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

/// <summary>What buying a product opens beside itself, counted by the purchases that do.</summary>
public sealed class AccessRuleTests : MarketTest
{
    [Fact]
    public async Task Two_products_open_one_course_and_only_the_loss_of_both_closes_it()
    {
        var (seller, buyer, other) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.SignUp("Otto"));
        var course = (await seller.Publish(Ware.Course)).Id();
        var (book, membership) = (await seller.Publish(Ware.Digital, price: 500), await seller.Publish(Ware.Membership, price: 500));
        foreach (var product in new[] { book, membership }) (await Opens(seller, product, "course", course)).Must(201);
        (await Opens(seller, book, "course", course)).MustRefuse(409, "rule_exists");
        var others = (await other.Publish(Ware.Course)).Id();
        (await Opens(seller, book, "course", others)).MustRefuse(422, "target_unknown");
        (await Opens(seller, book, "webinar_seat", course)).MustRefuse(422, "target_unknown");
        (await Opens(seller, book, "community", Guid.CreateVersion7())).MustRefuse(422, "target_unknown");
        (await Opens(other, book, "course", others)).MustRefuse(404, "not_found");
        (await Opens(seller, book, "seller_tier", "premium")).Must(403);

        await buyer.TopUp(2_000);
        var first = await Buy(buyer, book);
        var second = await Buy(buyer, membership);
        var open = (await Access(buyer)).Single(a => a.GetProperty("target_kind").GetString() == "course");
        (open.GetProperty("product_id").GetGuid(), open.GetProperty("sources").GetInt32(), open.GetProperty("purchases").GetArrayLength()).ShouldBe((course, 2, 2));
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelector($"[id='{first.Item()}'] a[href='{open.GetProperty("url").GetString()}']").ShouldNotBeNull("the library shows what a purchase opens");

        var staff = await Market.Staff(Rights.Support);
        (await staff.Refund(first.Id(), first.Item())).Must(201);
        (await Has(buyer, AccessKind.Course, course)).ShouldBeTrue();
        (await staff.Refund(second.Id(), second.Item())).Must(201);
        (await Has(buyer, AccessKind.Course, course)).ShouldBeFalse();
        (await Access(buyer)).ShouldBeEmpty();
        (await Told(buyer, $"course {course}")).ShouldBe([true, false]);

        // What is ended is not opened to who buys later, and stays with who has it.
        var third = await Market.SignUp("Cleo");
        await third.TopUp(2_000);
        await Buy(third, book);
        var rule = (await seller.Visitor.Get($"/api/v1/products/{book.Id()}/access-rules")).Must().Json.GetProperty("data")[0].Id();
        (await seller.Visitor.Submit($"/sell/products/{book.Id()}/opens", "form[action*='End']", new Dictionary<string, string?> { ["rule"] = rule.ToString() })).Must(302);
        (await Has(third, AccessKind.Course, course)).ShouldBeTrue();
        var late = await Market.SignUp("Late");
        await late.TopUp(2_000);
        await Buy(late, book);
        (await Access(late)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_sixteen_purchases_paid_and_refunded_at_once_one_opens_and_one_closes()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var course = (await seller.Publish(Ware.Course)).Id();
        var service = await seller.Publish(Ware.Service, price: 100);
        (await Opens(seller, service, "course", course)).Must(201);
        var orders = new List<JsonElement>();
        for (var i = 0; i < 16; i++)
        {
            (await buyer.Visitor.AddToCart(service.GetProperty("offers")[0].Id())).Must();
            orders.Add((await buyer.CheckoutByCard("tok_declined")).Must(201).Json);
        }

        await buyer.TopUp(1_600);
        (await Has(buyer, AccessKind.Course, course)).ShouldBeFalse();
        (await Task.WhenAll(orders.Select(o => buyer.Pay(o.Id())))).ShouldAllBe(a => a.Status == 201);
        (await Access(buyer)).Single().GetProperty("sources").GetInt32().ShouldBe(16);
        var staff = await Market.Staff(Rights.Support);
        (await Task.WhenAll(orders.Select(o => staff.Refund(o.Id(), o.Item())))).ShouldAllBe(a => a.Status == 201);
        (await Has(buyer, AccessKind.Course, course)).ShouldBeFalse();
        (await Told(buyer, $"course {course}")).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Files_come_with_it_for_earlier_buyers_too_when_the_seller_says_so_and_go_with_the_refund()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, gone) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Gone"));
        var (course, kit, webinar) = (await seller.Publish(Ware.Course, price: 500), await seller.Publish(Ware.Digital), await seller.Publish(Ware.Webinar));
        await buyer.TopUp(1_000);
        await gone.TopUp(1_000);
        var order = await Buy(buyer, course);
        var refunded = await Buy(gone, course);
        var staff = await market.Staff(Rights.Support);
        (await staff.Refund(refunded.Id(), refunded.Item())).Must(201);
        (await seller.Visitor.Post($"/api/v1/products/{course.Id()}/access-rules", new { target_kind = "webinar_seat", target = webinar.Id(), earlier_buyers = true })).MustRefuse(422, "seats_for_later_buyers");
        var page = $"/sell/products/{course.Id()}/opens";
        (await seller.Visitor.Get($"/sell/products/{course.Id()}")).Must().Html.QuerySelector($"a[href='{page}']").ShouldNotBeNull();
        (await seller.Visitor.Submit(page, "form[action*='Add']", new Dictionary<string, string?> { ["opens"] = "" })).Must(422);
        (await seller.Visitor.Submit(page, "form[action*='Add']", new Dictionary<string, string?> { ["opens"] = $"download/{kit.Id()}", ["earlier"] = "true" })).Must(302);

        await Task.WhenAll(market.Run<OpenToEarlierBuyers>(), market.Run<OpenToEarlierBuyers>());
        await market.Run<OpenToEarlierBuyers>();
        (await seller.Visitor.Get($"/api/v1/products/{course.Id()}/access-rules")).Must().Json.GetProperty("data")[0].GetProperty("earlier_done").GetBoolean().ShouldBeTrue();
        (await Has(market, gone, AccessKind.Download, kit.Id())).ShouldBeFalse();
        (await Has(market, buyer, AccessKind.Download, kit.Id())).ShouldBeTrue();
        var link = await buyer.DownloadLink(order);
        (await buyer.Visitor.Get(link)).Must().Bytes.ShouldBe(Ware.Digital.File());
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items")[0].State().ShouldBe("available", "to fetch a file is not to have had the course");

        var late = await market.SignUp("Late");
        await late.TopUp(1_000);
        var bought = await Buy(late, course);
        (await late.Visitor.Get(await late.DownloadLink(bought))).Must();
        (await staff.Refund(order.Id(), order.Item())).Must(201);
        (await buyer.Visitor.Get(link)).Must(404);
        (await Has(market, buyer, AccessKind.Download, kit.Id())).ShouldBeFalse();
        (await market.Services.GetRequiredService<Marketplace.Kernel.InvariantCheck>().Run()).Where(r => r.Violations > 0).Select(r => $"{r.Invariant}: {r.Detail}").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tier_is_opened_by_what_the_markets_owner_sells_and_returns_with_the_last_purchase()
    {
        await using var market = await OwnMarket.Open();
        var (owner, buyer, support) = (await market.SignUp("Owner"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        await owner.OpenShop();
        await market.Do(s => s.GetRequiredService<IUsers>().MakeOwner(owner.Account));
        await owner.SignIn();
        var plans = new List<JsonElement>();
        foreach (var tier in new[] { "standard", "premium" })
        {
            plans.Add(await owner.Publish(Ware.Membership, price: 500));
            (await Opens(owner, plans[^1], "seller_tier", tier)).Must(201);
        }

        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'orders.tier_rule_made'")).ShouldBe(2);
        await buyer.TopUp(2_000);
        await buyer.OpenShop();
        async Task<(string?, List<(string?, int, bool)>)> Offered()
        {
            await buyer.SignIn();
            var plans = (await buyer.Visitor.Get("/api/v1/seller-plans")).Must().Json;
            return (plans.GetProperty("now").GetProperty("tier").GetString(), plans.GetProperty("data").EnumerateArray()
                .Select(p => (p.GetProperty("opens").GetProperty("tier").GetString(), p.GetProperty("opens").GetProperty("commission_rate").GetInt32(), p.GetProperty("is_mine").GetBoolean())).ToList());
        }

        var terms = market.Services.GetRequiredService<IServiceScopeFactory>().CreateScope().ServiceProvider.GetRequiredService<IUsers>();
        var (standard, premium) = (terms.Terms(SellerTier.Standard).CommissionRate, terms.Terms(SellerTier.Premium).CommissionRate);
        var before = await Offered();
        before.Item1.ShouldBe("basic");
        before.Item2.ShouldBe([("standard", standard, false), ("premium", premium, false)]);
        (await RoundTrips.Of(Offered)).Count(t => t.Contains("FROM catalog.offers", StringComparison.Ordinal)).ShouldBe(1, "one query for the offers of all plans");
        async Task<string?> Tier()
        {
            await market.Drain();
            return await market.Source.Command("SELECT tier FROM users.accounts WHERE id = $1", buyer.Account).Scalar<string>();
        }

        var orders = new List<JsonElement> { await Buy(buyer, plans[1]), await Buy(buyer, plans[0]) };
        (await Tier()).ShouldBe("premium");
        (await Offered()).Item2.ShouldBe([("standard", standard, true), ("premium", premium, true)]);
        (await buyer.Visitor.Get("/sell/plans")).Must().Html.QuerySelectorAll("main section .chip").Length.ShouldBe(2);
        (await support.Refund(orders[0].Id(), orders[0].Item())).Must(201);
        (await Tier()).ShouldBe("standard");
        (await support.Refund(orders[1].Id(), orders[1].Item())).Must(201);
        (await Tier()).ShouldBe("basic");
        (await market.Count("SELECT count(*) FROM orders.bought_tiers")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_fifty_who_want_one_of_ten_seats_alone_or_with_something_else_ten_have_one()
    {
        var seller = await Market.SignUp("Nova");
        var webinar = await seller.Publish(Ware.Webinar with { Details = new { starts_at = "2031-05-01T20:00:00+02:00", minutes = 60, seats = 10, host = "Nova", language = "fr" } }, price: 0);
        var bundle = await seller.Publish(Ware.Digital, price: 0);
        (await Opens(seller, bundle, "webinar_seat", webinar.Id())).Must(201);
        var buyers = new List<Person>();
        for (var i = 0; i < 50; i++)
        {
            var buyer = await Market.SignUp("Buyer");
            (await buyer.Visitor.AddToCart((i % 2 == 0 ? webinar : bundle).GetProperty("offers")[0].Id())).Must();
            buyers.Add(buyer);
        }

        var answers = await Task.WhenAll(buyers.Select(async b => (Buyer: b, Answer: await b.Checkout())));

        answers.Count(a => a.Answer.Status == 201).ShouldBe(10);
        answers.Where(a => a.Answer.Status != 201).ShouldAllBe(a => a.Answer.Status == 409 && (a.Answer.Code == "out_of_stock" || a.Answer.Code == "cart_has_problems"));
        (await Market.Count("SELECT count(*) FROM orders.access_held WHERE target = $1 AND sources > 0", webinar.Id().ToString())).ShouldBe(10);
        var offer = webinar.GetProperty("offers")[0].Id();
        (await Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", offer)).ShouldBe(0);
        (await buyers[0].Visitor.Get($"/p/{webinar.GetProperty("slug").GetString()}")).Must().Text.ShouldContain("sold out");
        // Fewer than are taken there cannot be; one more is one more.
        (await seller.Edit(webinar.Id(), new { details = new { starts_at = "2031-05-01T20:00:00+02:00", minutes = 60, seats = 9, host = "Nova", language = "fr" } })).MustRefuse(409, "seats_taken");
        (await seller.Edit(webinar.Id(), new { details = new { starts_at = "2031-05-01T20:00:00+02:00", minutes = 60, seats = 11, host = "Nova", language = "fr" } })).Must();
        (await Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", offer)).ShouldBe(1);
    }

    private static Task<Answer> Opens(Person seller, JsonElement product, string kind, object target) =>
        seller.Visitor.Post($"/api/v1/products/{product.Id()}/access-rules", new { target_kind = kind, target = target.ToString() });

    private static async Task<JsonElement> Buy(Person buyer, JsonElement product)
    {
        (await buyer.Visitor.AddToCart(product.GetProperty("offers")[0].Id())).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        order.State().ShouldBe("paid");
        return order;
    }

    private static async Task<List<JsonElement>> Access(Person buyer) =>
        (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").EnumerateArray().Where(a => a.GetProperty("target_kind").GetString() != "membership").ToList();

    private Task<bool> Has(Person buyer, AccessKind kind, Guid target) => Has(Market, buyer, kind, target);

    private static async Task<bool> Has(Market market, Person buyer, AccessKind kind, Guid target)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IOrders>().HasAccess(buyer.Account, kind, target.ToString());
    }

    private Task<List<bool>> Told(Person buyer, string what) => Market.Source.Command(
        "SELECT (payload ->> 'open')::boolean FROM kernel.outbox WHERE event = 'orders.access_changed' AND key = $1 ORDER BY id", $"{buyer.Account} {what}").List(r => r.GetBoolean(0));
}
