using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>A code that takes something off: counted once, shared to the cent, paid by who made it, and given back once.</summary>
public sealed class CouponTests : MarketTest
{
    [Fact]
    public async Task Ten_off_three_thirds_is_shared_by_largest_remainder_and_the_shop_earns_less()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var shop = await seller.OpenShop();
        var beats = new List<PublishedBeat>();
        foreach (var price in new[] { 3_333, 3_333, 3_334 }) beats.Add(await seller.PublishBeat(price: price));
        var coupon = await seller.Coupon(shop, new { amount = 1_000, currency = "EUR" });
        foreach (var beat in beats) (await buyer.AddToCart(beat)).Must();

        (await buyer.Use("NO-SUCH")).MustRefuse(409, "coupon_unknown");
        var cart = (await buyer.Use(coupon.ToLowerInvariant())).Must().Json;
        cart.GetProperty("totals")[0].Minor().ShouldBe(9_000);
        cart.GetProperty("baskets")[0].GetProperty("discount").Minor().ShouldBe(1_000);
        await buyer.TopUp(9_000);
        var order = (await buyer.Checkout()).Must(201).Json;
        order.GetProperty("total").Minor().ShouldBe(9_000);
        order.Lines().Select(l => l.GetProperty("discount").Minor()).ShouldBe([333, 333, 334]);
        (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("coupon").ValueKind.ShouldBe(JsonValueKind.Null);

        // Tier basic: 40 % of what was paid.
        var sales = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        sales.Select(s => (s.GetProperty("gross").Minor(), s.GetProperty("share").Minor(), s.GetProperty("coupon").Minor())).ShouldBe([(3_000, 1_800, 0), (3_000, 1_800, 0), (3_000, 1_800, 0)]);
    }

    [Fact]
    public async Task What_the_market_takes_off_its_seller_earns_all_the_same_and_every_partial_refund_unwinds_it()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support), await market.Staff(Rights.Finance));
        var beat = await seller.PublishBeat(price: 9_999);
        (await seller.Visitor.Post("/api/v1/coupons", new { code = "MARKET1", percent = 1_500 })).MustRefuse(403, "forbidden");
        var code = await finance.Coupon(null, 1_500);
        (await buyer.AddToCart(beat)).Must();
        (await buyer.Use(code)).Must();
        await buyer.TopUp(8_499);
        var order = (await buyer.Checkout()).Must(201).Json;
        order.GetProperty("total").Minor().ShouldBe(8_499);
        (await market.Balance("expense_coupon")).ShouldBe(-1_500);
        (await seller.Pending()).ShouldBe(9_999 - 4_000);
        await market.BooksMustHold();

        foreach (var part in new long?[] { 33, 2_000, null })
        {
            (await staff.Refund(order.Id(), order.Item(), part)).Must(201);
            await market.BooksMustHold();
        }

        foreach (var leg in new[] { "expense_coupon", "revenue_commission", "user_pending" }) (await market.Balance(leg)).ShouldBe(0, leg);
        (await buyer.Available()).ShouldBe(8_499);
        (await finance.Visitor.Get("/api/v1/admin/coupons")).Must().Json.GetProperty("data")[0].GetProperty("uses").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_coupon_of_a_hundred_percent_pays_the_seller_and_asks_nothing_of_the_buyer()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance));
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        (await buyer.Use(await finance.Coupon(null, 10_000))).Must();
        (await buyer.Checkout()).Must(201).Json.State().ShouldBe("paid");
        (await seller.Pending()).ShouldBe(600);
        (await market.Balance("expense_coupon")).ShouldBe(-1_000);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Of_fifty_who_want_the_last_use_one_has_it_and_the_others_hear_it_before_they_pay()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var shop = await seller.OpenShop();
        var beat = await seller.PublishBeat(price: 1_000);
        var code = await seller.Coupon(shop, 1_000, maxUses: 1);
        var buyers = new List<Person>();
        for (var i = 0; i < 50; i++) buyers.Add(await market.SignUp());
        foreach (var buyer in buyers)
        {
            await buyer.TopUp(1_000);
            (await buyer.AddToCart(beat)).Must();
            (await buyer.Use(code)).Must();
        }

        var answers = await Task.WhenAll(buyers.Select(b => b.Checkout()));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        foreach (var answer in answers.Where(a => a.Status != 201)) answer.MustRefuse(409, "coupon_used_up");
        (await market.Count("SELECT count(*) FROM orders.orders")).ShouldBe(1);
        (await market.Count("SELECT sum(balance)::bigint FROM wallet.account_balances b JOIN wallet.accounts a ON a.id = b.account_id AND a.kind = 'user_available'")).ShouldBe(49_100);

        // Who hears it, buys without it; the cart is as it was.
        var late = buyers[answers.ToList().FindIndex(a => a.Status != 201)];
        (await late.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("coupon_used_up");
        (await late.Visitor.Delete("/api/v1/cart/coupon")).Must(204);
        (await late.Checkout()).Must(201).Json.GetProperty("total").Minor().ShouldBe(1_000);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_expired_order_gives_its_use_back_and_money_that_comes_late_takes_it_again_or_goes_back()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, quick) = (await market.SignUp("Nova"), await market.SignUp("Late"), await market.SignUp("Quick"));
        var shop = await seller.OpenShop();
        var (there, gone) = (await seller.Coupon(shop, 1_000, maxUses: 1), await seller.Coupon(shop, 1_000, maxUses: 1));
        async Task<Guid> Lost(string code)
        {
            (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
            (await buyer.Use(code)).Must();
            return (await buyer.CheckoutByCard("tok_timeout")).Must(201).Json.Id();
        }

        Task<long> Uses() => market.Count("SELECT sum(uses) FROM orders.coupons");
        var (first, second) = (await Lost(there), await Lost(gone));
        (await Uses()).ShouldBe(2);
        market.Clock.Walk(TimeSpan.FromMinutes(31));
        await Task.WhenAll(market.Run<ExpireOrders>(), market.Run<ExpireOrders>());
        (await Uses()).ShouldBe(0);
        await quick.TopUp(900);
        (await quick.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        (await quick.Use(gone)).Must();
        (await quick.Checkout()).Must(201);

        await market.Run<SweepPayments>();
        await market.Drain();
        (await buyer.Visitor.Get($"/api/v1/orders/{first}")).Must().Json.State().ShouldBe("paid");
        (await buyer.Visitor.Get($"/api/v1/orders/{second}")).Must().Json.GetProperty("money_returned_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await Uses()).ShouldBe(2);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task It_has_its_window_its_least_order_its_shop_and_its_limit_a_buyer()
    {
        await using var market = await OwnMarket.Open();
        var (seller, other, buyer) = (await market.SignUp("Nova"), await market.SignUp("Delia"), await market.SignUp("Ana"));
        var (shop, elsewhere) = (await seller.OpenShop(), await other.OpenShop());
        var (beat, foreign) = (await seller.PublishBeat(price: 1_000), await other.PublishBeat(price: 5_000));
        await buyer.TopUp(20_000);
        (await other.Visitor.Post("/api/v1/coupons", new { code = "STOLEN", shop_id = shop.Id, percent = 1_000 })).MustRefuse(404, "not_found");
        (await seller.Visitor.Post("/api/v1/coupons", new { code = "BOTH-WAYS", shop_id = shop.Id, percent = 1_000, amount = new { amount = 100, currency = "EUR" } })).MustRefuse(422, "invalid");
        (await seller.Visitor.Post("/api/v1/coupons", new { code = "YENS", shop_id = shop.Id, amount = new { amount = 100, currency = "JPY" } })).MustRefuse(422, "invalid");

        var once = await seller.Coupon(shop, 1_000, each: 1);
        (await seller.Visitor.Post("/api/v1/coupons", new { code = once, shop_id = shop.Id, percent = 1_000 })).MustRefuse(409, "coupon_taken");
        (await buyer.AddToCart(foreign)).Must();
        (await buyer.Use(once)).MustRefuse(409, "coupon_not_for_this");
        (await buyer.AddToCart(beat)).Must();
        (await buyer.Use(await seller.Coupon(shop, 1_000, minimum: 1_001))).MustRefuse(409, "coupon_minimum");
        (await buyer.Use(await seller.Coupon(shop, 1_000, starts: market.Clock.GetUtcNow().AddHours(1)))).MustRefuse(409, "coupon_too_early");
        var soon = await seller.Coupon(shop, 1_000, ends: market.Clock.GetUtcNow().AddHours(1));
        var stopped = (await seller.Visitor.Post("/api/v1/coupons", new { code = "STOPPED", shop_id = shop.Id, percent = 5_000 })).Must(201).Json;
        (await other.Visitor.Post($"/api/v1/coupons/{stopped.Id()}/stop")).MustRefuse(404, "not_found");
        (await seller.Visitor.Post($"/api/v1/coupons/{stopped.Id()}/stop")).Must();
        (await buyer.Use("STOPPED")).MustRefuse(409, "coupon_over");
        (await buyer.Use(soon)).Must();
        market.Clock.Walk(TimeSpan.FromHours(2));
        (await buyer.Checkout()).MustRefuse(409, "coupon_over");

        // Its shop's line alone gets cheaper.
        (await buyer.Use(once)).Must();
        var order = (await buyer.Checkout()).Must(201).Json;
        order.Lines().ToDictionary(l => l.GetProperty("product_id").GetGuid(), l => l.GetProperty("discount").Minor()).ShouldBe(new Dictionary<Guid, long> { [beat.Product] = 100, [foreign.Product] = 0 }, ignoreOrder: true);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        (await buyer.Use(once)).MustRefuse(409, "coupon_used_by_you");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task By_page_a_seller_makes_one_and_a_buyer_uses_it()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await seller.OpenShop();
        var beat = await seller.PublishBeat(price: 2_000);
        var code = CouponSteps.Fresh();
        (await seller.Visitor.Submit("/sell/coupons", "aside form", new Dictionary<string, string?> { ["Input.Code"] = code, ["Input.Off"] = "no sum" })).Must(422);
        (await seller.Visitor.Submit("/sell/coupons", "aside form", new Dictionary<string, string?> { ["Input.Code"] = code, ["Input.Off"] = "12,5 %" })).Must(302);
        (await seller.Visitor.Get("/sell/coupons")).Must().Text.ShouldContain(code);
        (await buyer.AddToCart(beat)).Must();
        (await buyer.Visitor.Submit("/cart", "form[action*='handler=Coupon']", new Dictionary<string, string?> { ["code"] = code })).Must(302);
        var cart = (await buyer.Visitor.Get("/cart")).Must().Html.Body!.TextContent;
        cart.ShouldContain("€17.50");
        (await buyer.Visitor.Get("/checkout")).Must().Html.Body!.TextContent.ShouldContain("€17.50");
        (await buyer.Visitor.Submit("/cart", "form[action*='handler=NoCoupon']", new Dictionary<string, string?>())).Must(302);
        (await buyer.Visitor.Get("/cart")).Must().Html.Body!.TextContent.ShouldContain("€20.00");
    }
}
