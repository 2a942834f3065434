using System.Globalization;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Account = Marketplace.Wallet.Account;

namespace Marketplace.Tests;

public class AdjustmentTests : MarketTest
{
    [Fact]
    public async Task One_proposes_another_posts_and_the_person_is_told()
    {
        await using var market = await OwnMarket.Open();
        var (ana, one, two) = (await market.SignUp("Ana"), await market.Finance(), await market.Finance());
        await Owes(market, ana, 300);
        var gift = await Propose(one, ana, 1_000);
        (await Decide(one, gift, true)).MustRefuse(409, "second_person_needed");
        (await Decide(two, gift, true)).Must();
        (await Decide(two, gift, true)).MustRefuse(409, "adjustment_decided");
        (await ana.Available()).ShouldBe(700, "what was owed is repaid first");
        (await market.Balance("user_debt", ana.Account)).ShouldBe(0);
        (await market.Balance("expense_goodwill")).ShouldBe(-1_000);

        var taken = await Propose(one, ana, -701);
        (await Decide(two, taken, true)).MustRefuse(409, "insufficient_funds");
        (await Decide(two, taken, false)).MustRefuse(422, "invalid");
        (await Decide(two, taken, false, "Too much.")).Must();
        (await ana.Available()).ShouldBe(700);
        await market.Drain();
        (await ana.Told("wallet_adjusted")).Count.ShouldBe(1);
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE subject = $1 AND act LIKE 'wallet.adjustment%'", ana.Account)).ShouldBe(4);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Nobody_adjusts_their_own_wallet()
    {
        var (one, two) = (await Market.Finance(), await Market.Finance());
        (await one.Visitor.Post("/api/v1/adjustments", Body(one, 500))).MustRefuse(403, "own_adjustment");
        var forTwo = await Propose(one, two, 500);
        (await Decide(two, forTwo, true)).MustRefuse(403, "own_adjustment");
        (await one.Visitor.Post("/api/v1/adjustments", Body(two, 0))).MustRefuse(422, "invalid");
        (await one.Visitor.Post("/api/v1/adjustments", new { account = Guid.CreateVersion7(), amount = new { amount = 5, currency = "EUR" }, category = "goodwill", reason = "x" })).MustRefuse(404, "not_found");
        (await one.Visitor.Post("/api/v1/adjustments", new { account = two.Account, amount = new { amount = 5, currency = "EUR" }, category = "love", reason = "x" })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task Debt_is_written_off_by_the_owner_when_it_is_half_a_year_old()
    {
        await using var market = await OwnMarket.Open();
        var (ana, olu, staff) = (await market.SignUp("Ana"), await market.SignUp("Olu"), await market.Finance());
        await market.Do(s => s.GetRequiredService<IUsers>().MakeOwner(olu.Account));
        await Owes(market, ana, 1_000);
        market.Clock.Walk(TimeSpan.FromDays(100));
        await Owes(market, ana, 500);
        await olu.SignIn();
        object request = new { account = ana.Account, currency = "EUR", reason = "She has left the country." };
        (await olu.Visitor.Post("/api/v1/write-offs", request)).MustRefuse(409, "debt_too_young");
        market.Clock.Walk(TimeSpan.FromDays(81));
        await Adjusted(market, ana, 300);
        await olu.SignIn();
        await staff.SignIn();
        (await staff.Visitor.Post("/api/v1/write-offs", request)).MustRefuse(403, "forbidden");
        (await olu.Visitor.Post("/api/v1/write-offs", request)).Must(201).Json.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(700, "the old part, less what was repaid since");
        (await market.Balance("user_debt", ana.Account)).ShouldBe(-500);
        (await market.Balance("expense_bad_debt")).ShouldBe(-700);
        (await olu.Visitor.Post("/api/v1/write-offs", request)).MustRefuse(409, "debt_too_young");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_statement_of_a_year_agrees_with_the_ledger()
    {
        await using var market = await OwnMarket.Open();
        var (ana, bo, one, two) = (await market.SignUp("Ana"), await market.SignUp("Bo"), await market.Finance(), await market.Finance());
        await bo.TopUp(90_000);
        await bo.TopUp(900_000, "JPY");
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), bo.Account, ana.Account, 20_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), bo.Account, ana.Account, 300_000, "JPY");
        market.Clock.Walk(TimeSpan.FromDays(31));
        await market.Run<ReleaseHolds>();
        foreach (var person in new[] { ana, bo, one, two }) await person.SignIn();
        await Decide(two, await Propose(one, ana, 1_234), true);
        await market.Destination(ana);
        var payout = await ana.Payout(8_000);
        (await one.Approve(payout)).Must();
        await market.Run<SweepPayouts>();
        market.Clock.Walk(TimeSpan.FromDays(330));
        await ana.SignIn();
        await ana.TopUp(700);
        var clock = market.Services.GetRequiredService<TimeProvider>();

        foreach (var (year, sheets) in new[] { (2026, 2), (2027, 2) })
        {
            var read = await YearStatement.Read(year, ana.Account, market.Source, clock, default);
            read.Count.ShouldBe(sheets);
            foreach (var sheet in read)
            {
                foreach (var month in sheet.Months)
                {
                    var from = new DateTimeOffset(year, month.Month, 1, 0, 0, 0, TimeSpan.Zero);
                    (await Sum(market, ana, sheet.Currency, DateTimeOffset.UnixEpoch, from)).ShouldBe(month.Opening.Minor);
                    (await Sum(market, ana, sheet.Currency, DateTimeOffset.UnixEpoch, from.AddMonths(1))).ShouldBe(month.Closing.Minor);
                    foreach (var (types, minor) in new[] { ("sale refund", month.Net), ("withdraw", month.Payouts), ("adjustment", month.Adjustments), ("deposit", month.TopUps) })
                        (await Sum(market, ana, sheet.Currency, from, from.AddMonths(1), types.Split(' '))).ShouldBe(minor.Minor, $"{types} of {month.Month}/{year}");
                }
            }
        }

        var march = (await YearStatement.Read(2026, ana.Account, market.Source, clock, default))[0].Months[2];
        (march.Gross.Minor, march.Commission.Minor, march.Net.Minor).ShouldBe((20_000, -2_000, 18_000));
        var csv = (await ana.Visitor.Get("/api/v1/wallet/statements/2026.csv")).Must().Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        csv.Length.ShouldBe(1 + 24);
        csv.ShouldContain("2026-03,EUR,0.00,200.00,0.00,0.00,-20.00,0.00,0.00,180.00,0.00,0.00,0.00,0.00,0.00,180.00");
        (await ana.Visitor.Get("/api/v1/wallet/statements/2031.csv")).MustRefuse(404, "not_found");
        (await ana.Visitor.Get("/wallet/statements/2026")).Must().Text.ShouldContain("180.00");
    }

    private static Task<long> Sum(Market market, Person person, Currency currency, DateTimeOffset from, DateTimeOffset until, params string[] types) => market.Source.Command(
        "SELECT coalesce(sum(amount), 0)::bigint FROM wallet.ledger WHERE owner_id = $1 AND currency = $2 AND at >= $3 AND at < $4 AND ($5::text[] = '{}' OR type = ANY ($5))",
        person.Account, currency.Code, from, until, types).Scalar<long>();

    private static object Body(Person person, long minor) => new { account = person.Account, amount = new { amount = minor, currency = "EUR" }, category = "goodwill", reason = "We were late." };

    private static async Task<Guid> Propose(Person staff, Person person, long minor) => (await staff.Visitor.Post("/api/v1/adjustments", Body(person, minor))).Must(201).Json.Id();

    private static Task<Answer> Decide(Person staff, Guid adjustment, bool approved, string? reason = null) => staff.Visitor.Post($"/api/v1/adjustments/{adjustment}/decision", new { approved, reason });

    private static Task Owes(Market market, Person person, long minor) => market.Do(s => s.GetRequiredService<Ledger>().Post(
        new Posting(string.Create(CultureInfo.InvariantCulture, $"test:{WalletSteps.NewId()}"), "chargeback", null, Account.Debt(person.Account).Minus(Money.Of(minor, "EUR")), Account.LostDisputes.Plus(Money.Of(minor, "EUR")))));

    private static Task Adjusted(Market market, Person person, long minor) => market.Do(s => s.GetRequiredService<Ledger>().Post(
        new Posting($"test:{WalletSteps.NewId()}", "release", null, Account.Debt(person.Account).Plus(Money.Of(minor, "EUR")), Account.Goodwill.Minus(Money.Of(minor, "EUR")))));
}
