using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Marketplace.Tests;

public sealed class ReconciliationTests
{
    [Fact]
    public async Task A_day_on_which_both_sides_agree_is_explained_whole()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 2_000));
        (await staff.Refund(order.Id(), order.Item(), 500)).Must(201);
        await buyer.TopUp(700);
        var (_, reference) = await market.Disputed(order.Id(), 600);
        await market.Decide(reference, won: true);
        market.Clock.Walk(TimeSpan.FromDays(1));

        await market.Run<Reconcile>();

        (await market.Count("SELECT count(*) FROM wallet.reconciliation_differences")).ShouldBe(0);
        (await market.Source.Command("SELECT movements, volume FROM wallet.reconciliation_days").List(r => (r.GetInt32(0), r.GetInt64(1)))).ShouldBe([(5, 2_000 + 500 + 700 + 600 + 600)]);
        await staff.SignIn();
        (await staff.Visitor.Get("/admin/reconciliation")).Must().Text.ShouldContain("100");
    }

    [Fact]
    public async Task Each_lie_of_a_report_is_found_told_explained_or_comes_right()
    {
        await using var market = await OwnMarket.Open();
        var (ana, finance, other) = (await market.SignUp(), await market.Staff(Rights.Finance), await market.Staff(Rights.Support));
        var payments = new List<Guid>();
        for (var i = 0; i < 4; i++) payments.Add((await ana.TopUp(1_000 + i, "EUR", SandboxProvider.Ok)).Must(201).Json.Id());
        var references = new List<string>();
        foreach (var payment in payments) references.Add((await market.Source.Command("SELECT provider_reference FROM wallet.payments WHERE id = $1", payment).Scalar<string>())!);
        await market.Sandbox(async v =>
        {
            await v.Lie(references[0], "hide");
            await v.Lie(references[1], "change", Money.Of(999, "EUR"));
            await v.Lie(references[2], "change", Money.Of(1_002, "USD"));
            await v.Lie("sbx_nobody", "invent", Money.Of(5_000, "EUR"));
        });
        market.Clock.Walk(TimeSpan.FromDays(1));

        await market.Run<Reconcile>();
        await market.Run<Reconcile>();
        await market.Drain();

        (await Differences(market)).ShouldBe([("amount", "open"), ("currency", "open"), ("missing_here", "open"), ("missing_there", "open")]);
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'wallet.books_differ'")).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM notifications.notifications WHERE account = $1 AND type = 'books_differ'", finance.Account)).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM notifications.notifications WHERE account = $1 AND type = 'books_differ'", other.Account)).ShouldBe(0);
        await finance.SignIn();
        var page = (await finance.Visitor.Get("/admin/reconciliation")).Must();
        page.Html.QuerySelectorAll("#differences form").Length.ShouldBe(4);
        (await finance.Visitor.Submit(page, "/admin/reconciliation", "#differences form", new Dictionary<string, string?> { ["Input.Note"] = " " })).Must(422);
        var first = page.Html.QuerySelector("#differences form input[name='id']")!.GetAttribute("value")!;
        (await finance.Visitor.Submit(page, "/admin/reconciliation", "#differences form", new Dictionary<string, string?> { ["Input.Note"] = "Another market of ours uses the same account." })).Must(302);
        (await market.Source.Command("SELECT state FROM wallet.reconciliation_differences WHERE id = $1", Guid.Parse(first)).Scalar<string>()).ShouldBe("explained");

        (await finance.Visitor.Get("/api/v1/reconciliation/days")).Must().Json.GetProperty("data").EnumerateArray().Sum(d => d.GetProperty("open").GetInt64()).ShouldBe(3);
        var open = (await finance.Visitor.Get("/api/v1/reconciliation/differences?state=open")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        open.Count.ShouldBe(3);
        (await finance.Visitor.Get("/api/v1/reconciliation/differences?state=odd")).MustRefuse(422, "state_unknown");
        (await finance.Visitor.Post($"/api/v1/reconciliation/differences/{first}/explanation", new { note = "Again." })).MustRefuse(409, "difference_closed");
        var second = open.First(d => d.GetProperty("kind").GetString() != "missing_there").Id();
        (await finance.Visitor.Post($"/api/v1/reconciliation/differences/{second}/explanation", new { note = "A fee was taken off." })).Must(204);

        await market.Sandbox(v => v.StopLying(references[0]));
        await market.Run<Reconcile>();
        (await market.Count("SELECT count(*) FROM wallet.reconciliation_differences WHERE state = 'explained'")).ShouldBe(2, "an explanation holds");
        (await market.Source.Command("SELECT state FROM wallet.reconciliation_differences WHERE kind = 'missing_there'").Scalar<string>()).ShouldBeOneOf("settled", "explained");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.difference_explained'")).ShouldBe(2);

        static Task<List<(string, string)>> Differences(Market market) => market.Source.Command("SELECT kind, state FROM wallet.reconciliation_differences ORDER BY kind").List(r => (r.GetString(0), r.GetString(1)));
    }

    [Fact]
    public async Task Staff_compares_a_day_that_is_over_by_page_as_by_API()
    {
        await using var market = await OwnMarket.Open();
        var (ana, finance, support) = (await market.SignUp(), await market.Staff(Rights.Finance), await market.Staff(Rights.Support));
        (await ana.TopUp(1_000, "EUR", SandboxProvider.Ok)).Must(201);
        await market.Sandbox(v => v.Lie("sbx_nobody", "invent", Money.Of(5_000, "EUR")));
        var day = DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime);
        Task<Answer> Compare(Person staff, DateOnly? day, string provider = SandboxProvider.Name) => staff.Visitor.Post("/api/v1/reconciliation/days", new { provider, day });

        (await Compare(finance, day)).MustRefuse(422, "day_not_over");
        market.Clock.Walk(TimeSpan.FromDays(1));
        foreach (var person in new[] { finance, support }) await person.SignIn();
        (await Compare(support, day)).Must(403);
        (await Compare(finance, day, "nobody")).Must(404);
        foreach (var odd in new DateOnly?[] { null, DateOnly.MinValue, DateOnly.MaxValue }) (await Compare(finance, odd)).Must(422);
        (await market.Count("SELECT count(*) FROM wallet.reconciliation_days")).ShouldBe(0);

        var first = (await Compare(finance, day)).Must().Json;
        (first.GetProperty("provider").GetString(), first.GetProperty("day").GetString(), first.GetProperty("found").GetInt32()).ShouldBe((SandboxProvider.Name, $"{day:O}", 1));
        (await Compare(finance, day)).Must().Json.GetProperty("found").GetInt32().ShouldBe(0, "it is known by now");
        var page = (await finance.Visitor.Get("/admin/reconciliation")).Must();
        page.Html.QuerySelectorAll("#differences form").Length.ShouldBe(1);
        (await finance.Visitor.Submit(page, "/admin/reconciliation", "form[action*='Compare']", new Dictionary<string, string?> { ["day"] = "0001-01-01" })).Must(422);
        (await finance.Visitor.Submit(page, "/admin/reconciliation", "form[action*='Compare']", new Dictionary<string, string?> { ["day"] = $"{day:O}" })).Must(302);
        (await market.Count("SELECT count(*) FROM wallet.reconciliation_differences")).ShouldBe(1);
    }

    [Fact]
    public async Task What_can_be_settled_by_asking_is()
    {
        await using var market = await OwnMarket.Open();
        var (ana, seller) = (await market.SignUp(), await market.SignUp("Nova"));
        (await ana.TopUp(1_000, "EUR", SandboxProvider.Timeout)).Must(201).Json.State().ShouldBe("unknown");
        var order = await ana.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var payment = await market.PaymentOf(order.Id());
        await market.Sandbox(v => v.OpenDispute(payment, tell: false));      // its event is lost
        market.Clock.Walk(TimeSpan.FromDays(1));

        await market.Run<Reconcile>();
        await market.Drain();

        await ana.SignIn();
        (await ana.Available()).ShouldBe(1_000);
        (await market.Count("SELECT count(*) FROM wallet.payment_disputes WHERE taken_at IS NOT NULL")).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM wallet.reconciliation_differences")).ShouldBe(0);
        await market.BooksMustHold();
    }
}
