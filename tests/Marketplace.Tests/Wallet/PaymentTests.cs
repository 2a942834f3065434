using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

public class PaymentTests : MarketTest
{
    private static readonly Dictionary<string, string?> Nothing = [];

    [Theory]
    [InlineData(SandboxProvider.Ok, "captured", null, 2_500)]
    [InlineData(SandboxProvider.Declined, "failed", "card_declined", 0)]
    [InlineData(SandboxProvider.Secure, "needs_action", null, 0)]
    [InlineData(SandboxProvider.Timeout, "unknown", null, 0)]
    [InlineData("tok_nobody_knows", "failed", "card_unknown", 0)]
    public async Task A_card_decides_what_becomes_of_a_top_up(string token, string state, string? failure, long available)
    {
        var ana = await Market.SignUp();

        var answer = (await ana.TopUp(2_500, "EUR", token)).Must(201);

        answer.Json.GetProperty("state").GetString().ShouldBe(state);
        answer.Json.GetProperty("failure_code").GetString().ShouldBe(failure);
        (await ana.Available()).ShouldBe(available);
        (await Charges(Market, ana)).ShouldBe(1);
        (await ana.Visitor.Get(answer.Location!)).Must().Json.GetProperty("state").GetString().ShouldBe(state);
    }

    [Theory]
    [InlineData("EUR", 99)]
    [InlineData("EUR", 1_000_001)]
    [InlineData("EUR", 0)]
    [InlineData("EUR", -500)]
    [InlineData("EUR", long.MaxValue)]
    [InlineData("EUR", long.MinValue)]
    [InlineData("KWD", 999)]
    [InlineData("JPY", 99)]
    [InlineData("XPL", 500)]
    public async Task An_amount_out_of_bounds_is_refused(string currency, long minor)
    {
        var ana = await Market.SignUp();
        (await ana.TopUp(minor, currency, SandboxProvider.Ok)).MustRefuse(422, "invalid").Text.ShouldContain("/amount");
        (await Charges(Market, ana)).ShouldBe(0);
    }

    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("3782-822463-10005")]
    [InlineData("tok_4242424242424242")]
    public async Task A_card_number_in_any_field_is_refused_and_leaves_no_trace(string number)
    {
        var ana = await Market.SignUp();
        Task<Answer> Send(string method, string token, string key) => ana.Visitor.Post(
            "/api/v1/wallet/top-ups", new { amount = new { amount = 500, currency = "EUR" }, payment_method = method, payment_token = token }, key);

        (await Send("sandbox_card", number, WalletSteps.Key())).MustRefuse(422, "card_number_refused").Text.ShouldNotContain(number);
        (await Send(number, "tok_ok", WalletSteps.Key())).MustRefuse(422, "card_number_refused");
        (await Send("sandbox_card", "tok_ok", number)).MustRefuse(422, "card_number_refused");

        (await Market.Source.Command("SELECT count(*) FROM kernel.idempotency_keys WHERE key = $1", number).Scalar<long>()).ShouldBe(0);
        (await Market.Source.Command("SELECT count(*) FROM wallet.payments WHERE payer_id = $1", ana.Account).Scalar<long>()).ShouldBe(0);
    }

    [Theory]
    [InlineData("4111111111111112")]
    [InlineData("tok_ok")]
    [InlineData("0190a1b2-1234-7123-8123-123456789012")]
    [InlineData("00000000000000")]
    [InlineData("41111111111111111111111111111111")]
    [InlineData(null)]
    public void What_is_no_card_number_passes(string? text) => CardNumber.IsIn(text).ShouldBeFalse();

    [Fact]
    public async Task One_key_sixteen_times_at_once_charges_once()
    {
        var ana = await Market.SignUp();
        var key = WalletSteps.Key();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ana.TopUp(2_000, "EUR", SandboxProvider.Ok, key)));

        answers.ShouldAllBe(a => a.Status == 201);
        answers.Select(a => a.Location).Distinct().Count().ShouldBe(1);
        answers.Count(a => !a.Replayed).ShouldBe(1);
        (await ana.Available()).ShouldBe(2_000);
        (await Charges(Market, ana)).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_needed_and_belongs_to_one_request()
    {
        var ana = await Market.SignUp();
        var body = new { amount = new { amount = 500, currency = "EUR" }, payment_method = "sandbox_card", payment_token = "tok_ok" };
        (await ana.Visitor.Post("/api/v1/wallet/top-ups", body)).MustRefuse(400, "idempotency_key_missing");

        var key = WalletSteps.Key();
        (await ana.TopUp(500, "EUR", SandboxProvider.Ok, key)).Must(201);
        (await ana.TopUp(600, "EUR", SandboxProvider.Ok, key)).MustRefuse(422, "idempotency_key_reuse");
        (await ana.Available()).ShouldBe(500);
    }

    [Theory]
    [InlineData(Faults.BeforeCommit, 1)]
    [InlineData(Faults.AfterCommit, 1)]
    [InlineData(Faults.AfterProviderCall, 1)]
    [InlineData(Faults.BeforeCommit, 2)]
    [InlineData(Faults.AfterCommit, 2)]
    public async Task After_a_death_at_any_step_the_same_key_finishes_with_one_charge(string point, int time)
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var (key, passed) = (WalletSteps.Key(), 0);
        market.Faults.Passing = at =>
        {
            if (at == point && ++passed == time) throw new Faults.Crash(point);
        };

        (await ana.TopUp(3_000, "EUR", SandboxProvider.Ok, key)).Status.ShouldBe(500);
        passed.ShouldBe(time);
        market.Faults.Passing = null;
        var again = (await ana.TopUp(3_000, "EUR", SandboxProvider.Ok, key)).Must(201);

        again.Json.GetProperty("state").GetString().ShouldBe("captured");
        (await ana.Available()).ShouldBe(3_000);
        (await Charges(market, ana)).ShouldBe(1);
        (await Told(market)).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_payment_whose_answer_was_lost_is_found_captured_by_the_sweep()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var sent = (await ana.TopUp(4_000, "EUR", SandboxProvider.Timeout)).Must(201);

        await market.Run<SweepPayments>();
        (await State(ana, sent)).ShouldBe("unknown", "it is too early to ask again");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await market.Run<SweepPayments>();

        (await State(ana, sent)).ShouldBe("captured");
        (await ana.Available()).ShouldBe(4_000);
        (await Told(market)).ShouldBe(1);
        (await market.Source.Command("SELECT count(*) FROM wallet.payments WHERE method_token IS NOT NULL").Scalar<long>()).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_payment_that_was_written_down_and_never_submitted_is_swept_up_after_two_minutes()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        market.Faults.Passing = at =>
        {
            if (at == Faults.AfterCommit) throw new Faults.Crash(at);
        };
        (await ana.TopUp(3_000, "EUR", SandboxProvider.Ok)).Status.ShouldBe(500);
        market.Faults.Passing = null;

        market.Clock.Walk(TimeSpan.FromSeconds(90));
        await market.Run<SweepPayments>();
        (await ana.Available()).ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromSeconds(31));
        await market.Run<SweepPayments>();
        (await ana.Available()).ShouldBe(3_000);
    }

    [Fact]
    public async Task Sweeps_of_two_hosts_at_once_capture_each_payment_once()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        for (var i = 0; i < 6; i++) (await ana.TopUp(1_000, "EUR", SandboxProvider.Timeout)).Must(201);
        market.Clock.Walk(TimeSpan.FromMinutes(5));

        await Task.WhenAll(market.Run<SweepPayments>(), other.Run<SweepPayments>(), market.Run<SweepPayments>(), other.Run<SweepPayments>());

        (await ana.Available()).ShouldBe(6_000);
        (await Told(market)).ShouldBe(6);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task One_payment_submitted_sixteen_times_at_once_is_captured_once()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var order = WalletSteps.NewId();
        var payment = await Start(market, ana, order, SandboxProvider.Ok);

        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Submit(market, payment)));

        all.ShouldAllBe(p => p.State == PaymentState.Captured);
        (await market.Balance("order_funding", reference: order.ToString())).ShouldBe(5_000);
        (await market.Balance("psp_clearing", reference: "sandbox")).ShouldBe(-5_000 + 175);
        (await Told(market)).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_captured_payment_funds_the_sales_of_its_order_and_nothing_stays_behind()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        var order = WalletSteps.NewId();
        await Submit(Market, await Start(Market, ana, order, SandboxProvider.Ok));
        (await Market.Balance("order_funding", reference: order.ToString())).ShouldBe(5_000);

        await Market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            order, ana.Account, null, [new Sale(WalletSteps.NewId(), ben.Account, Money.Of(5_000, "EUR"), 0, null, 2_000, 175, 2_825, WalletSteps.SevenDays(TimeProvider.System))])));

        (await Market.Balance("order_funding", reference: order.ToString())).ShouldBe(0);
        (await ben.Pending()).ShouldBe(2_825);
    }

    [Fact]
    public async Task An_order_is_not_settled_with_money_that_never_came()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        (await LedgerTests.Outcome(() => Market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            WalletSteps.NewId(), ana.Account, null, [new Sale(WalletSteps.NewId(), ben.Account, Money.Of(5_000, "EUR"), 0, null, 500, 0, 4_500, WalletSteps.SevenDays(TimeProvider.System))])))))
            .ShouldBe("409 insufficient_funds");
    }

    [Fact]
    public async Task An_order_has_one_payment_at_a_time_and_another_only_after_it_failed()
    {
        var ana = await Market.SignUp();
        var order = WalletSteps.NewId();
        var first = await Start(Market, ana, order, SandboxProvider.Declined);
        (await LedgerTests.Outcome(() => Start(Market, ana, order, SandboxProvider.Ok))).ShouldBe("409 payment_in_progress");
        (await Submit(Market, first)).FailureCode.ShouldBe("card_declined");

        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LedgerTests.Outcome(() => Start(Market, ana, order, SandboxProvider.Ok))));

        starts.Count(s => s == "done").ShouldBe(1);
        starts.Count(s => s == "409 payment_in_progress").ShouldBe(7);
        var latest = (await Market.Do(services => services.GetRequiredService<IWallet>().PaymentFor(order)))!;
        latest.Id.ShouldNotBe(first);
        (await Submit(Market, latest.Id)).State.ShouldBe(PaymentState.Captured);
        (await LedgerTests.Outcome(() => Start(Market, ana, order, SandboxProvider.Ok))).ShouldBe("409 payment_in_progress");
    }

    [Fact]
    public async Task The_payer_confirms_on_the_banks_page_and_comes_back_with_the_money_taken()
    {
        var ana = await Market.SignUp();
        var order = WalletSteps.NewId();
        var payment = await Submit(Market, await Start(Market, ana, order, SandboxProvider.Secure));
        payment.State.ShouldBe(PaymentState.NeedsAction);

        var back = await ana.Visitor.Submit(payment.ActionUrl!, "form[action*=Confirm]", Nothing);

        back.Must(302).Location.ShouldBe($"/orders/{order}?payment={payment.Id}");
        (await Market.Balance("order_funding", reference: order.ToString())).ShouldBe(5_000);
        (await Submit(Market, payment.Id)).State.ShouldBe(PaymentState.Captured);
        (await ana.Visitor.Get(payment.ActionUrl!)).Must(302).Location.ShouldBe(back.Location, "there is nothing left to ask");
    }

    [Fact]
    public async Task A_payer_who_refuses_on_the_banks_page_pays_nothing()
    {
        var ana = await Market.SignUp();
        var page = (await ana.TopUp(900, "EUR", SandboxProvider.Secure)).Must(201).Json.GetProperty("action_url").GetString()!;

        var back = (await ana.Visitor.Submit(page, "form[action*=Refuse]", Nothing)).Must(302);

        (await ana.Visitor.Get(back.Location!)).Must().Text.ShouldContain("was not confirmed");
        (await ana.Available()).ShouldBe(0);
    }

    [Fact]
    public async Task A_confirmation_that_nobody_gives_fails_after_half_an_hour_and_cannot_be_given_later()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var sent = (await ana.TopUp(900, "EUR", SandboxProvider.Secure)).Must(201);
        var page = sent.Json.GetProperty("action_url").GetString()!;
        var form = (await ana.Visitor.Get(page)).Must();

        market.Clock.Walk(TimeSpan.FromMinutes(29));
        await market.Run<SweepPayments>();
        (await State(ana, sent)).ShouldBe("needs_action");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await market.Run<SweepPayments>();

        (await ana.Visitor.Get(sent.Location!)).Must().Json.GetProperty("failure_code").GetString().ShouldBe("action_expired");
        (await ana.Visitor.Submit(form, page, "form[action*=Confirm]", Nothing)).Must(302);
        (await State(ana, sent)).ShouldBe("failed");
        (await ana.Available()).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_payer_who_confirmed_and_never_came_back_is_found_by_the_sweep()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var sent = (await ana.TopUp(900, "EUR", SandboxProvider.Secure)).Must(201);
        await market.Source.Command("UPDATE wallet.sandbox_charges SET state = 'captured' WHERE payment_id = $1", sent.Json.GetProperty("id").GetGuid()).Execute();

        // Later than the deadline: the market wants to cancel, and hears that the payer was faster.
        market.Clock.Walk(TimeSpan.FromMinutes(45));
        await market.Run<SweepPayments>();

        (await State(ana, sent)).ShouldBe("captured");
        (await ana.Available()).ShouldBe(900);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Invariants_see_a_payment_without_its_posting_and_an_ended_payment_does_not_change()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        (await ana.TopUp(900, "EUR", SandboxProvider.Timeout)).Must(201);
        await market.BooksMustHold();

        await TestServer.Execute(market.ConnectionString,
            "UPDATE wallet.payments SET state = 'captured', captured_at = now(), provider_reference = 'x', next_check_at = NULL, method_token = NULL");
        (await LedgerTests.Red(market)).ShouldBe(["each captured payment has its posting"]);
        var ended = await Should.ThrowAsync<Npgsql.PostgresException>(() => TestServer.Execute(market.ConnectionString,
            "UPDATE wallet.payments SET state = 'failed', captured_at = NULL, failure_code = 'x'"));
        ended.ConstraintName.ShouldBe("payments_transition");
    }

    [Fact]
    public async Task Another_persons_payment_is_not_there()
    {
        var (ana, eve) = (await Market.SignUp(), await Market.SignUp("Eve"));
        var sent = (await ana.TopUp(900, "EUR", SandboxProvider.Secure)).Must(201);
        var id = sent.Json.GetProperty("id").GetString();

        (await eve.Visitor.Get(sent.Location!)).MustRefuse(404, "not_found");
        (await eve.Visitor.Get($"/wallet/payments/{id}")).Must(404);
        (await eve.Visitor.Get($"/sandbox/3ds/{id}")).Must(404);
        (await ana.Visitor.Get($"/api/v1/payments/{WalletSteps.NewId()}")).MustRefuse(404, "not_found");

        // Eve has a form of her own, with her own antiforgery token, and aims it at Ana's payment.
        var own = (await eve.TopUp(900, "EUR", SandboxProvider.Secure)).Must(201).Json.GetProperty("action_url").GetString()!;
        var token = (await eve.Visitor.Get(own)).Must().Html.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value");
        var aimed = new FormUrlEncodedContent([new("__RequestVerificationToken", token!)]);
        (await eve.Visitor.Post($"/sandbox/3ds/{id}?handler=Confirm", aimed)).Must(404);
        (await ana.Available()).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_about_money_is_shown_to_nobody()
    {
        var nobody = Market.Visitor();
        foreach (var path in new[] { "/api/v1/wallet", "/api/v1/wallet/entries", $"/api/v1/payments/{WalletSteps.NewId()}" })
            (await nobody.Get(path)).MustRefuse(401, "unauthenticated");
        foreach (var page in new[] { "/wallet", "/wallet/top-up", $"/wallet/payments/{WalletSteps.NewId()}", "/admin/ledger", "/admin/ledger/accounts", "/admin/ledger/invariants", $"/admin/payments/{WalletSteps.NewId()}" })
            (await nobody.Get(page)).Status.ShouldBeOneOf(302, 401);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"amount\":500,\"payment_method\":\"sandbox_card\"}")]
    [InlineData("{\"amount\":{\"amount\":5.5,\"currency\":\"EUR\"},\"payment_method\":\"sandbox_card\"}")]
    [InlineData("{\"amount\":{\"amount\":99999999999999999999,\"currency\":\"EUR\"},\"payment_method\":\"sandbox_card\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"ZZZ\"},\"payment_method\":\"sandbox_card\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":null}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":\"sandbox_card\",\"payer\":\"me\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":\"\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":\"wallet\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":\"sandbox_card\"}")]
    [InlineData("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"},\"payment_method\":\"sandbox_card\",\"payment_token\":\"tok\\u0000\"}")]
    public async Task Garbage_is_refused_with_a_reason(string body)
    {
        var ana = await Market.SignUp();
        var answer = await ana.Visitor.Post("/api/v1/wallet/top-ups", body, WalletSteps.Key());
        answer.Status.ShouldBeInRange(400, 422, answer.Text);
        answer.Code.ShouldNotBeNull(answer.Text);
        (await Charges(Market, ana)).ShouldBe(0);
    }

    internal static async Task<long> Charges(Market market, Person person) => await market.Source.Command(
        "SELECT count(*) FROM wallet.sandbox_charges s JOIN wallet.payments p ON p.id = s.payment_id WHERE p.payer_id = $1", person.Account).Scalar<long>();

    private static Task<long> Told(Market market) =>
        market.Source.Command("SELECT count(*) FROM kernel.outbox WHERE event = 'wallet.payment_captured'").Scalar<long>();

    private static Task<Guid> Start(Market market, Person payer, Guid order, string token) => market.Do(services => services.GetRequiredService<IWallet>().Start(
        new NewPayment("order", order, payer.Account, Money.Of(5_000, "EUR"), "sandbox_card", token, $"/orders/{order}?payment={{payment}}")));

    private static async Task<Payment> Submit(Market market, Guid payment)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IWallet>().Submit(payment);
    }

    private static async Task<string?> State(Person person, Answer sent) =>
        (await person.Visitor.Get(sent.Location!)).Must().Json.GetProperty("state").GetString();
}
