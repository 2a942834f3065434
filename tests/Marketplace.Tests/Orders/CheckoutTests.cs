using System.Text.Json;
using Marketplace.Catalog;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

public sealed class CheckoutTests : MarketTest
{
    [Fact]
    public async Task A_wallet_pays_at_once_and_every_cent_has_its_place()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 2_999);
        var order = await buyer.Buy(beat);

        (await buyer.Available()).ShouldBe(0);
        (await seller.Pending()).ShouldBe(1_799);      // 40 % of 29.99 is 12.00 (11.996); a wallet costs nothing
        order.GetProperty("payment").GetProperty("method").GetString().ShouldBe("wallet");
        order.GetProperty("items")[0].State().ShouldBe("available");
        order.GetProperty("items")[0].GetProperty("files").GetArrayLength().ShouldBe(1);
        order.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString()).ShouldBe(["placed", "paid", "available"]);
        (await Market.Balance("order_funding", reference: order.Id().ToString())).ShouldBe(0);
        (await Market.Count("SELECT count(*) FROM wallet.accounts WHERE kind = 'order_funding' AND reference = $1", order.Id().ToString())).ShouldBe(1);

        var read = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        read.GetProperty("number").GetInt64().ShouldBe(order.GetProperty("number").GetInt64());
        JsonSerializer.Serialize(read.GetProperty("items")).ShouldBe(JsonSerializer.Serialize(order.GetProperty("items")));
        (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data")[0].GetProperty("item").GetProperty("product_id").GetGuid().ShouldBe(beat.Product);
        var sale = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data")[0];
        sale.GetProperty("share").GetProperty("amount").GetInt64().ShouldBe(1_799);
        sale.GetProperty("commission").GetProperty("amount").GetInt64().ShouldBe(1_200);
    }

    [Fact]
    public async Task A_card_pays_and_its_fee_is_shared_by_the_lines()
    {
        var (one, two, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await one.PublishBeat(price: 1_000))).Must();
        (await buyer.AddToCart(await two.PublishBeat(price: 3_000))).Must();

        var order = (await buyer.CheckoutByCard()).Must(201).Json;

        order.State().ShouldBe("paid");
        order.GetProperty("payment").State().ShouldBe("captured");
        // 2.9 % + 0.30 of 40.00 is 1.46: 0.37 and 1.09 (36.5 and 109.5: the tie goes to the first)
        (await one.Pending()).ShouldBe(1_000 - 400 - 37);
        (await two.Pending()).ShouldBe(3_000 - 1_200 - 109);
        await Market.Drain();
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("timeline").EnumerateArray().Count(t => t.GetProperty("what").GetString() == "paid").ShouldBe(1);
    }

    [Fact]
    public async Task Twenty_at_once_with_one_key_make_one_order()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(5_000);
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        var key = WalletSteps.Key();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.Checkout(key: key)));

        answers.Select(a => a.Must(201).Json.Id()).Distinct().Count().ShouldBe(1);
        answers.Count(a => a.Replayed).ShouldBe(19);
        (await Market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1", buyer.Account)).ShouldBe(1);
        (await buyer.Available()).ShouldBe(3_000);
        (await buyer.Checkout("sandbox_card", "tok_ok", key)).MustRefuse(422, "idempotency_key_reuse");
        (await buyer.Visitor.Post("/api/v1/checkout", new { payment_method = "wallet" })).MustRefuse(400, "idempotency_key_missing");
    }

    [Fact]
    public async Task Sixteen_at_once_with_one_key_charge_a_card_once()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        var key = WalletSteps.Key();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => buyer.CheckoutByCard(key: key)));

        answers.Select(a => a.Must(201).Json.Id()).Distinct().Count().ShouldBe(1);
        (await buyer.CheckoutByCard(key: key)).Must(201).Json.State().ShouldBe("paid");
        (await Market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1", buyer.Account)).ShouldBe(1);
        (await seller.Pending()).ShouldBe(2_000 - 800 - 88);
    }

    [Fact]
    public async Task Two_checkouts_of_one_cart_at_once_make_one_order()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(5_000);
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => buyer.Checkout()));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "cart_empty");
        (await buyer.Available()).ShouldBe(3_000);
    }

    [Fact]
    public async Task Thirty_two_buyers_with_money_for_one_of_two_orders_pay_exactly_one_each()
    {
        var seller = await Market.SignUp("Nova");
        var (first, second) = (await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 1_000));
        var buyers = new List<(Person Buyer, Guid Unpaid)>();
        for (var i = 0; i < 32; i++)
        {
            var buyer = await Market.SignUp("Buyer");
            await buyer.TopUp(1_000);
            (await buyer.AddToCart(first)).Must();
            var unpaid = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
            unpaid.State().ShouldBe("pending");
            (await buyer.AddToCart(second)).Must();
            buyers.Add((buyer, unpaid.Id()));
        }

        var answers = await Task.WhenAll(buyers.Select(async b => (b.Buyer, Answers: await Task.WhenAll(b.Buyer.Pay(b.Unpaid), b.Buyer.Checkout()))));

        foreach (var (buyer, both) in answers)
        {
            both.Count(a => a.Status == 201 && a.Json.State() == "paid").ShouldBe(1, string.Join('\n', both.Select(a => a.Text)));
            both.Single(a => a.Status != 201).MustRefuse(409, "insufficient_funds");
            (await buyer.Available()).ShouldBe(0);
        }

        (await seller.Pending()).ShouldBe(32 * 600);
    }

    [Fact]
    public async Task Two_sellers_in_opposite_order_never_block_each_other()
    {
        var (one, two) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"));
        PublishedBeat[] ones = [await one.PublishBeat(price: 1_000), await one.PublishBeat(price: 1_000), await one.PublishBeat(price: 1_000)];
        PublishedBeat[] twos = [await two.PublishBeat(price: 1_000), await two.PublishBeat(price: 1_000), await two.PublishBeat(price: 1_000)];
        var buyers = new List<Person>();
        for (var i = 0; i < 16; i++)
        {
            var buyer = await Market.SignUp("Buyer");
            await buyer.TopUp(6_000);
            buyers.Add(buyer);
        }

        for (var round = 0; round < 3; round++)
        {
            foreach (var (buyer, i) in buyers.Select((b, i) => (b, i)))
            {
                foreach (var beat in i % 2 == 0 ? new[] { ones[round], twos[round] } : [twos[round], ones[round]]) (await buyer.AddToCart(beat)).Must();
            }

            foreach (var answer in await Task.WhenAll(buyers.Select(b => b.Checkout()))) answer.Must(201).Json.State().ShouldBe("paid");
        }

        (await one.Pending()).ShouldBe(16 * 3 * 600);
        (await two.Pending()).ShouldBe(16 * 3 * 600);
        foreach (var buyer in buyers) (await buyer.Available()).ShouldBe(0);
    }

    [Fact]
    public async Task A_declined_card_leaves_an_order_that_can_be_paid_in_another_way()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();

        var order = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        order.State().ShouldBe("pending");
        order.GetProperty("payment").GetProperty("failure_code").GetString().ShouldBe("card_declined");
        order.GetProperty("expires_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await buyer.Pay(order.Id())).MustRefuse(409, "insufficient_funds");
        (await buyer.Pay(order.Id(), "carrier_pigeon")).MustRefuse(422, "payment_method_unknown");
        (await buyer.Pay(order.Id(), "sandbox_card", "4111 1111 1111 1111")).MustRefuse(422, "card_number_refused");
        await buyer.TopUp(2_000);
        var paid = (await buyer.Pay(order.Id())).Must(201).Json;
        paid.State().ShouldBe("paid");
        paid.GetProperty("payment").GetProperty("method").GetString().ShouldBe("wallet");
        (await buyer.Pay(order.Id())).MustRefuse(409, "order_paid");
        await Market.Drain();

        (await seller.Pending()).ShouldBe(1_200);      // the card's fee went with the card
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("paid");
        (await Market.Count("SELECT count(*) FROM orders.order_events WHERE order_id = $1 AND what = 'paid'", order.Id())).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_decline_another_card_pays()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        var order = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        await Market.Drain();
        var key = WalletSteps.Key();
        var paid = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => buyer.Pay(order.Id(), "sandbox_card", "tok_ok", key)));
        paid.ShouldAllBe(p => p.Status == 201);
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString())
            .ShouldBe(["placed", "payment_started", "payment_failed", "payment_started", "paid", "available"]);
        (await seller.Pending()).ShouldBe(2_000 - 800 - 88);
    }

    [Fact]
    public async Task A_lost_answer_is_found_by_the_sweep_and_paid_once()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        var key = WalletSteps.Key();
        var order = (await buyer.CheckoutByCard("tok_timeout", key)).Must(201).Json;
        order.State().ShouldBe("pending");
        order.GetProperty("payment").State().ShouldBe("unknown");
        (await buyer.Pay(order.Id(), "sandbox_card", "tok_ok")).MustRefuse(409, "payment_in_progress");

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepPayments>();
        await market.Drain();

        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("paid");
        (await buyer.CheckoutByCard("tok_timeout", key)).Must(201).Json.State().ShouldBe("paid");
        (await seller.Pending()).ShouldBe(2_000 - 800 - 88);
        (await market.Count("SELECT count(*) FROM wallet.sandbox_charges")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Unpaid_orders_expire_and_money_that_comes_late_still_pays_them()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (one, two) = (await seller.PublishBeat(price: 2_000), await seller.PublishBeat(price: 2_000));
        (await buyer.AddToCart(one)).Must();
        var declined = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json.Id();
        (await buyer.AddToCart(two)).Must();
        var late = (await buyer.CheckoutByCard("tok_timeout")).Must(201).Json.Id();
        async Task<string?> StateOf(Guid order) => (await buyer.Visitor.Get($"/api/v1/orders/{order}")).Must().Json.State();

        market.Clock.Walk(TimeSpan.FromMinutes(29));
        await market.Run<ExpireOrders>();
        (await StateOf(declined)).ShouldBe("pending");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await Task.WhenAll(market.Run<ExpireOrders>(), market.Run<ExpireOrders>());
        (await StateOf(declined)).ShouldBe("expired");
        (await StateOf(late)).ShouldBe("expired");
        (await buyer.Pay(declined, "sandbox_card", "tok_ok")).MustRefuse(409, "order_expired");
        (await market.Count("SELECT count(*) FROM orders.order_events WHERE what = 'expired'")).ShouldBe(2);

        await market.Run<SweepPayments>();
        await market.Drain();
        (await StateOf(late)).ShouldBe("paid");
        (await StateOf(declined)).ShouldBe("expired");
        (await seller.Pending()).ShouldBe(2_000 - 800 - 88);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(SellerTier.Basic, 4_000)]
    [InlineData(SellerTier.Standard, 3_000)]
    [InlineData(SellerTier.Premium, 2_000)]
    [InlineData(SellerTier.Ultimate, 1_000)]
    public async Task The_commission_is_that_of_the_sellers_tier_at_the_purchase(SellerTier tier, int rate)
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await TestServer.Execute(Market.ConnectionString, $"UPDATE users.accounts SET tier = '{Naming.Snake(tier.ToString())}' WHERE id = '{seller.Account}'");
        var beat = await seller.PublishBeat(price: 1_000);
        var order = await buyer.Buy(beat);
        await TestServer.Execute(Market.ConnectionString, $"UPDATE users.accounts SET tier = 'basic' WHERE id = '{seller.Account}'");

        (await seller.Pending()).ShouldBe(1_000 - rate / 10);
        (await Market.Count("SELECT commission_rate::bigint FROM orders.order_items WHERE order_id = $1", order.Id())).ShouldBe(rate);
    }

    [Fact]
    public async Task What_was_bought_stays_as_it_was_bought()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        var order = await buyer.Buy(beat);
        await TestServer.Execute(Market.ConnectionString, $"UPDATE catalog.products SET title = 'Renamed' WHERE id = '{beat.Product}'; UPDATE catalog.offers SET terms = 'Worse' WHERE id = '{beat.Offer}'");
        await Market.Reprice(beat, 9_999);
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/archive")).Must();

        var read = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items")[0];
        read.GetProperty("title").GetString().ShouldBe(beat.Title);
        read.GetProperty("terms").GetString().ShouldNotBe("Worse");
        read.GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(1_000);
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must().Bytes.ShouldBe(beat.Original);
    }

    [Fact]
    public async Task Sales_are_counted_for_the_bestsellers()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        await buyer.Buy(beat);
        await Market.Drain();
        await Market.Run<AddUpSales>();
        (await Market.Count("SELECT sold_count::bigint FROM catalog.products WHERE id = $1", beat.Product)).ShouldBe(1);
    }

    [Fact]
    public async Task Another_persons_order_is_as_absent_as_a_random_one()
    {
        var (seller, buyer, other) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        await other.TopUp(1_000);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        var order = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json.Id();
        foreach (var id in new[] { order, WalletSteps.NewId() })
        {
            (await other.Visitor.Get($"/api/v1/orders/{id}")).MustRefuse(404, "not_found");
            (await other.Pay(id)).MustRefuse(404, "not_found");
            (await other.Visitor.Get($"/orders/{id}")).Must(404);
        }

        (await other.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await seller.Visitor.Get($"/api/v1/orders/{order}")).MustRefuse(404, "not_found");
        using var nobody = Market.Visitor();
        (await nobody.Get($"/api/v1/orders/{order}")).MustRefuse(401, "unauthenticated");
        (await nobody.Post("/api/v1/checkout", new { payment_method = "wallet" }, WalletSteps.Key())).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task Orders_are_listed_by_page_and_state()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var numbers = new List<long>();
        for (var i = 0; i < 3; i++) numbers.Insert(0, (await buyer.Buy(await seller.PublishBeat(price: 100))).GetProperty("number").GetInt64());

        var first = (await buyer.Visitor.Get("/api/v1/orders?limit=2")).Must().Json;
        first.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        var rest = (await buyer.Visitor.Get($"/api/v1/orders?limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).Must().Json;
        first.GetProperty("data").EnumerateArray().Concat(rest.GetProperty("data").EnumerateArray()).Select(o => o.GetProperty("number").GetInt64()).ShouldBe(numbers);
        (await buyer.Visitor.Get("/api/v1/orders?state=expired")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await buyer.Visitor.Get("/api/v1/sales")).MustRefuse(403, "forbidden");
        var sales = (await seller.Visitor.Get("/api/v1/sales?limit=2")).Must().Json;
        (await seller.Visitor.Get($"/api/v1/sales?limit=2&cursor={sales.GetProperty("next_cursor").GetString()}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        var library = (await buyer.Visitor.Get("/api/v1/library?limit=2")).Must().Json;
        (await buyer.Visitor.Get($"/api/v1/library?limit=2&cursor={library.GetProperty("next_cursor").GetString()}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("POST", "/api/v1/checkout", "", 400)]
    [InlineData("POST", "/api/v1/checkout", "{", 400)]
    [InlineData("POST", "/api/v1/checkout", "[]", 400)]
    [InlineData("POST", "/api/v1/checkout", "{}", 400)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": null}""", 400)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": ""}""", 422)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": "wallet", "total": 1}""", 400)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": "wallet", "accepted_total": 5}""", 400)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": "wallet", "accepted_total": {"amount": -1, "currency": "EUR"}}""", 422)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": "wallet", "currency": "ZZZ"}""", 400)]
    [InlineData("POST", "/api/v1/checkout", """{"payment_method": "wallet"}""", 409)]
    [InlineData("POST", "/api/v1/cart/items", """{"offer_id": "x"}""", 400)]
    [InlineData("POST", "/api/v1/cart/items", """{"offer_id": "0190a1b2-1234-7123-8123-123456789012", "price": 1}""", 400)]
    [InlineData("POST", "/api/v1/cart/items", "null", 400)]
    [InlineData("DELETE", "/api/v1/cart/items/x", null, 404)]
    [InlineData("GET", "/api/v1/orders?limit=0", null, 422)]
    [InlineData("GET", "/api/v1/orders?limit=101", null, 422)]
    [InlineData("GET", "/api/v1/orders?limit=x", null, 400)]
    [InlineData("GET", "/api/v1/orders?cursor=x", null, 400)]
    [InlineData("GET", "/api/v1/orders?state=x", null, 422)]
    [InlineData("GET", "/api/v1/library?cursor=%00", null, 400)]
    [InlineData("GET", "/api/v1/orders/x", null, 404)]
    [InlineData("POST", "/api/v1/orders/0190a1b2-1234-7123-8123-123456789012/payments", """{"payment_method": "wallet"}""", 404)]
    [InlineData("POST", "/api/v1/library/0190a1b2-1234-7123-8123-123456789012/download-links", "{}", 404)]
    [InlineData("POST", "/api/v1/library/0190a1b2-1234-7123-8123-123456789012/download-links", """{"file_id": 7}""", 400)]
    [InlineData("GET", "/api/v1/downloads/x", null, 404)]
    [InlineData("GET", "/api/v1/downloads/%ff%fe", null, 404)]
    public async Task Garbage_is_refused_with_a_reason(string method, string path, string? body, int status)
    {
        var buyer = await Market.SignUp("Ana");
        var answer = await buyer.Visitor.Send(new HttpMethod(method), path, body, method == "POST" ? WalletSteps.Key() : null);
        answer.Must(status);
        answer.Code.ShouldNotBeNullOrEmpty();
    }
}
