using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Wallet;

/// <summary>A payment that its provider wants looked at: held, decided by staff or given up by itself; its order waits.</summary>
public sealed class PaymentReviewTests : MarketTest
{
    [Theory]
    [InlineData("Take", "captured", 2_000)]
    [InlineData("GiveUp", "failed", 0)]
    public async Task Staff_takes_it_or_gives_it_up_with_a_reason_that_is_kept(string act, string state, long available)
    {
        var (ana, staff) = (await Market.SignUp(), await Market.Staff(Rights.Finance));
        var sent = (await ana.TopUp(2_000, "EUR", SandboxProvider.Review)).Must(201);
        sent.Json.GetProperty("state").GetString().ShouldBe("authorised");
        (await ana.Available()).ShouldBe(0);
        (await ana.Visitor.Get($"/wallet/payments/{sent.Json.Id()}")).Must().Text.ShouldContain("is being looked at");
        (await staff.Visitor.Get("/admin/payment-reviews")).Must().Text.ShouldContain($"/admin/payments/{sent.Json.Id()}");
        await Market.Drain();
        (await ana.Told("payment_in_review")).ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("Your payment is being looked at");
        (await ana.Told("review_needed")).ShouldBeEmpty();
        (await staff.Told("review_needed")).Count(n => n.GetProperty("link").GetString() == $"/admin/payments/{sent.Json.Id()}").ShouldBe(1);
        var page = $"/admin/payments/{sent.Json.Id()}";

        (await staff.Visitor.Submit((await staff.Visitor.Get(page)).Must(), $"{page}?handler={act}", "#review form", new Dictionary<string, string?> { ["Input.Reason"] = "" })).Must(422);
        (await staff.Visitor.Submit((await staff.Visitor.Get(page)).Must(), $"{page}?handler={act}", "#review form", new Dictionary<string, string?> { ["Input.Reason"] = "Known for years." })).Must(302);

        (await ana.Visitor.Get(sent.Location!)).Must().Json.GetProperty("state").GetString().ShouldBe(state);
        (await ana.Available()).ShouldBe(available);
        await Market.Drain();
        (await ana.Told("payment_reviewed", "payment_failed")).ShouldHaveSingleItem().Type().ShouldBe(act == "Take" ? "payment_reviewed" : "payment_failed");
        (await Market.Everything.Command("SELECT count(*) FROM users.audit_log WHERE subject = $1 AND act = $2 AND detail->>'reason' = 'Known for years.'",
            sent.Json.Id(), act == "Take" ? "wallet.payment_taken" : "wallet.payment_given_up").Scalar<long>()).ShouldBe(1);
        (await staff.Visitor.Get(page)).Must().Html.QuerySelector("#review").ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_decides_about_their_own_payment_or_about_one_that_is_decided()
    {
        var staff = await Market.Staff(Rights.Finance);
        var own = (await staff.TopUp(2_000, "EUR", SandboxProvider.Review)).Must(201).Json.Id();
        var page = (await staff.Visitor.Get($"/admin/payments/{own}")).Must();
        (await staff.Visitor.Submit(page, $"/admin/payments/{own}?handler=Take", "#review form", new Dictionary<string, string?> { ["Input.Reason"] = "Mine." })).Must(403);

        var ana = await Market.SignUp();
        var paid = (await ana.TopUp(500, "EUR", SandboxProvider.Ok)).Must(201).Json.Id();
        (await staff.Visitor.Submit(page, $"/admin/payments/{paid}?handler=GiveUp", "#review form", new Dictionary<string, string?> { ["Input.Reason"] = "Too late." })).Must(409);
        (await ana.Available()).ShouldBe(500);
    }

    [Fact]
    public async Task The_order_of_such_a_payment_waits_and_when_nobody_decides_it_can_be_paid_again()
    {
        await using var market = await OwnMarket.Open();
        var (buyer, seller) = (await market.SignUp(), await market.SignUp("Seller"));
        await seller.OpenShop();
        (await buyer.AddToCart(await seller.PublishBeat())).Must();
        var order = (await buyer.CheckoutByCard(SandboxProvider.Review)).Must(201).Json;
        order.GetProperty("payment").GetProperty("state").GetString().ShouldBe("authorised");
        await market.Drain();

        market.Clock.Walk(TimeSpan.FromDays(5));
        await market.Run<SweepPayments>();
        await market.Run<ExpireOrders>();
        (await market.Source.Command("SELECT state FROM orders.orders WHERE id = $1", order.Id()).Scalar<string>()).ShouldBe("pending");

        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Run<SweepPayments>();
        await market.Drain();
        (await market.Source.Command("SELECT failure_code FROM wallet.payments WHERE subject_id = $1", order.Id()).Scalar<string>()).ShouldBe("payment_voided");
        (await market.Source.Command("SELECT state FROM wallet.sandbox_charges").Scalar<string>()).ShouldBe("declined");
        await market.Run<ExpireOrders>();
        (await market.Source.Command("SELECT state FROM orders.orders WHERE id = $1", order.Id()).Scalar<string>()).ShouldBe("pending", "there is half an hour for another try");
        market.Clock.Walk(TimeSpan.FromMinutes(31));
        await market.Run<ExpireOrders>();
        (await market.Source.Command("SELECT state FROM orders.orders WHERE id = $1", order.Id()).Scalar<string>()).ShouldBe("expired");
        await market.BooksMustHold();
    }
}
