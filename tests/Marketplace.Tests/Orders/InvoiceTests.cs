using System.Security.Cryptography;
using System.Text;
using Marketplace.Orders;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

/// <summary>Papers: their numbers, what stands on them, who reads them, and that they stay.</summary>
public sealed class InvoiceTests : MarketTest
{
    [Fact]
    public async Task Of_two_hundred_payments_at_once_of_which_a_fifth_fail_the_numbers_have_no_hole_whatever_crashes()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beats = new List<PublishedBeat>();
        for (var i = 0; i < 10; i++) beats.Add(await seller.PublishBeat(price: 1_200));
        var orders = new List<(Person Buyer, Guid Order)>();
        for (var i = 0; i < 20; i++)
        {
            var buyer = await market.SignUp($"Buyer {i}");
            foreach (var beat in beats)
            {
                (await buyer.AddToCart(beat)).Must();
                orders.Add((buyer, (await buyer.CheckoutByCard("tok_declined")).Must(201).Json.Id()));
            }
        }

        market.Clock.Walk(TimeSpan.FromMinutes(1));     // which payment is the latest is known by its time
        // Now and then whoever gives a number dies before its commit, or just after.
        var (passed, delivering) = (0, new AsyncLocal<bool>());
        market.Faults.Passing = point =>
        {
            if (delivering.Value && point is Faults.BeforeCommit or Faults.AfterCommit && Interlocked.Increment(ref passed) % 41 == 0) throw new Faults.Crash(point);
        };
        var paying = Task.WhenAll(orders.Select((o, i) => o.Buyer.Pay(o.Order, "sandbox_card", i % 5 == 0 ? "tok_declined" : "tok_ok")));
        await Task.WhenAll(paying, Deliver(market));
        await Deliver(market);
        (await paying).GroupBy(a => $"{a.Status} {a.Code} {(a.Status == 201 ? a.Json.State() : "")}").ToDictionary(g => g.Key, g => g.Count()).ShouldBe(new Dictionary<string, int> { ["201  paid"] = 160, ["201  pending"] = 40 }, ignoreOrder: true);
        market.Faults.Passing = null;
        for (var i = 0; i < 12; i++)
        {
            market.Clock.Walk(TimeSpan.FromSeconds(40));
            await Deliver(market);
        }

        passed.ShouldBeGreaterThan(320, "each payment's event was brought by a commit, and seven of them died at least");
        (await market.Count("SELECT count(*) FROM orders.orders WHERE paid_at IS NOT NULL")).ShouldBe(160);
        (await market.Source.Command("SELECT number FROM orders.invoices ORDER BY number").List(r => r.GetInt32(0))).ShouldBe(Enumerable.Range(1, 160));
        (await market.Count("SELECT count(DISTINCT order_id) FROM orders.invoices i JOIN orders.invoice_papers p ON p.invoice_id = i.id")).ShouldBe(160);
        await market.BooksMustHold();

        async Task Deliver(Market market)
        {
            delivering.Value = true;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.Services.GetRequiredService<Dispatcher>().Drain()));
        }
    }

    [Fact]
    public async Task An_invoice_says_everything_is_proved_by_its_hash_and_a_credit_note_takes_only_its_line_back()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Orders:Tax:Name"] = "Weokto SAS", ["Orders:Tax:Address"] = "1 place du Marché|75001 Paris", ["Orders:Tax:VatId"] = "FR40303265045" });
        var (seller, buyer, other, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"), await market.Staff(Rights.Support, Rights.Finance));
        var (one, two) = (await seller.PublishBeat("Night & Day <1>", price: 2_400), await seller.PublishBeat(price: 1_200));
        await buyer.TopUp(3_600);
        foreach (var beat in new[] { one, two }) (await buyer.AddToCart(beat)).Must();
        var order = (await buyer.CheckoutIn("DE", "DE123456789", "Ana GmbH & Co")).Must(201).Json;
        (await buyer.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0, "it comes with the event of the payment");
        await market.Drain();

        var path = await buyer.InvoiceOf(order.Id());
        var invoice = (await buyer.Visitor.Get("/api/v1" + path)).Must().Json;
        var text = invoice.GetProperty("content").GetString()!;
        invoice.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        foreach (var part in new[] { "INV-2026-000001", "2 March 2026", "Weokto SAS", "1 place du Marché", "FR40303265045", "Ana GmbH & Co", "DE123456789", "Germany", "Night & Day <1> (Personal licence)", "€24.00", "€36.00", "Reverse charge: the recipient owes the tax." })
            System.Net.WebUtility.HtmlDecode(text).ShouldContain(part);
        var page = (await buyer.Visitor.Get(path)).Must();
        page.Html.QuerySelector(".sheet article h1")!.TextContent.ShouldBe("Invoice");
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector($"#invoices a[href='{path}']").ShouldNotBeNull();
        (await buyer.Visitor.Get("/invoices")).Must().Html.QuerySelector($"a[href='{path}']").ShouldNotBeNull();
        (await staff.Visitor.Get("/admin/invoices")).Must().Html.QuerySelector($"a[href='{path}']").ShouldNotBeNull();
        (await staff.Visitor.Get($"/admin/orders/{order.Id()}")).Must().Html.QuerySelector($"#invoices a[href='{path}']").ShouldNotBeNull();

        // Bytes at rest are sealed; strangers, and the seller of a line, know nothing of it.
        var key = await market.Source.Command("SELECT blob_key FROM orders.invoice_papers").Scalar<string>();
        await using (var stored = market.Services.GetRequiredService<IBlobStore>().Open(key!)) (await new StreamReader(stored).ReadToEndAsync()).ShouldNotContain("Ana GmbH");
        foreach (var stranger in new[] { other, seller }) (await stranger.Visitor.Get("/api/v1" + path)).MustRefuse(404, "not_found");
        (await (await market.Staff(Rights.Support)).Visitor.Get("/api/v1" + path)).MustRefuse(404, "not_found");

        (await staff.Refund(order.Id(), order.ItemOf(one), 700)).Must(201);
        await market.Drain();
        var credit = (await buyer.Visitor.Get("/api/v1/invoices?series=credit_note")).Must().Json.GetProperty("data")[0];
        (credit.GetProperty("number").GetString(), credit.GetProperty("corrects").GetGuid()).ShouldBe(("CN-2026-000001", invoice.GetProperty("invoice").Id()));
        var note = (await buyer.Visitor.Get($"/api/v1/invoices/{credit.Id()}")).Must().Json;
        note.GetProperty("lines").EnumerateArray().Select(l => (l.GetProperty("item_id").GetGuid(), l.GetProperty("total").GetProperty("amount").GetInt64())).ShouldBe([(order.ItemOf(one), 700)]);
        note.GetProperty("content").GetString()!.ShouldContain("INV-2026-000001");

        // Erased, the buyer stands on the paper alone: and only finance may still read that.
        await market.Do(async services =>
        {
            foreach (var data in services.GetServices<IPersonalData>().Where(d => d.Section == "orders")) await data.Erase(buyer.Account);
        });
        (await market.Count("SELECT count(*) FROM orders.orders WHERE billing IS NOT NULL")).ShouldBe(0);
        (await staff.Visitor.Get("/api/v1" + path)).Must().Json.GetProperty("content").GetString().ShouldBe(text);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_seller_gets_one_invoice_of_commission_a_month_however_often_the_job_runs()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        var cheap = await seller.PublishBeat(price: 1_000);
        var order = await buyer.Buy(cheap, await seller.PublishBeat(price: 2_000));
        (await staff.Refund(order.Id(), order.ItemOf(cheap), 500)).Must(201);
        await market.Run<BillCommission>();
        (await market.Count("SELECT count(*) FROM orders.invoices WHERE month IS NOT NULL")).ShouldBe(0, "the month is not over");

        market.Clock.Walk(TimeSpan.FromDays(30));
        await Task.WhenAll(market.Run<BillCommission>(), market.Run<BillCommission>());
        await market.Drain();
        foreach (var person in new[] { seller, buyer, staff }) await person.SignIn();
        var bill = (await seller.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data")[0];
        (bill.GetProperty("number").GetString(), bill.GetProperty("total").GetProperty("amount").GetInt64(), bill.GetProperty("month").GetString()).ShouldBe(("FEE-2026-000001", 400 + 800 - 200, "2026-03-01"));
        (await seller.Visitor.Get(bill.GetProperty("url").GetString()!)).Must().Text.ShouldContain("March 2026");
        ((await seller.Told("commission_invoice")).Count, (await buyer.Told("commission_invoice")).Count).ShouldBe((1, 0));

        // In April all of it goes back: more than came.
        (await staff.Refund(order.Id(), order.ItemOf(cheap))).Must(201);
        market.Clock.Walk(TimeSpan.FromDays(30));
        await market.Run<BillCommission>();
        await market.Drain();
        await seller.SignIn();
        var credit = (await seller.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data")[0];
        (credit.GetProperty("number").GetString(), credit.GetProperty("total").GetProperty("amount").GetInt64()).ShouldBe(("FEC-2026-000001", 200));
        await market.BooksMustHold();
    }
}
