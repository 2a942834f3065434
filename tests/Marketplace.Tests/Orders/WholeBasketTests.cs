using System.Text.Json;

namespace Marketplace.Tests.Orders;

/// <summary>One basket for everything, one payment, and refunds that unwind all of it.</summary>
public sealed class WholeBasketTests : MarketTest
{
    [Theory]
    [InlineData("market", "market", true)]
    [InlineData("shop", "shop", true)]
    [InlineData("market", "shop", false)]
    [InlineData("shop", "market", false)]
    public async Task Six_kinds_of_three_shops_are_paid_once_go_their_ways_and_come_back_by_three_refunds_all_but_the_processors_fee(string coupon, string sellerOfRecord, bool delivered)
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Orders:Tax:SellerOfRecord"] = sellerOfRecord });
        var basket = await Basket.Fill(market, ofShop: coupon == "shop");
        var (before, buyer, staff, other) = (await market.Books(), basket.Buyer, basket.Staff, await market.SignUp("Bo"));
        var order = await basket.Pay();
        (await other.Visitor.AddToCart(order.Lines()[0].GetProperty("offer_id").GetGuid())).Must();
        (await other.Use(basket.Coupon)).MustRefuse(409, "coupon_used_up");
        var sales = await Sales(basket);
        sales.Keys.ShouldBe(order.Lines().Select(l => l.Id()), ignoreOrder: true);
        var fee = await MustBeSplit(market, order, sales, marketPays: coupon == "market", marketOwes: sellerOfRecord == "market");
        (await basket.Stock()).ShouldBe((Basket.Things - 2, Basket.Seats - 2), "one seat was bought, one came with the course");
        (await Opened(buyer)).ShouldBe([("course", 1), ("membership", 1), ("webinar_seat", 2)]);
        await market.BooksMustHold();

        if (delivered)
        {
            await basket.Deliver(order);
            (await basket.States(order)).Values.ShouldAllBe(s => s == "completed");
            (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.State().ShouldBe("completed");
            (await market.Count("SELECT count(*) FROM wallet.holds WHERE state = 'released'")).ShouldBeInRange(1, 6, "some are the sellers' to spend, others wait");
        }

        // A third of each line, a third and a cent, and the rest.
        var link = await basket.DownloadLink(order);
        foreach (var step in new Func<long, long?>[] { gross => gross / 3, gross => (gross / 3) + 1, _ => null })
        {
            (await buyer.Visitor.Get(link)).Must();
            (await basket.States(order)).Values.ShouldNotContain("refunded");
            (await staff.Refund(order.Id(), order.Lines().Select(l => (l.Id(), step(l.GetProperty("price").Minor()))))).Must(201).Json.GetProperty("data").GetArrayLength().ShouldBe(7);
            await market.Drain();
            await market.BooksMustHold();
        }

        // The money: each line's and each account's. What is left is what the processor keeps, and each seller owes what it kept of their lines.
        var back = (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json;
        back.GetProperty("refunded").Minor().ShouldBe(order.GetProperty("total").Minor());
        foreach (var (item, sale) in sales)
            (await market.BooksOf(item)).ShouldBe(Without0(("order_funding", -sale.Minor("gross")), ("refund_transit", sale.Minor("gross")), ("seller", -sale.Minor("fee")), ("revenue_fee_recovered", sale.Minor("fee"))), ignoreOrder: true);
        var left = new Dictionary<(string, Guid?, string?), long>(before) { [("psp_clearing", null, "sandbox")] = fee, [("expense_processing", null, null)] = -fee, [("revenue_fee_recovered", null, null)] = fee };
        foreach (var seller in basket.Sellers) left[("user_debt", seller.Account, null)] = -(await Sales(basket, seller)).Values.Sum(s => s.Minor("fee"));
        (await market.Books()).ShouldBe(left, ignoreOrder: true);
        foreach (var sale in (await Sales(basket)).Values) (sale.State(), sale.Minor("held"), sale.Minor("net")).ShouldBe(("refunded", 0, -sale.Minor("fee")));
        (await market.Count("SELECT count(*) FROM wallet.holds WHERE state = 'held'")).ShouldBe(0);
        (await market.Count("SELECT sum(amount)::bigint FROM wallet.sandbox_refunds")).ShouldBe(order.GetProperty("total").Minor());

        // The papers: what was invoiced is credited, whoever issued it.
        var papers = (await buyer.Visitor.Get("/api/v1/invoices?limit=100")).Must().Json.GetProperty("data").EnumerateArray().ToLookup(p => p.GetProperty("series").GetString());
        (papers["invoice"].Count(), papers["credit_note"].Count(), papers["invoice"].Sum(i => i.Minor("total"))).ShouldBe((sellerOfRecord == "market" ? 1 : 3, 21, order.GetProperty("total").Minor()));
        foreach (var invoice in papers["invoice"])
        {
            var credits = papers["credit_note"].Where(c => c.GetProperty("corrects").GetGuid() == invoice.Id()).ToList();
            (credits.Sum(c => c.Minor("net")), credits.Sum(c => c.Minor("tax")), credits.Sum(c => c.Minor("total"))).ShouldBe((invoice.Minor("net"), invoice.Minor("tax"), invoice.Minor("total")));
        }

        // All that it opened, took and counted. What has left the house, and an hour that was had, are not for sale again.
        (await basket.States(order)).Values.ShouldAllBe(s => s == "refunded");
        (await buyer.Visitor.Get(link)).Must(404);
        (await buyer.Visitor.Post($"/api/v1/library/{basket.Line(order, "beat")}/download-links", new { })).MustRefuse(404, "not_found");
        (await Opened(buyer)).ShouldBeEmpty();
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelectorAll("main form").ShouldBeEmpty("every line is closed");
        (await buyer.Visitor.Get($"/api/v1/service-orders/{basket.Line(order, "service")}")).Must().Json.State().ShouldBe(delivered ? "refunded" : "cancelled");
        (await basket.Stock()).ShouldBe(delivered ? (Basket.Things - 2, Basket.Seats - 1) : (Basket.Things, Basket.Seats));
        await other.SignIn();
        (await other.Use(basket.Coupon)).Must();
        await basket.Pass(TimeSpan.FromDays(62));
        (await buyer.Visitor.Get("/api/v1/subscriptions")).Must().Json.GetProperty("data")[0].GetProperty("end_reason").GetString().ShouldBe("refunded");
        (await market.Count("SELECT count(*) FROM orders.orders")).ShouldBe(1, "no further period is asked for");
        (await market.Books()).ShouldBe(left, ignoreOrder: true);
        await market.BooksMustHold();
    }

    /// <returns>The processor's fee.</returns>
    private static async Task<long> MustBeSplit(Market market, JsonElement order, Dictionary<Guid, JsonElement> sales, bool marketPays, bool marketOwes)
    {
        var total = order.GetProperty("total").Minor();
        var products = order.Lines().Where(l => l.GetProperty("kind").GetString() is { } kind && kind != "shipping" && (marketPays || kind is "beat" or "membership")).ToList();
        var off = products.Sum(l => l.GetProperty("discount").Minor());
        off.ShouldBe(Money.Of(products.Sum(l => l.GetProperty("price").Minor()) + off, "EUR").AtRate(Basket.Off).Minor);
        order.Lines().Sum(l => l.GetProperty("discount").Minor()).ShouldBe(off);
        total.ShouldBe(2_999 + 999 + (2 * 3_333) + 490 + 15_001 + 4_999 + 7_777 - off);
        var fee = Money.Of(total, "EUR").AtRate(290).Minor + 30;
        sales.Values.Sum(s => s.Minor("fee")).ShouldBe(fee);
        sales.Values.Sum(s => s.Minor("gross")).ShouldBe(total);
        (await market.Source.Command("SELECT amount FROM wallet.sandbox_charges").List(r => r.GetInt64(0))).ShouldBe([total]);

        foreach (var line in order.Lines())
        {
            var (sale, kind) = (sales[line.Id()], line.GetProperty("kind").GetString());
            var (gross, rate) = (sale.Minor("gross"), kind is "physical" or "shipping" ? Basket.Reduced : Basket.Standard);
            var (coupon, tax) = (marketPays ? line.GetProperty("discount").Minor() : 0, Money.Portion(gross, rate, 10_000 + rate));
            var commission = kind == "shipping" ? 0 : Money.Of(gross + coupon - tax, "EUR").AtRate(4_000).Minor;
            (sale.Minor("coupon"), sale.Minor("tax"), sale.Minor("commission"), sale.Minor("share")).ShouldBe((coupon, tax, commission, gross + coupon - tax - commission - sale.Minor("fee")), kind);
            var owed = marketOwes ? tax : 0;
            (await market.BooksOf(line.Id())).ShouldBe(
                Without0(
                    ("order_funding", -gross), ("expense_coupon", -coupon), ("tax_payable", owed), ("revenue_commission", commission), ("revenue_fee_recovered", sale.Minor("fee")),
                    ("seller", gross + coupon - owed - commission - sale.Minor("fee"))),
                ignoreOrder: true, kind);
        }

        return fee;
    }

    private static Dictionary<string, long> Without0(params (string Account, long Amount)[] legs) => legs.Where(l => l.Amount != 0).ToDictionary(l => l.Account, l => l.Amount);

    private static async Task<Dictionary<Guid, JsonElement>> Sales(Basket basket, Person? of = null)
    {
        var sales = new Dictionary<Guid, JsonElement>();
        foreach (var seller in of is null ? basket.Sellers : [of])
            foreach (var sale in (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray()) sales.Add(sale.Id(), sale);
        return sales;
    }

    /// <summary>What somebody has access to, and by how many purchases.</summary>
    private static async Task<List<(string, int)>> Opened(Person buyer) => (await buyer.Visitor.Get("/api/v1/access")).Must().Json.GetProperty("data").EnumerateArray()
        .Select(a => (a.GetProperty("target_kind").GetString()!, a.GetProperty("sources").GetInt32())).Order().ToList();
}
