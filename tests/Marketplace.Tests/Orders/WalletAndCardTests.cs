using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>Wallet and card pay one order together.</summary>
public sealed class WalletAndCardTests : MarketTest
{
    [Fact]
    public async Task The_wallet_pays_first_the_card_the_rest_and_refunds_fill_the_card_first()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        await buyer.TopUp(400);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();

        var order = (await buyer.Checkout("sandbox_card", "tok_ok", walletFirst: true)).Must(201).Json;

        (order.State(), order.GetProperty("payment").GetProperty("from_wallet").Minor(), await buyer.Available()).ShouldBe(("paid", 400, 0));
        (await seller.Pending()).ShouldBe(553, "the processor takes 2.9 % and 30 cents of what the card paid: 6.00");
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector("aside dl")!.TextContent.ShouldContain("4.00");
        (await staff.Visitor.Get($"/admin/orders/{order.Id()}")).Must().Html.QuerySelector("main")!.TextContent.ShouldContain("Of it from the wallet");
        async Task<Dictionary<string, string>> Desk() => (await staff.Visitor.Get($"/admin/payments/{order.GetProperty("payment").Id()}")).Must().Html.QuerySelectorAll("main dt")
            .ToDictionary(t => t.TextContent, t => t.NextElementSibling!.TextContent.Trim(), StringComparer.Ordinal);
        var paid = await Desk();
        (paid["From the wallet"], paid["Card (sandbox)"], paid["Total"], paid["Given back"]).ShouldBe(("€4.00", "€6.00", "€10.00", "€0.00"));

        async Task<(string?, long?)> GiveBack(long? amount)
        {
            var back = (await staff.Refund(order.Id(), order.Item(), amount)).Must(201).Json.GetProperty("data")[0].GetProperty("money_back");
            return (back.GetProperty("to").GetString(), back.GetProperty("in_wallet") is { ValueKind: System.Text.Json.JsonValueKind.Object } part ? part.Minor() : null);
        }

        (await GiveBack(500)).ShouldBe(("sandbox_card", null));
        (await buyer.Available()).ShouldBe(0);
        (await GiveBack(300)).ShouldBe(("sandbox_card", 200));
        (await buyer.Available()).ShouldBe(200);
        (await GiveBack(null)).ShouldBe(("wallet", null));
        (await Desk())["Given back"].ShouldBe("€6.00 and €4.00 into the wallet");
        (await buyer.Available()).ShouldBe(400);
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector("#refunds")!.TextContent.ShouldContain("2.00");
        (await staff.Refund(order.Id(), order.Item(), 1)).MustRefuse(409, "nothing_to_refund");
        (await market.Balance("order_funding", reference: order.Id().ToString())).ShouldBe(0);
        (await market.Balance("revenue_commission")).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_card_that_says_no_gives_the_wallets_part_back_at_once_and_a_wallet_that_suffices_asks_no_card()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        await buyer.TopUp(400);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();

        var order = (await buyer.Checkout("sandbox_card", "tok_declined", walletFirst: true)).Must(201).Json;
        (order.State(), await buyer.Available()).ShouldBe(("pending", 400));
        (await buyer.Pay(order.Id(), "sandbox_card", "tok_3ds", walletFirst: true)).Must(201);
        (await buyer.Available()).ShouldBe(0, "it waits beside the bank's question");
        market.Clock.Walk(TimeSpan.FromMinutes(31));
        await market.Run<SweepPayments>();
        await market.Drain();
        (await buyer.Available()).ShouldBe(400, "nobody confirmed");

        await buyer.TopUp(1_000);
        (await buyer.Checkout("sandbox_card", "tok_ok", walletFirst: true)).MustRefuse(409, "cart_empty");
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_300))).Must();
        var paid = (await buyer.Checkout("sandbox_card", "tok_ok", walletFirst: true)).Must(201).Json;
        (paid.State(), paid.GetProperty("payment").GetProperty("method").GetString(), await buyer.Available()).ShouldBe(("paid", "wallet", 100));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Money_that_comes_for_a_cancelled_order_goes_back_to_where_each_part_came_from()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        await buyer.TopUp(400);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        var order = (await buyer.Checkout("sandbox_card", "tok_timeout", walletFirst: true)).Must(201).Json;
        (await buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/cancellation")).Must(204);
        (await buyer.Available()).ShouldBe(0);

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepPayments>();
        await market.Drain();
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        await market.Run<SweepRefunds>();
        await market.Drain();

        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("money_returned_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        (await buyer.Available()).ShouldBe(400);
        (await market.Count("SELECT sum(amount)::bigint FROM wallet.sandbox_refunds")).ShouldBe(600);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Many_orders_at_once_never_spend_the_wallet_twice()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var orders = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
            orders.Add((await buyer.CheckoutByCard("tok_declined")).Must(201).Json.Id());
        }

        await buyer.TopUp(900);
        var answers = await Task.WhenAll(orders.Select(o => buyer.Pay(o, "sandbox_card", "tok_ok", walletFirst: true)));

        foreach (var answer in answers) if (answer.Status != 201) answer.MustRefuse(409, "insufficient_funds");
        var part = answers.Where(a => a.Status == 201).Select(a => a.Json.GetProperty("payment").GetProperty("from_wallet")).Where(p => p.ValueKind == System.Text.Json.JsonValueKind.Object).Sum(p => p.Minor());
        (part, await buyer.Available()).ShouldBe((900, 0));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task On_the_page_it_is_a_tick_that_says_what_is_left_for_the_card()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(500);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_900))).Must();
        var shown = (await buyer.Visitor.Get("/checkout")).Must();
        shown.Html.QuerySelector("label:has([name=wallet_first])")!.TextContent.ShouldContain("14.00");

        var order = (await buyer.Visitor.Submit(shown, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?>
        {
            ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_ok", ["wallet_first"] = "true",
        })).Must(302).Location!;

        (await buyer.Available()).ShouldBe(0);
        (await buyer.Visitor.Get(order)).Must().Html.QuerySelector("aside dl")!.TextContent.ShouldContain("5.00");
    }
}
