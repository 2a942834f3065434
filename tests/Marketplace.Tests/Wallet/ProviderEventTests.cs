using System.Text;
using Marketplace.Kernel;
using Marketplace.Tests.Orders;
using Marketplace.Users;
using Marketplace.Wallet;
using Shouldly;
using Xunit;

namespace Marketplace.Tests;

public sealed class ProviderEventTests
{
    [Fact]
    public async Task One_event_sixteen_times_at_once_is_stored_and_handled_once()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var topUp = (await ana.TopUp(500, "EUR", SandboxProvider.Timeout)).Must(201).Json;
        topUp.State().ShouldBe("unknown");
        using var provider = market.Visitor();
        var message = await market.Sandbox(v => Task.FromResult(v.Sign($$"""{"id":"evt_1","type":"payment.captured","at":"2026-03-02T09:00:00Z","payment":"{{topUp.Id()}}"}""")));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => provider.Send(message)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.Run<HandleEvents>()));

        answers.ShouldAllBe(a => a.Status == 200);
        (await market.Source.Command("SELECT event_id, state, attempts, about FROM wallet.provider_events").List(r => (r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetString(3)))).ShouldBe([("evt_1", "handled", 1, "payment")]);
        (await ana.Available()).ShouldBe(500);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_is_forged_altered_or_old_is_refused_and_stored_nowhere()
    {
        await using var market = await OwnMarket.Open();
        using var provider = market.Visitor();
        const string body = """{"id":"evt_1","type":"ping","at":"2026-03-02T09:00:00Z"}""";
        var good = await market.Sandbox(v => Task.FromResult(v.Sign(body)));
        var old = await market.Sandbox(v => Task.FromResult(v.Sign(body, market.Clock.GetUtcNow().AddMinutes(-6))));
        InboundMessage With(string? signature, string? other = null) => new(
            signature is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [SandboxVoices.SignatureHeader] = signature }, other is null ? good.Body : Encoding.UTF8.GetBytes(other));
        var signature = good.Headers[SandboxVoices.SignatureHeader];

        foreach (var forged in new[] { With(null), With("t=1,v1=00"), With(signature[..^1] + (signature[^1] == '0' ? '1' : '0')), With(signature, body.Replace("ping", "pong")), With(signature.Replace("t=", "t=9")), old, With("t=99999999999999999999,v1=x") })
            (await provider.Send(forged)).MustRefuse(400, "signature_invalid");
        (await provider.Send(good, "nobody")).MustRefuse(404, "not_found");
        (await provider.Send(await market.Sandbox(v => Task.FromResult(v.Sign("[1]"))))).MustRefuse(400, "event_malformed");
        (await provider.Send(await market.Sandbox(v => Task.FromResult(v.Sign(new string('x', (256 * 1024) + 1)))))).Must(413);
        (await market.Count("SELECT count(*) FROM wallet.provider_events")).ShouldBe(0);

        (await provider.Send(good)).Must();
        (await market.Source.Command("SELECT state FROM wallet.provider_events").Scalar<string>()).ShouldBe("ignored");
    }

    [Fact]
    public async Task An_event_before_our_own_commit_is_tried_again_with_growing_waits()
    {
        await using var market = await OwnMarket.Open();
        var payment = WalletSteps.NewId();
        await market.Sandbox(v => v.Tell("payment.captured", payment: payment));
        await market.HearSandbox();
        (await State(market)).ShouldBe(("received", 1, "There is no such payment here yet."));
        await market.Run<HandleEvents>();
        (await State(market)).Item2.ShouldBe(1, "it waits");
        market.Clock.Walk(TimeSpan.FromSeconds(15));
        await market.Run<HandleEvents>();
        (await State(market)).Item2.ShouldBe(2);

        var ana = await market.SignUp();
        await market.Do(async services =>
        {
            await services.Wallet().Start(new NewPayment("top_up", ana.Account, ana.Account, Money.Of(700, "EUR"), "sandbox_card", "tok_ok", "/wallet"));
        });
        await TestServer.Execute(market.ConnectionString, $"UPDATE wallet.provider_events SET subject = (SELECT id::text FROM wallet.payments)");
        market.Clock.Walk(TimeSpan.FromSeconds(30));
        await market.Run<HandleEvents>();

        (await State(market)).ShouldBe(("handled", 3, null));
        (await ana.Available()).ShouldBe(700);

        static async Task<(string, int, string?)> State(Market market) =>
            (await market.Source.Command("SELECT state, attempts, last_error FROM wallet.provider_events").List(r => (r.GetString(0), r.GetInt32(1), r.IsDBNull(2) ? null : r.GetString(2)))).Single();
    }

    [Fact]
    public async Task A_payout_of_which_its_provider_has_news_is_asked_about()
    {
        await using var market = await OwnMarket.Open();
        var (ana, finance) = (await market.Earner(10_000, SandboxPayouts.Slow), await market.Staff(Rights.Finance));
        var payout = await ana.Payout(6_000);
        (await finance.Approve(payout)).Must();
        await market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("sent");

        market.Clock.Walk(TimeSpan.FromHours(1));
        await market.Sandbox(v => v.Tell("payout.paid", payout: payout));
        await market.Run<DeliverSandboxEvents>();
        await market.Run<HandleEvents>();
        (await ana.PayoutState(payout)).ShouldBe("paid");
    }

    [Fact]
    public async Task What_never_comes_right_waits_for_a_person_who_has_it_replayed()
    {
        await using var market = await OwnMarket.Open();
        var (finance, customer) = (await market.Staff(Rights.Finance), await market.SignUp());
        await market.Sandbox(v => v.Tell("payment.captured", payment: WalletSteps.NewId()));
        await market.Sandbox(v => v.Tell("payout.paid", payout: WalletSteps.NewId()));
        await market.Sandbox(v => v.Tell("ping"));
        await market.Run<DeliverSandboxEvents>();
        for (var i = 0; i < HandleEvents.MaxAttempts; i++)
        {
            await market.Run<HandleEvents>();
            market.Clock.Walk(TimeSpan.FromHours(7));
        }

        await finance.SignIn();
        var states = await market.Source.Command("SELECT type, state FROM wallet.provider_events ORDER BY type").List(r => (r.GetString(0), r.GetString(1)));
        states.ShouldBe([("payment.captured", "failed"), ("payout.paid", "failed"), ("ping", "ignored")]);

        var page = (await finance.Visitor.Get("/admin/payment-events?state=failed&type=payment.captured")).Must().Html;
        var path = page.QuerySelector("main tbody a")!.GetAttribute("href")!;
        (await finance.Visitor.Get(path)).Must().Text.ShouldContain("There is no such payment here yet.");
        (await customer.Visitor.Get(path)).Status.ShouldBe(403);
        (await finance.Visitor.Submit(path, "form[action*='Replay']", new Dictionary<string, string?>())).Must(302);
        var payout = (await finance.Visitor.Get("/api/v1/payment-events?state=failed")).Must().Json.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        payout.GetProperty("type").GetString().ShouldBe("payout.paid");
        (await finance.Visitor.Get($"/api/v1/payment-events/{payout.Id()}")).Must().Json.GetProperty("event").GetProperty("last_error").GetString().ShouldNotBeNull();
        (await finance.Visitor.Post($"/api/v1/payment-events/{payout.Id()}/replay")).Must(204);
        (await finance.Visitor.Post($"/api/v1/payment-events/{(await finance.Visitor.Get("/api/v1/payment-events?type=ping")).Must().Json.GetProperty("data")[0].Id()}/replay")).MustRefuse(409, "event_says_nothing");
        (await market.Source.Command("SELECT attempts, state FROM wallet.provider_events WHERE type = 'payment.captured'").List(r => (r.GetInt32(0), r.GetString(1)))).ShouldBe([(0, "received")]);
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.event_replayed'")).ShouldBe(2);

        // Old ones are forgotten; what failed stays.
        for (var i = 0; i < HandleEvents.MaxAttempts; i++)
        {
            await market.Run<HandleEvents>();
            market.Clock.Walk(TimeSpan.FromHours(7));
        }

        market.Clock.Walk(TimeSpan.FromDays(91));
        await market.Run<PurgeProviderEvents>();
        (await market.Source.Command("SELECT state FROM wallet.provider_events").List(r => r.GetString(0))).ShouldBe(["failed", "failed"]);
    }

    [Fact]
    public async Task A_body_is_shown_without_secrets_and_goes_with_its_person()
    {
        await using var market = await OwnMarket.Open();
        var (finance, ana) = (await market.Staff(Rights.Finance), await market.SignUp());
        var topUp = (await ana.TopUp(500, "EUR", SandboxProvider.Ok)).Must(201).Json;
        using var provider = market.Visitor();
        (await provider.Send(await market.Sandbox(v => Task.FromResult(v.Sign($$"""{"id":"evt_1","type":"payment.captured","at":"2026-03-02T09:00:00Z","payment":"{{topUp.Id()}}"}"""))))).Must();
        var id = await market.Source.Command("SELECT id FROM wallet.provider_events").Scalar<Guid>();
        (await finance.Visitor.Get($"/admin/payment-events/{id}")).Must().Text.ShouldContain("payment.captured");
        BrowseEvents.Readable("""{"client_secret":"pi_1_secret_2","number":"4242424242424242","note":"4242 4242 4242 4242","id":"pi_3"}"""u8.ToArray()).ShouldSatisfyAllConditions(
            text => text.ShouldNotContain("secret_2"), text => text.ShouldNotContain("4242"), text => text.ShouldContain("pi_3"));

        await market.Do(async services =>
        {
            foreach (var data in (IEnumerable<IPersonalData>)services.GetService(typeof(IEnumerable<IPersonalData>))!)
            {
                if (data.Section != "payment_events") continue;
                (await data.Export(ana.Account)).ShouldNotBeNull();
                await data.Erase(ana.Account);
            }
        });
        (await market.Count("SELECT count(*) FROM wallet.provider_events WHERE body IS NULL")).ShouldBe(1);
        (await finance.Visitor.Get($"/admin/payment-events/{id}")).Must();
    }
}
