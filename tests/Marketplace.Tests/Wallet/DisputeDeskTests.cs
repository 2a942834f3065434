using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Shouldly;
using Xunit;

namespace Marketplace.Tests;

/// <summary>What people see of disputes, say about them and are told.</summary>
public sealed class DisputeDeskTests
{
    [Fact]
    public async Task Seller_and_staff_say_what_happened_and_it_is_sent_once_with_what_the_market_knows()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance, eve) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance), await market.SignUp("Eve", Capabilities.CanSell));
        var beat = await seller.PublishBeat(price: 1_000);
        var order = await buyer.BuyByCard("tok_ok", beat);
        await market.Drain();
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        var (id, reference) = await market.Disputed(order.Id());

        var shown = (await seller.Visitor.Get($"/api/v1/disputes/{id}")).Must().Json;
        shown.State().ShouldBe("needs_response");
        shown.GetProperty("lines")[0].GetProperty("title").GetString()!.ShouldContain(beat.Title);
        shown.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(1_000);
        (await seller.Visitor.Get("/api/v1/disputes?state=needs_response")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await seller.Visitor.Get("/api/v1/disputes?state=nonsense")).MustRefuse(422, "state_unknown");
        (await eve.Visitor.Get($"/api/v1/disputes/{id}")).MustRefuse(404, "not_found");
        (await eve.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = "Mine" })).MustRefuse(404, "not_found");
        (await buyer.Visitor.Get($"/api/v1/disputes/{id}")).Status.ShouldBe(403);

        (await seller.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = "He wrote me that he loves it." })).Must(204);
        (await seller.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = " " })).MustRefuse(422, "invalid");
        (await seller.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = "4242 4242 4242 4242" })).MustRefuse(422, "card_number_refused");
        var file = await market.Attach(id, seller);
        await market.Attach(id, seller);
        await market.Attach(id, seller);
        (await market.TryAttach(id, seller)).MustRefuse(409, "too_much_evidence");
        (await seller.Visitor.Get($"/media/disputes/{file}")).Must();
        (await finance.Visitor.Get($"/media/disputes/{file}")).Must();
        (await eve.Visitor.Get($"/media/disputes/{file}")).Must(404);
        (await seller.Visitor.Submit($"/sell/disputes/{id}", "form[action*='Say']", new Dictionary<string, string?> { ["Input.Text"] = "And he used it." })).Must(302);

        (await finance.Visitor.Submit($"/admin/disputes/{id}", "form[action*='Answer']", new Dictionary<string, string?> { ["Input.Statement"] = "Delivered and used." })).Must(302);
        (await finance.Visitor.Get($"/admin/disputes/{id}")).Must().Html.QuerySelector("form[action*='Answer']").ShouldBeNull();
        var sent = (await market.Source.Command("SELECT evidence FROM wallet.sandbox_disputes WHERE reference = $1", reference).Scalar<string>())!;
        foreach (var part in new[] { "Delivered and used.", $"Order {order.GetProperty("number").GetInt64()}", "Licence contract", "Downloads: 1.", "He wrote me", "And he used it.", "chat.png", "10.00 EUR" }) sent.ShouldContain(part);
        sent.ShouldNotContain("127.0.0.1");
        (await market.DisputeState(id)).ShouldBe("under_review");
        (await seller.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = "One more." })).MustRefuse(409, "dispute_answered");

        await market.Decide(reference, won: true);
        await market.Drain();
        (await Told(market, seller, "sale_disputed")).ShouldBe(2);
        (await Told(market, finance, "dispute_news")).ShouldBe(2);
        (await Told(market, buyer, "dispute_news")).ShouldBe(0);
        (await market.Mails(seller)).Count(m => m.Subject.Contains("disputed", StringComparison.Ordinal) || m.Subject.Contains("again", StringComparison.Ordinal)).ShouldBe(2);
        (await seller.Visitor.Get("/sell/orders")).Must().Text.ShouldContain($"/sell/disputes/{id}");
        foreach (var page in new[] { "/sell/disputes", $"/sell/disputes/{id}" }) (await seller.Visitor.Get(page)).Must();
        foreach (var page in new[] { "/admin/disputes", $"/admin/disputes/{id}", "/sandbox/provider" }) (await finance.Visitor.Get(page)).Must();
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.dispute_answered'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_whose_sending_died_is_sent_by_the_sweep()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var (id, reference) = await market.Disputed(order.Id());
        market.Faults.Passing = at =>
        {
            if (at == Faults.AfterCommit) throw new Faults.Crash(at);
        };
        var shown = (await finance.Visitor.Get($"/admin/disputes/{id}")).Must();
        (await finance.Visitor.Submit(shown, $"/admin/disputes/{id}", "form[action*='Answer']", new Dictionary<string, string?>())).Must(500);
        market.Faults.Passing = null;
        (await market.DisputeState(id)).ShouldBe("needs_response");

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepDisputes>();
        await market.Run<SweepDisputes>();

        (await market.DisputeState(id)).ShouldBe("under_review");
        (await market.Source.Command("SELECT evidence FROM wallet.sandbox_disputes WHERE reference = $1", reference).Scalar<string>()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Staff_does_by_API_what_the_desk_does_by_page()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var (id, reference) = await market.Disputed(order.Id());
        await market.Attach(id, seller);

        (await finance.Visitor.Get("/api/v1/payment-disputes?state=needs_response")).Must().Json.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().GetProperty("reference").GetString().ShouldBe(reference);
        (await finance.Visitor.Post($"/api/v1/payment-disputes/{id}/evidence", new { text = "They wrote to us, too." })).Must(204);
        var file = new ByteArrayContent(Picture.Png(8, 8));
        (await finance.Visitor.Post($"/api/v1/payment-disputes/{id}/files", new MultipartFormDataContent { { file, "file", "ticket.png" } })).Must(204);
        var shown = (await finance.Visitor.Get($"/api/v1/payment-disputes/{id}")).Must().Json;
        shown.GetProperty("draft").GetString()!.ShouldContain("They wrote to us, too.");
        shown.GetProperty("evidence").EnumerateArray().Select(e => e.GetProperty("by_staff").GetBoolean()).ShouldBe([false, true, true], ignoreOrder: true);
        shown.GetProperty("parts").EnumerateArray().ShouldHaveSingleItem().GetProperty("owner").GetGuid().ShouldBe(seller.Account);

        var answered = (await finance.Visitor.Post($"/api/v1/payment-disputes/{id}/answer", new { statement = "Delivered and used." })).Must().Json;
        answered.GetProperty("dispute").State().ShouldBe("under_review");
        answered.GetProperty("answer").GetString()!.ShouldContain("ticket.png");
        (await finance.Visitor.Post($"/api/v1/payment-disputes/{id}/answer", new { statement = "Again." })).MustRefuse(409, "dispute_answered");
        await market.Decide(reference, won: false);
        (await finance.Visitor.Post($"/api/v1/payment-disputes/{id}/fault", new { seller = seller.Account, reason = "The file was empty." }, WalletSteps.Key())).Must(204);
        (await finance.Visitor.Get($"/api/v1/payment-disputes/{id}")).Must().Json.GetProperty("dispute").GetProperty("fault_seller").GetGuid().ShouldBe(seller.Account);
        (await finance.Visitor.Get($"/api/v1/payment-disputes/{WalletSteps.NewId()}")).MustRefuse(404, "not_found");
        foreach (var path in new[] { "payment-disputes", $"payment-disputes/{id}", "payment-events", "payment-reviews", "payout-queue", "payout-batches", "payout-destination-reviews", "reconciliation/days", "reconciliation/differences" })
            (await seller.Visitor.Get($"/api/v1/{path}")).Status.ShouldBe(403, path);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_fee_of_a_lost_dispute_is_charged_to_a_seller_once_when_staff_says_why()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, finance) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Finance));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        await seller.TopUp(600);
        var (id, reference) = await market.Disputed(order.Id());
        (await finance.Visitor.Get($"/admin/disputes/{id}")).Must().Html.QuerySelector("#fault").ShouldBeNull();
        await market.Decide(reference, won: false);
        var before = (await seller.Available(), -await market.Balance("user_debt", seller.Account));

        (await finance.Visitor.Submit($"/admin/disputes/{id}", "#fault form", new Dictionary<string, string?> { ["Input.Reason"] = "" })).Must(422);
        (await finance.Visitor.Submit($"/admin/disputes/{id}", "#fault form", new Dictionary<string, string?> { ["Input.Reason"] = "The file was empty." })).Must(302);

        (await market.Balance("expense_dispute")).ShouldBe(0);
        (await seller.Available(), -await market.Balance("user_debt", seller.Account)).ShouldBe((0, before.Item2 + 1_500 - before.Item1));
        (await finance.Visitor.Get($"/admin/disputes/{id}")).Must().Html.QuerySelector("#fault").ShouldBeNull();
        (await seller.Visitor.Get($"/api/v1/disputes/{id}")).Must().Json.GetProperty("fee_charged").GetProperty("amount").GetInt64().ShouldBe(1_500);
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.dispute_fee_charged'")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_is_in_a_dispute_is_erased_afterwards_and_their_words_go_with_them()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var (id, reference) = await market.Disputed(order.Id());
        (await seller.Visitor.Post($"/api/v1/disputes/{id}/evidence", new { text = "My words." })).Must(204);
        await market.Attach(id, seller);
        (await Codes()).ShouldBe(["dispute_open"]);
        await market.Decide(reference, won: false);
        (await Codes()).ShouldBeEmpty();

        await market.Do(async services =>
        {
            var data = Data(services);
            (await data.Export(seller.Account)).ShouldNotBeNull();
            await data.Erase(seller.Account);
            await data.Erase(seller.Account);
        });

        (await market.Count("SELECT count(*) FROM wallet.dispute_evidence WHERE erased AND text IS NULL AND blob_key IS NULL")).ShouldBe(2);
        (await market.Count("SELECT count(*) FROM wallet.payment_disputes")).ShouldBe(1);

        Task<List<string>> Codes() => market.Do(async services => (await Data(services).Unsettled(seller.Account)).Select(u => u.Code).ToList());
        static IPersonalData Data(IServiceProvider services) => ((IEnumerable<IPersonalData>)services.GetService(typeof(IEnumerable<IPersonalData>))!).Single(d => d.Section == "disputes");
    }

    [Fact]
    public async Task A_card_that_is_disputed_by_itself_and_the_page_that_plays_the_bank()
    {
        await using var market = await OwnMarket.Open();
        var (ana, finance) = (await market.SignUp(), await market.Staff(Rights.Finance));
        (await ana.TopUp(900, "EUR", SandboxProvider.Disputed)).Must(201).Json.State().ShouldBe("captured");
        await market.HearSandbox();
        (await ana.Available()).ShouldBe(900, "the bank needs a minute");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await market.HearSandbox();
        (await ana.Available()).ShouldBe(0);

        (await finance.Visitor.Submit("/sandbox/provider", "form:has(input[value='true'][name='won'])", new Dictionary<string, string?>())).Must(302);
        (await finance.Visitor.Submit("/sandbox/provider", "form[action*='Again']", new Dictionary<string, string?>())).Must(302);
        await market.HearSandbox();
        (await ana.Available()).ShouldBe(900);
        (await finance.Visitor.Submit("/sandbox/provider", "form:has(input[name='later'])", new Dictionary<string, string?>())).Must(302);
        await market.HearSandbox();
        (await ana.Available()).ShouldBe(900);
        market.Clock.Walk(TimeSpan.FromHours(1));
        await market.HearSandbox();
        await ana.SignIn();
        (await ana.Available()).ShouldBe(0);
        (await ana.Visitor.Get("/sandbox/provider")).Status.ShouldBe(403);
        await market.BooksMustHold();
    }

    private static Task<long> Told(Market market, Person person, string type) => market.Count("SELECT count(*) FROM notifications.notifications WHERE account = $1 AND type = $2", person.Account, type);
}
