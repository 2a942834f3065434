using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>
/// What other marketplaces have published of one basket of several sellers going wrong (Spree's plan of its multi-vendor split and the faults that were found in it, Vendure, Mercur,
/// Reaction, PrestaShop, Magento), one test each: none of it happens here, for an order is never divided. Its lines are.
/// </summary>
public sealed class SplitFailureTests : MarketTest
{
    private static readonly object Paris = new { name = "Ana Silva", line1 = "12 rue des Lilas", postcode = "75011", city = "Paris", country = "FR" };

    [Fact]
    public async Task Delivery_is_paid_once_a_shop_and_not_once_a_line_nor_all_of_it_by_each()
    {
        var (one, two, buyer) = (await Stall.Open(Market, sending: 490), await Stall.Open(Market, sending: 700), await Market.SignUp("Ana"));
        var order = await Buy(buyer, one.Thing, one.Beat, two.Thing, (await one.Seller.PublishThing(5)).Offers[0]);
        Sent(order).ShouldBe([(one.Shop.Id, 490), (two.Shop.Id, 700)]);
        order.GetProperty("total").Minor().ShouldBe(2_000 + 3_000 + 2_000 + 2_000 + 490 + 700);
        (await two.Seller.Pending()).ShouldBe(2_000 - 800 + 700);
    }

    [Fact]
    public async Task Things_that_a_coupon_makes_free_are_still_sent_for_one_delivery_each()
    {
        var (one, two, buyer, finance) = (await Stall.Open(Market, sending: 490), await Stall.Open(Market, sending: 700), await Market.SignUp("Ana"), await Market.Staff(Rights.Finance));
        await Fill(buyer, one.Thing, two.Thing);
        (await buyer.Use(await finance.Coupon(null, 10_000))).Must();
        await buyer.TopUp(1_190);
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        Sent(order).ShouldBe([(one.Shop.Id, 490), (two.Shop.Id, 700)]);
        (order.GetProperty("total").Minor(), await buyer.Available()).ShouldBe((1_190, 0));
    }

    [Fact]
    public async Task A_shops_free_delivery_is_earned_by_what_is_in_its_own_parcel()
    {
        var (one, two, buyer) = (await Stall.Open(Market, sending: 490, freeFrom: 4_000), await Stall.Open(Market, sending: 700, freeFrom: 2_000), await Market.SignUp("Ana"));
        Sent(await Buy(buyer, one.Thing, one.Beat, two.Thing)).ShouldBe([(one.Shop.Id, 490)]);
    }

    [Fact]
    public async Task Delivery_of_what_was_never_sent_goes_back_with_the_last_of_it_and_stays_with_what_was_sent()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer) = (await Stall.Open(market, sending: 490), await Stall.Open(market, sending: 700), await market.SignUp("Ana"));
        await Fill(buyer, one.Thing, (await one.Seller.PublishThing(5)).Offers[0], two.Thing);
        var order = (await buyer.CheckoutParcel("sandbox_card", "tok_ok")).Must(201).Json;
        var (first, second, third) = (order.Item(), order.Item(1), order.Item(2));
        (await one.Seller.GiveBack(first)).Must(201).Json.GetProperty("data").GetArrayLength().ShouldBe(1, "the other thing may still be sent");
        (await two.Seller.Visitor.Post($"/api/v1/sales/{third}/shipment", new { })).Must();
        (await two.Seller.GiveBack(third)).Must(201).Json.GetProperty("data").GetArrayLength().ShouldBe(1, "that parcel is on its way");

        market.Clock.Walk(TimeSpan.FromDays(8));
        await buyer.SignIn();
        var back = (await buyer.CancelLine(order, second)).Must(201).Json.GetProperty("data").EnumerateArray().ToList();
        back.Select(r => (r.Minor("amount"), r.GetProperty("money_back").GetProperty("arrived").GetBoolean())).ShouldBe([(2_000, true), (490, true)], ignoreOrder: true);
        var lines = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.Lines().Where(l => l.GetProperty("kind").GetString() == "shipping");
        lines.ToDictionary(l => l.GetProperty("shop_id").GetGuid(), l => (l.State(), l.Minor("refunded"))).ShouldBe(new Dictionary<Guid, (string?, long)> { [one.Shop.Id] = ("refunded", 490), [two.Shop.Id] = ("completed", 0) }, ignoreOrder: true);
        await market.Drain();
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Text.ShouldContain("Nothing of the parcel was sent.");
        (await market.Count("SELECT count(*) FROM kernel.deliveries WHERE state = 'poisoned'")).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_order_of_three_shops_uses_its_coupon_once()
    {
        var (shops, finance) = (await Stall.Three(Market), await Market.Staff(Rights.Finance));
        var code = await finance.Coupon(null, 1_000, maxUses: 2, each: 1);
        for (var time = 0; time < 2; time++)
        {
            var buyer = await Market.SignUp("Ana");
            await Fill(buyer, [.. shops.Select(s => s.Beat)]);
            (await buyer.Use(code)).Must();
            await buyer.TopUp(8_100);
            (await buyer.Checkout()).Must(201).Json.Lines().Select(l => l.Minor("discount")).ShouldBe([300, 300, 300]);
        }

        var late = await Market.SignUp("Late");
        await Fill(late, shops[0].Beat);
        (await late.Use(code)).MustRefuse(409, "coupon_used_up");
    }

    [Fact]
    public async Task What_a_coupon_asks_at_least_is_of_the_whole_basket_and_is_not_asked_again_of_what_is_left_of_it()
    {
        var (shops, buyer, staff) = (await Stall.Three(Market), await Market.SignUp("Ana"), await Market.Staff(Rights.Finance, Rights.Support));
        await Fill(buyer, [.. shops.Select(s => s.Beat)]);
        (await buyer.Use(await staff.Coupon(null, 1_000, minimum: 9_000))).Must();
        await buyer.TopUp(8_100);
        var order = (await buyer.Checkout()).Must(201).Json;
        (await staff.Refund(order.Id(), [(order.Item(), null), (order.Item(1), null)])).Must(201);
        var line = await buyer.LineOf(order, order.Item(2));
        (line.Minor("price"), line.Minor("discount"), await buyer.Available(), await shops[2].Seller.Pending()).ShouldBe((2_700, 300, 5_400, 1_800));
    }

    [Fact]
    public async Task A_shops_coupon_makes_no_other_shops_line_cheaper_and_no_delivery()
    {
        var (one, two, buyer) = (await Stall.Open(Market, sending: 490), await Stall.Open(Market), await Market.SignUp("Ana"));
        await Fill(buyer, one.Thing, one.Beat, two.Beat);
        (await buyer.Use(await one.Seller.Coupon(one.Shop, 5_000))).Must();
        await buyer.TopUp(5_990);
        (await buyer.CheckoutParcel()).Must(201).Json.Lines().Select(l => (l.Minor("price"), l.Minor("discount"))).ShouldBe([(1_000, 1_000), (1_500, 1_500), (3_000, 0), (490, 0)]);
        (await two.Seller.Pending()).ShouldBe(1_800);
    }

    [Fact]
    public async Task A_use_of_a_coupon_does_not_come_back_while_something_that_it_made_free_is_kept()
    {
        var (one, two, buyer, staff) = (await Stall.Open(Market), await Stall.Open(Market), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var code = await one.Seller.Coupon(one.Shop, 10_000, maxUses: 1);
        await Fill(buyer, one.Beat, two.Beat);
        (await buyer.Use(code)).Must();
        await buyer.TopUp(3_000);
        var order = (await buyer.Checkout()).Must(201).Json;
        (await staff.Refund(order.Id(), order.Item(1))).Must(201);
        (await buyer.LineOf(order)).State().ShouldBe("available");
        await Fill(buyer, (await one.Seller.PublishBeat()).Offer);
        (await buyer.Use(code)).MustRefuse(409, "coupon_used_up");
    }

    [Fact]
    public async Task The_cent_that_three_shops_cannot_share_is_with_one_of_them_in_discount_and_fee_alike()
    {
        await using var market = await OwnMarket.Open();
        var (buyer, staff) = (await market.SignUp("Ana"), await market.Staff(Rights.Finance, Rights.Support));
        foreach (var price in new[] { 3_333, 3_333, 3_334 }) (await buyer.AddToCart(await (await market.SignUp("Nova")).PublishBeat(price: price))).Must();
        var code = CouponSteps.Fresh();
        (await staff.Visitor.Post("/api/v1/coupons", new { code, amount = new { amount = 1_001, currency = "EUR" } })).Must(201);
        (await buyer.Use(code)).Must();
        var order = (await buyer.CheckoutByCard()).Must(201).Json;
        order.Lines().Select(l => l.Minor("discount")).Order().ShouldBe([333, 334, 334]);
        order.GetProperty("total").Minor().ShouldBe(8_999);
        (await market.Source.Command("SELECT fee FROM orders.order_items ORDER BY fee").List(r => r.GetInt64(0))).ShouldBe([97, 97, 97], "2.9 % and 0.30 of one payment");
        foreach (var part in new long?[] { 1_001, 1, null }) (await staff.Refund(order.Id(), order.Lines().Select(l => (l.Id(), part)))).Must(201);
        foreach (var kind in new[] { "expense_coupon", "revenue_commission", "user_pending", "order_funding", "refund_transit" }) (await market.Balance(kind)).ShouldBe(0, kind);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_sends_first_takes_no_more_of_the_card_and_nor_does_who_sends_last()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer) = (await Stall.Open(market), await Stall.Open(market), await market.SignUp("Ana"));
        await Fill(buyer, one.Thing, two.Thing);
        var order = (await buyer.CheckoutParcel("sandbox_card", "tok_ok")).Must(201).Json;
        foreach (var (seller, line) in new[] { (two.Seller, 1), (one.Seller, 0) }) (await seller.Visitor.Post($"/api/v1/sales/{order.Item(line)}/shipment", new { })).Must();
        (await market.Source.Command("SELECT amount FROM wallet.sandbox_charges").List(r => r.GetInt64(0))).ShouldBe([4_000]);
        (await market.Balance("order_funding", reference: order.Id().ToString())).ShouldBe(0, "all of it was the sellers' at once");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_a_provider_tells_twice_and_a_form_that_is_sent_twice_neither_sell_again_nor_send_the_money_back()
    {
        await using var market = await OwnMarket.Open();
        var (shops, buyer, key) = (await Stall.Three(market), await market.SignUp("Ana"), WalletSteps.Key());
        await Fill(buyer, [.. shops.Select(s => s.Beat)]);
        var order = (await buyer.CheckoutByCard("tok_timeout", key)).Must(201).Json;
        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.HearSandbox();
        await market.Run<SweepPayments>();
        await market.Sandbox(async voices => await voices.Tell("payment.captured", payment: await market.PaymentOf(order.Id())));
        await market.HearSandbox();
        var again = (await buyer.CheckoutByCard("tok_timeout", key)).Must(201).Json;
        (again.Id(), again.State(), again.GetProperty("money_returned_at").ValueKind).ShouldBe((order.Id(), "paid", JsonValueKind.Null));
        foreach (var shop in shops) (await shop.Seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await market.Count("SELECT count(*) FROM orders.orders"), await market.Count("SELECT count(*) FROM wallet.sandbox_charges"), await market.Count("SELECT count(*) FROM wallet.sandbox_refunds")).ShouldBe((1, 1, 0));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Another_try_to_pay_shares_the_processors_fee_anew_and_nothing_else()
    {
        var (shops, buyer) = (await Stall.Three(Market), await Market.SignUp("Ana"));
        await Fill(buyer, [.. shops.Select(s => s.Beat)]);
        var order = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        await buyer.TopUp(9_000);
        (await buyer.Pay(order.Id())).Must(201).Json.State().ShouldBe("paid");
        foreach (var shop in shops) (await shop.Seller.Pending()).ShouldBe(1_800);
    }

    [Fact]
    public async Task A_refund_is_given_by_the_seller_of_its_line_and_the_market_and_by_no_other_seller()
    {
        await using var market = await OwnMarket.Open();
        var (shops, buyer, staff) = (await Stall.Three(market), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await Buy(buyer, [.. shops.Select(s => s.Beat)]);
        (await staff.Refund(order.Id(), order.Item(1), 1_000)).Must(201);
        (await shops[0].Seller.Pending(), await shops[1].Seller.Pending(), await shops[2].Seller.Pending()).ShouldBe((1_800, 1_200, 1_800));
        (await market.Balance("revenue_commission")).ShouldBe(3_600 - 400);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_line_gives_back_no_more_than_it_is_though_the_payment_has_more()
    {
        var (shops, buyer, staff) = (await Stall.Three(Market), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await Buy(buyer, [.. shops.Select(s => s.Beat)]);
        (await staff.Refund(order.Id(), order.Item(), 3_001)).MustRefuse(409, "refund_too_high");
        (await shops[0].Seller.GiveBack(order.Item())).Must(201);
        (await shops[0].Seller.GiveBack(order.Item(), 1)).MustRefuse(409, "nothing_to_refund");
        (await buyer.Available()).ShouldBe(3_000);
    }

    [Fact]
    public async Task One_shop_that_cancels_its_part_leaves_the_others_paid_and_the_order_is_done_with_theirs()
    {
        var (one, two, buyer) = (await Stall.Open(Market), await Stall.Open(Market), await Market.SignUp("Ana"));
        var order = await Buy(buyer, one.Thing, two.Thing);
        (await one.Seller.GiveBack(order.Item())).Must(201);
        (await buyer.LineOf(order, order.Item(1))).State().ShouldBe("paid");
        (await two.Seller.Visitor.Post($"/api/v1/sales/{order.Item(1)}/shipment", new { })).Must();
        (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{order.Item(1)}/receipt")).Must();
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("completed");
        (await buyer.Available(), await one.Seller.Pending(), await two.Seller.Pending()).ShouldBe((2_000, 0, 1_200));
    }

    [Fact]
    public async Task Stock_comes_back_with_its_own_line_and_not_with_a_part_of_it()
    {
        var (one, two, buyer, staff) = (await Stall.Open(Market), await Stall.Open(Market), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await Buy(buyer, one.Thing, two.Thing);
        Task<long> OnHand(Guid thing) => Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", thing);
        (await staff.Refund(order.Id(), [(order.Item(), 1_999), (order.Item(1), 1)])).Must(201);
        (await OnHand(one.Thing), await OnHand(two.Thing)).ShouldBe((4, 4));
        (await staff.Refund(order.Id(), order.Item())).Must(201);
        (await OnHand(one.Thing), await OnHand(two.Thing)).ShouldBe((5, 4));
    }

    [Fact]
    public async Task A_refund_goes_by_the_rates_of_the_sale_whatever_they_are_today()
    {
        await using var market = await OwnMarket.Open();
        var (shops, buyer, staff) = (await Stall.Three(market), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        await Fill(buyer, [.. shops.Select(s => s.Beat)]);
        await buyer.TopUp(9_000);
        var order = (await buyer.CheckoutIn("FR")).Must(201).Json;
        (await market.Balance("tax_payable", reference: "FR"), await market.Balance("revenue_commission")).ShouldBe((1_500, 3_000));

        (await staff.Visitor.Put("/api/v1/tax-rates", new { country = "FR", kind = "electronic", percent = 2, from_day = "2026-03-03", note = "The law." })).Must();
        foreach (var shop in shops) await market.SetTier(shop.Seller.Account, SellerTier.Ultimate);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await staff.SignIn();
        (await staff.Refund(order.Id(), order.Item(), 1_500)).Must(201);
        (await market.Balance("tax_payable", reference: "FR"), await market.Balance("revenue_commission")).ShouldBe((1_250, 2_500));
        (await staff.Refund(order.Id(), order.Lines().Select(l => (l.Id(), (long?)null)))).Must(201);
        (await market.Balance("tax_payable", reference: "FR"), await market.Balance("revenue_commission"), await market.Balance("user_pending")).ShouldBe((0, 0, 0));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Commission_is_taken_of_neither_tax_nor_delivery()
    {
        await using var market = await OwnMarket.Open();
        var (one, buyer) = (await Stall.Open(market, thing: 2_400, sending: 600), await market.SignUp("Ana"));
        await Fill(buyer, one.Thing);
        await buyer.TopUp(3_000);
        (await buyer.CheckoutParcel(to: Paris)).Must(201).Json.Lines().Select(l => l.GetProperty("tax").Minor("amount")).ShouldBe([400, 100]);
        (await market.Balance("revenue_commission"), await market.Balance("tax_payable", reference: "FR"), await one.Seller.Pending()).ShouldBe((800, 500, 2_400 - 400 - 800 + 500));
    }

    [Fact]
    public async Task Prices_of_two_currencies_are_never_one_sum()
    {
        await using var market = await OwnMarket.Open();
        var (one, other, buyer) = (await Stall.Open(market), await market.SignUp("Dolly"), await market.SignUp("Ana"));
        var dollars = await other.PublishBeat(price: 5_000, currency: "USD");
        await Fill(buyer, one.Beat, dollars.Offer);
        (await buyer.CheckoutByCard()).MustRefuse(409, "two_currencies");
        foreach (var currency in new[] { "EUR", "USD" })
            (await buyer.Checkout("sandbox_card", "tok_ok", currency: currency)).Must(201).Json.GetProperty("total").GetProperty("currency").GetString().ShouldBe(currency);
        (await one.Seller.Pending(), await one.Seller.Pending("USD"), await other.Pending("USD")).ShouldBe((3_000 - 1_200 - 117, 0, 5_000 - 2_000 - 175));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_sellers_money_waits_for_their_own_line_and_for_no_other_sellers()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer) = (await Stall.Open(market), await Stall.Open(market), await market.SignUp("Ana"));
        await Buy(buyer, one.Beat, two.Thing);
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        foreach (var seller in new[] { one.Seller, two.Seller }) await seller.SignIn();
        (await one.Seller.Available(), await two.Seller.Available(), await two.Seller.Pending()).ShouldBe((1_800, 0, 1_200));
        await market.Destination(two.Seller);
        (await two.Seller.AskPayout(1_200)).MustRefuse(409, "insufficient_funds");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_seller_sees_hears_of_and_moves_their_own_lines_alone()
    {
        var (one, two, buyer) = (await Stall.Open(Market, sending: 490), await Stall.Open(Market, sending: 700), await Market.SignUp("Ana"));
        var order = await Buy(buyer, one.Thing, two.Thing, two.Beat);
        await Market.Drain();
        (await one.Seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().Select(s => s.Id()).ShouldBe([order.Item(), order.Item(3)], ignoreOrder: true, "its thing and its delivery");
        (await one.Seller.Visitor.Get("/api/v1/sales/parcels")).Must().Json.GetProperty("data").EnumerateArray().Select(p => p.Id()).ShouldBe([order.Item()]);
        foreach (var seller in new[] { one.Seller, two.Seller }) (await seller.Told("sale")).ShouldHaveSingleItem();
        (await one.Seller.Told("sale")).Single().GetRawText().ShouldNotContain(order.Lines()[1].GetProperty("title").GetString()!);
        (await buyer.Told("order_paid")).ShouldHaveSingleItem();
        (await one.Seller.Visitor.Get($"/api/v1/orders/{order.Id()}")).MustRefuse(404, "not_found");
        (await one.Seller.Visitor.Post($"/api/v1/sales/{order.Item(1)}/shipment", new { })).MustRefuse(404, "not_found");
        (await one.Seller.GiveBack(order.Item(1))).MustRefuse(404, "not_found");
        (await one.Seller.Visitor.Get((await buyer.InvoiceOf(order.Id())))).Must(404);
    }

    [Fact]
    public async Task What_is_refunded_whole_reads_so_to_buyer_and_sellers_and_is_not_done_by_it()
    {
        var (one, two, buyer, staff) = (await Stall.Open(Market, sending: 490), await Stall.Open(Market), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await Buy(buyer, one.Thing, two.Thing);
        (await staff.Refund(order.Id(), [(order.Item(), null), (order.Item(1), null)])).Must(201);
        var seen = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        (seen.State(), seen.Minor("refunded"), await buyer.Available()).ShouldBe(("paid", 4_490, 4_490));
        seen.Lines().ShouldAllBe(l => l.State() == "refunded");
        seen.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldNotContain("completed");
        (await buyer.Visitor.Get("/orders")).Must().Html.QuerySelector("tbody td[data-label=State]")!.TextContent.Trim().ShouldBe("Refunded");
        foreach (var shop in new[] { one, two }) (await shop.Seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().ShouldAllBe(s => s.State() == "refunded");
    }

    [Fact]
    public async Task What_a_bank_takes_back_of_the_payment_each_line_bears_by_what_it_is()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer) = (await Stall.Open(market), await Stall.Open(market), await market.SignUp("Ana"));
        await Fill(buyer, one.Beat, two.Thing);
        var order = (await buyer.CheckoutParcel("sandbox_card", "tok_ok")).Must(201).Json;
        var (_, reference) = await market.Disputed(order.Id(), 1_001);
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.Lines().Select(l => l.Minor("disputed")).ShouldBe([601, 400]);
        await market.Decide(reference, won: true);
        (await one.Seller.Pending(), await two.Seller.Pending()).ShouldBe((3_000 - 1_200 - 105, 2_000 - 800 - 70));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_renews_of_a_basket_is_its_plan_at_its_own_price_without_the_coupon_and_the_rest()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer, finance) = (await Stall.Open(market), await Stall.Open(market, sending: 490), await market.SignUp("Ana"), await market.Staff(Rights.Finance));
        var (_, plans) = await one.Seller.PublishPlans(null, ("month", 900, new { }));
        await Fill(buyer, one.Beat, plans[0], two.Thing);
        (await buyer.Use(await finance.Coupon(null, 5_000))).Must();
        await buyer.TopUp(10_000);
        (await buyer.CheckoutParcel()).Must(201).Json.GetProperty("total").Minor().ShouldBe(1_500 + 450 + 1_000 + 490);
        await market.At(market.Clock.GetUtcNow().AddMonths(1));
        await buyer.SignIn();
        var renewal = (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0];
        (renewal.Minor("total"), renewal.GetProperty("lines").GetArrayLength()).ShouldBe((900, 1));
        (await two.Seller.Visitor.Get("/api/v1/sales")).Must(401);
        (await market.Count("SELECT count(*) FROM orders.order_items WHERE seller = $1", two.Seller.Account)).ShouldBe(2);
        await market.BooksMustHold();
    }

    private static async Task Fill(Person buyer, params Guid[] offers)
    {
        foreach (var offer in offers) (await buyer.Visitor.AddToCart(offer)).Must();
    }

    /// <summary>From a wallet filled for it, sent to where nothing is taxed.</summary>
    private static async Task<JsonElement> Buy(Person buyer, params Guid[] offers)
    {
        await Fill(buyer, offers);
        await buyer.TopUp((await buyer.Visitor.Get("/api/v1/cart?country=CH")).Must().Json.GetProperty("totals")[0].Minor());
        var order = (await buyer.CheckoutParcel()).Must(201).Json;
        (await buyer.Available()).ShouldBe(0);
        return order;
    }

    /// <summary>What each shop was paid for sending.</summary>
    private static List<(Guid Shop, long Price)> Sent(JsonElement order) =>
        order.Lines().Where(l => l.GetProperty("kind").GetString() == "shipping").Select(l => (l.GetProperty("shop_id").GetGuid(), l.Minor("price"))).ToList();

    /// <summary>A shop with a beat and five of a thing.</summary>
    private sealed record Stall(Person Seller, Shop Shop, Guid Beat, Guid Thing)
    {
        /// <param name="sending">Minor units, to everywhere; null: for nothing.</param>
        /// <param name="freeFrom">From which worth of a parcel on it is sent for nothing.</param>
        public static async Task<Stall> Open(Market market, long thing = 2_000, long? sending = null, long? freeFrom = null)
        {
            var seller = await market.SignUp("Nova");
            var shop = await seller.OpenShop();
            if (sending is { } price) (await seller.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new { rates = new[] { new { price = Eur(price), free_from = freeFrom is { } from ? Eur(from) : null } } })).Must();
            return new Stall(seller, shop, (await seller.PublishBeat(price: 3_000)).Offer, (await seller.PublishThing(5, thing)).Offers[0]);
        }

        public static async Task<IReadOnlyList<Stall>> Three(Market market) => [await Open(market), await Open(market), await Open(market)];

        private static object Eur(long minor) => new { amount = minor, currency = "EUR" };
    }
}
