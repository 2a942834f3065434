using Marketplace.Wallet;

namespace Marketplace.Tests;

/// <summary>Payouts by those who really pay out, against simulators that misbehave: however often something is asked, it is paid once.</summary>
public class PayoutProviderTests
{
    [Theory]
    [InlineData("stripe", "None")]
    [InlineData("stripe", "TimeoutAfter")]
    [InlineData("stripe", "Broken")]
    [InlineData("paypal", "None")]
    [InlineData("paypal", "TimeoutAfter")]
    [InlineData("paypal", "Broken")]
    public async Task A_payout_arrives_once_whatever_went_wrong_on_the_way(string way, string mishap)
    {
        await using var simulator = await Simulator(way);
        await using var market = await Market(way, simulator);
        var (ana, staff, payout) = await Approved(market, way);
        simulator.Next = Enum.Parse<Mishap>(mishap);
        await market.Run<SweepPayouts>();
        if (mishap != "None") (await ana.PayoutState(payout)).ShouldBe("unknown");
        (await staff.Reject(payout)).MustRefuse(409, "payout_state");
        foreach (var sent in simulator.Payouts.Values) sent.Status = "SUCCESS";
        for (var i = 0; i < 3; i++)
        {
            market.Clock.Walk(TimeSpan.FromMinutes(20));
            await market.Run<SweepPayouts>();
            foreach (var sent in simulator.Payouts.Values) sent.Status = "SUCCESS";
        }

        (await ana.PayoutState(payout)).ShouldBe("paid");
        var paid = simulator.Payouts.ShouldHaveSingleItem().Value;
        (paid.Amount, paid.Currency.ToUpperInvariant(), paid.To).ShouldBe(way == "stripe" ? ("6000", "EUR", "acct_1Nabcdefgh") : ("60.00", "EUR", "ana@example.com"));
        (await market.Balance("psp_clearing", null, way)).ShouldBe(6_000);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData("stripe", "balance_insufficient")]
    [InlineData("paypal", "insufficient_funds")]
    public async Task A_refusal_gives_the_money_back(string way, string code)
    {
        await using var simulator = await Simulator(way);
        await using var market = await Market(way, simulator);
        var (ana, _, payout) = await Approved(market, way);
        simulator.Next = Mishap.Refused;
        await market.Run<SweepPayouts>();
        var seen = (await ana.Visitor.Get($"/api/v1/payouts/{payout}")).Must().Json;
        (seen.GetProperty("state").GetString(), seen.GetProperty("failure_code").GetString()).ShouldBe(("failed", code));
        (await ana.Available()).ShouldBe(6_000);
        simulator.Payouts.ShouldBeEmpty();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_paypal_sends_back_later_comes_back_by_new_rows()
    {
        await using var simulator = await Simulator("paypal");
        await using var market = await Market("paypal", simulator);
        var (ana, _, payout) = await Approved(market, "paypal");
        await market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("sent");
        simulator.Payouts.Values.Single().Status = "UNCLAIMED";
        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("sent");
        simulator.Payouts.Values.Single().Status = "RETURNED";
        // Its event says only what to ask about.
        await market.Follow(payout);
        (await ana.PayoutState(payout)).ShouldBe("failed");
        (await ana.Available()).ShouldBe(6_000);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_paypal_never_answered_for_weeks_is_not_sent_again()
    {
        await using var simulator = await Simulator("paypal");
        await using var market = await Market("paypal", simulator);
        var (ana, _, payout) = await Approved(market, "paypal");
        simulator.Next = Mishap.TimeoutAfter;
        await market.Run<SweepPayouts>();
        market.Clock.Walk(TimeSpan.FromDays(26));
        await market.Run<SweepPayouts>();
        await ana.SignIn();
        (await ana.PayoutState(payout)).ShouldBe("unknown");
        simulator.Writes.ShouldBe(1);
    }

    [Fact]
    public async Task Stripe_knows_by_itself_which_accounts_it_pays_to()
    {
        await using var simulator = await Simulator("stripe");
        await using var market = await Market("stripe", simulator);
        var ana = await market.SignUp("Ana");
        foreach (var account in new[] { "acct_1Nabcdefgh", "acct_1Nabcdgone" }) (await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "stripe", stripe_account = account })).Must(201);
        await market.Run<CheckDestinations>();
        (await ana.Visitor.Get("/api/v1/payout-destinations")).Must().Json.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("state").GetString()).ShouldBe(["refused", "verified"], ignoreOrder: true);
    }

    private static async Task<PayoutSimulator> Simulator(string way) => way == "stripe" ? await new StripePayoutSimulator().Started<StripePayoutSimulator>() : await new PayPalPayoutSimulator().Started<PayPalPayoutSimulator>();

    private static Task<OwnMarket> Market(string way, PayoutSimulator simulator)
    {
        var section = $"Wallet:Providers:{(way == "stripe" ? "Stripe" : "PayPal")}";
        return OwnMarket.Open(new Dictionary<string, string?>
        {
            [$"{section}:BaseAddress"] = simulator.Address, [$"{section}:TimeoutMilliseconds"] = "300", [$"{section}:SecretKey"] = "sk_test_1", [$"{section}:ClientId"] = "id", [$"{section}:ClientSecret"] = "secret",
        });
    }

    private static async Task<(Person Ana, Person Staff, Guid Payout)> Approved(OwnMarket market, string way)
    {
        var (ana, staff) = (await market.SignUp("Ana"), await market.Finance());
        await ana.TopUp(6_000);
        var id = (await ana.Visitor.Post("/api/v1/payout-destinations", new { way, email = "ana@example.com", stripe_account = "acct_1Nabcdefgh" })).Must(201).Json.Id();
        if (way == "paypal") (await staff.Visitor.Post($"/api/v1/payout-destinations/{id}/verdict", new { verified = true })).Must();
        else await market.Run<CheckDestinations>();
        await market.Ripen(id);
        var payout = await ana.Payout(6_000);
        (await staff.Approve(payout)).Must();
        return (ana, staff, payout);
    }
}
