using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Orders;

/// <summary>What of a price is whose tax, and that it stays so.</summary>
public sealed class TaxTests : MarketTest
{
    [Theory]
    // 20 % of France is in 12.00; commission (40 %) is of what is without it.
    [InlineData("FR", null, "standard", 2_000, 200, 400)]
    [InlineData("DE", null, "standard", 1_900, 192, 403)]
    [InlineData("DE", "DE 123 456 789", "reverse_charge", 0, 0, 480)]
    [InlineData("FR", "FR12345678901", "standard", 2_000, 200, 400)]
    [InlineData("US", null, "not_collecting", 0, 0, 480)]
    [InlineData(null, null, "not_collecting", 0, 0, 480)]
    public async Task Each_line_says_its_tax_and_the_shares_are_of_what_is_without_it(string? country, string? vat, string reason, int rate, long tax, long commission)
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(1_200);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_200))).Must();

        var order = (await buyer.CheckoutIn(country, vat)).Must(201).Json;

        order.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(1_200, "prices include their tax");
        order.GetProperty("tax").GetProperty("amount").GetInt64().ShouldBe(tax);
        var line = order.GetProperty("items")[0].GetProperty("tax");
        (line.GetProperty("rate").GetInt32(), line.GetProperty("base").GetProperty("amount").GetInt64(), line.GetProperty("amount").GetProperty("amount").GetInt64(), line.GetProperty("country").GetString(), line.GetProperty("reason").GetString())
            .ShouldBe((rate, 1_200 - tax, tax, country, reason));
        (await seller.Pending()).ShouldBe(1_200 - tax - commission);
        var sale = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data")[0];
        (sale.GetProperty("tax").GetProperty("amount").GetInt64(), sale.GetProperty("commission").GetProperty("amount").GetInt64()).ShouldBe((tax, commission));
        if (tax > 0) (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Text.ShouldContain("Tax in it");
    }

    [Fact]
    public async Task A_parcel_is_taxed_where_it_goes_and_out_of_the_union_it_is_not()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var thing = await seller.PublishThing(5);
        await buyer.TopUp(4_000);
        async Task<(string?, long)> Sent(object to)
        {
            (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
            var tax = (await buyer.CheckoutParcel(to: to)).Must(201).Json.GetProperty("items")[0].GetProperty("tax");
            return (tax.GetProperty("reason").GetString(), tax.GetProperty("amount").GetProperty("amount").GetInt64());
        }

        (await Sent(new { name = "Ana", line1 = "12 rue des Lilas", postcode = "75011", city = "Paris", country = "FR" })).ShouldBe(("standard", 333));
        (await Sent(VariantSteps.Address)).ShouldBe(("export", 0));
    }

    [Fact]
    public async Task What_is_said_of_oneself_is_checked_and_the_address_book_answers_when_nothing_is_said()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_210);
        await buyer.TopUp(1_210);
        (await buyer.AddToCart(beat)).Must();
        (await buyer.CheckoutIn("ZZ")).MustRefuse(422, "invalid");
        (await buyer.CheckoutIn("FR", "DE123456789")).MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/vat_id");
        (await buyer.CheckoutIn("FR", "12")).MustRefuse(422, "invalid");
        (await buyer.Visitor.Post("/api/v1/me/addresses", new { name = "Ana Obi", line1 = "Kerkstraat 1", postcode = "1000", city = "Brussel", country = "BE" })).Must(201);
        var page = (await buyer.Visitor.Get("/checkout")).Must();
        page.Html.QuerySelector("select[name='Input.Country'] option[selected]")!.GetAttribute("value").ShouldBe("BE");
        page.Html.QuerySelector("#taxes")!.TextContent.ShouldContain("21");
        (await buyer.Visitor.Get("/checkout?handler=Tax&Input.Country=HU")).Must().Text.ShouldContain("27");

        var order = (await buyer.CheckoutIn(null)).Must(201).Json;
        (order.GetProperty("country").GetString(), order.GetProperty("tax").GetProperty("amount").GetInt64()).ShouldBe(("BE", 210));
        await Market.Drain();
        (await buyer.Visitor.Get(await buyer.InvoiceOf(order.Id()))).Must().Text.ShouldContain("Kerkstraat 1");
    }

    [Fact]
    public async Task A_rate_that_changes_concerns_what_is_ordered_then_and_no_report_of_what_was()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance, Rights.Support));
        async Task<long> Buy()
        {
            await buyer.TopUp(1_200);
            (await buyer.AddToCart(await seller.PublishBeat(price: 1_200))).Must();
            return (await buyer.CheckoutIn("FR")).Must(201).Json.GetProperty("tax").GetProperty("amount").GetInt64();
        }

        (await Buy()).ShouldBe(200);
        var order = (await buyer.Visitor.Get("/api/v1/orders")).Must().Json.GetProperty("data")[0].Id();
        var item = (await buyer.Visitor.Get($"/api/v1/orders/{order}")).Must().Json.Item();
        (await finance.Refund(order, item, 300)).Must(201);
        var before = (await finance.Visitor.Get("/api/v1/taxes.csv?from=2026-01-01&to=2026-12-31")).Must().Text;
        before.ShouldContain("2026-03,FR,20,standard,market,1,7.50,1.50,0.50,EUR");

        object Rate(string from, decimal percent, string kind = "electronic", string? until = null) => new { country = "FR", kind, percent, from_day = from, until_day = until, note = "The law." };
        (await buyer.Visitor.Put("/api/v1/tax-rates", Rate("2026-03-02", 10))).MustRefuse(403, "forbidden");
        (await finance.Visitor.Put("/api/v1/tax-rates", Rate("2021-07-01", 10))).MustRefuse(409, "tax_rate_in_force");
        (await finance.Visitor.Put("/api/v1/tax-rates", Rate("2026-03-01", 10))).MustRefuse(409, "tax_rate_in_force");
        (await finance.Visitor.Put("/api/v1/tax-rates", Rate("2026-03-04", 10, until: "2026-03-05"))).Must();
        (await finance.Visitor.Submit("/admin/tax-rates?country=FR", "aside form", new Dictionary<string, string?>
        {
            ["Input.Country"] = "FR", ["Input.Kind"] = "beat", ["Input.Percent"] = "5.5", ["Input.FromDay"] = "2026-03-08", ["Input.Note"] = "Music is culture.",
        })).Must(302);
        (await Buy()).ShouldBe(200, "it has not begun");
        foreach (var (days, tax) in new[] { (2, 109L), (2, 200L), (3, 63L) })
        {
            market.Clock.Walk(TimeSpan.FromDays(days));
            foreach (var person in new[] { seller, buyer, finance }) await person.SignIn();
            (await Buy()).ShouldBe(tax, $"{market.Clock.GetUtcNow():M}");
        }

        var after = (await finance.Visitor.Get("/api/v1/taxes.csv?from=2026-03-01&to=2026-03-02")).Must().Text;
        after.ShouldContain("2026-03,FR,20,standard,market,2,17.50,3.50,0.50,EUR", customMessage: "both of that day, at its rate");
        (await finance.Visitor.Get("/admin/taxes?from=2026-01-01&to=2026-12-31")).Must().Text.ShouldContain("5.5");
        (await finance.Visitor.Get("/admin/tax-rates?country=FR")).Must().Text.ShouldContain("Music is culture.");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'orders.tax_rate_set'")).ShouldBe(2);
        (await market.Balance("tax_payable", reference: "FR")).ShouldBe(200 - 50 + 200 + 109 + 200 + 63);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData("market")]
    [InlineData("shop")]
    public async Task Refunds_in_parts_give_the_tax_back_to_the_cent_whoever_owes_it(string by)
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Orders:Tax:SellerOfRecord"] = by });
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        await buyer.TopUp(2_999);
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_999))).Must();
        var order = (await buyer.CheckoutIn("FR")).Must(201).Json;
        // 29.99 has 5.00 of tax in it, and 40 % of 24.99 are 10.00. A shop that owes the tax itself has it with its share.
        (await market.Balance("tax_payable", reference: "FR")).ShouldBe(by == "market" ? 500 : 0);
        (await seller.Pending()).ShouldBe(2_999 - 1_000 - (by == "market" ? 500 : 0));

        foreach (var part in new long?[] { 1_000, 1, 998, null }) (await staff.Refund(order.Id(), order.Item(), part)).Must(201);
        await market.Drain();

        foreach (var kind in new[] { "tax_payable", "revenue_commission", "refund_transit", "user_pending", "order_funding" }) (await market.Balance(kind)).ShouldBe(0, kind);
        (await buyer.Available()).ShouldBe(2_999);
        // The invoice is the market's or the shop's, and so are the credit notes: together they take all of it back.
        var papers = (await buyer.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data").EnumerateArray().OrderBy(p => p.GetProperty("number").GetString(), StringComparer.Ordinal).ToList();
        papers.Select(p => p.GetProperty("number").GetString()).ShouldBe(["CN-2026-000001", "CN-2026-000002", "CN-2026-000003", "CN-2026-000004", "INV-2026-000001"]);
        papers.ShouldAllBe(p => p.GetProperty("by_market").GetBoolean() == (by == "market"));
        papers.SkipLast(1).Sum(p => p.GetProperty("tax").GetProperty("amount").GetInt64()).ShouldBe(500);
        papers.SkipLast(1).Sum(p => p.GetProperty("total").GetProperty("amount").GetInt64()).ShouldBe(2_999);
        (await seller.Visitor.Get("/api/v1/invoices?of=issued")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(by == "shop" ? 5 : 0);
        (await seller.Visitor.Get($"/api/v1/invoices/{papers[0].Id()}")).Status.ShouldBe(by == "shop" ? 200 : 404);
        var report = (await staff.Visitor.Get("/api/v1/taxes?from=2026-03-01")).Must().Json.GetProperty("data")[0];
        (report.GetProperty("tax").GetProperty("amount").GetInt64(), report.GetProperty("by").GetString()).ShouldBe((0, by));
        await market.BooksMustHold();
    }
}

internal static class TaxSteps
{
    /// <summary>Pays the cart from the wallet, as somebody in a country.</summary>
    public static Task<Answer> CheckoutIn(this Person buyer, string? country, string? vat = null, string? company = null) =>
        buyer.Visitor.Post("/api/v1/checkout", new { payment_method = "wallet", country, vat_id = vat, company }, WalletSteps.Key());

    /// <summary>Page of the invoice of an order.</summary>
    public static async Task<string> InvoiceOf(this Person buyer, Guid order) =>
        (await buyer.Visitor.Get("/api/v1/invoices?series=invoice")).Must().Json.GetProperty("data").EnumerateArray().Single(i => i.GetProperty("order_id").GetGuid() == order).GetProperty("url").GetString()!;
}
