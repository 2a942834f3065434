using System.Text;
using System.Xml.Linq;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Account = Marketplace.Wallet.Account;

namespace Marketplace.Tests;

public class PayoutTests : MarketTest
{
    [Fact]
    public async Task Money_asked_for_leaves_the_wallet_is_approved_sent_and_arrives()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Wallet:Payouts:SalesFeeRate"] = "300" });
        var (ana, staff) = (await market.Earner(10_000), await market.Finance());

        var payout = await ana.Payout(10_000);
        (await ana.Available()).ShouldBe(0);
        (await ana.InPayout()).ShouldBe(10_000);
        (await staff.Approve(payout)).Must().Json.GetProperty("state").GetString().ShouldBe("approved");
        await market.Run<SweepPayouts>();

        var seen = (await ana.Visitor.Get($"/api/v1/payouts/{payout}")).Must().Json;
        seen.GetProperty("state").GetString().ShouldBe("paid");
        seen.GetProperty("net").GetProperty("amount").GetInt64().ShouldBe(9_700);
        (await ana.InPayout()).ShouldBe(0);
        (await market.Balance("revenue_withdrawal_fee")).ShouldBe(300);
        (await market.Balance("payout_transit")).ShouldBe(0);
        (await market.Balance("psp_clearing", null, "sandbox")).ShouldBe(9_700 - 10_000 + 320, "the top-up came in with its fee of 3.20, the payout went out");
        (await market.Source.Command("SELECT withdrawn FROM wallet.wallets WHERE owner_id = $1", ana.Account).Scalar<long>()).ShouldBe(10_000);
        await market.BooksMustHold();
        await market.Drain();
        (await ana.Told("payout_approved", "payout_paid")).Select(n => n.Type()).ShouldBe(["payout_paid", "payout_approved"], ignoreOrder: true);
        (await staff.Told("payout_requested")).Count.ShouldBe(1);
    }

    /// <summary>What may be done in each state; all else is refused with 409 and changes nothing.</summary>
    [Theory]
    [InlineData("requested", "cancel approve reject")]
    [InlineData("approved", "reject batch")]
    [InlineData("sent", "pay fail")]
    [InlineData("paid", "return")]
    [InlineData("returned", "")]
    [InlineData("rejected", "")]
    [InlineData("cancelled", "")]
    [InlineData("failed", "")]
    public async Task In_each_state_only_what_is_legal_can_be_done(string state, string legal)
    {
        await using var market = await OwnMarket.Open(Debtor);
        var (ana, staff) = (await market.SignUp("Ana"), await market.Finance());
        await ana.TopUp(50_000);
        var destination = await market.BankAccount(ana, staff);
        foreach (var act in new[] { "cancel", "approve", "reject", "batch", "pay", "fail", "return" })
        {
            var payout = await ana.Payout(5_000, "EUR", destination);
            foreach (var step in state switch { "approved" => "approve", "sent" => "approve batch", "paid" => "approve batch pay", "returned" => "approve batch pay return", "rejected" => "reject", "cancelled" => "cancel", "failed" => "approve batch fail", _ => "" } is { Length: > 0 } way ? way.Split(' ') : [])
                (await Do(step, payout)).Status.ShouldBeInRange(200, 201);
            (await ana.PayoutState(payout)).ShouldBe(state);
            var available = await ana.Available();

            var answer = await Do(act, payout);

            if (legal.Split(' ').Contains(act)) answer.Status.ShouldBeInRange(200, 201, $"{act}: {answer.Text}");
            else
            {
                answer.MustRefuse(409, act == "batch" ? "batch_empty" : "payout_state");
                (await ana.PayoutState(payout)).ShouldBe(state);
                (await ana.Available()).ShouldBe(available);
            }

            // Nothing of this round waits in the next.
            await staff.Reject(payout);
            if (await ana.PayoutState(payout) == "sent") (await staff.MarkFailed(payout)).Must();
        }

        await market.BooksMustHold();

        Task<Answer> Do(string act, Guid payout) => act switch
        {
            "cancel" => ana.Visitor.Post($"/api/v1/payouts/{payout}/cancellation", null, WalletSteps.Key()),
            "approve" => staff.Approve(payout),
            "reject" => staff.Reject(payout),
            "batch" => staff.Batch(),
            "pay" => staff.MarkPaid(payout),
            "return" => staff.MarkReturned(payout),
            _ => staff.MarkFailed(payout),
        };
    }

    [Fact]
    public async Task What_had_arrived_and_came_back_is_in_the_wallet_again_with_the_fee()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?>(Debtor) { ["Wallet:Payouts:SalesFeeRate"] = "300" });
        var (ana, bo, staff) = (await market.SignUp("Ana"), await market.Earner(10_000), await market.Finance());
        await ana.TopUp(10_000);
        var byHand = await ana.Payout(10_000, "EUR", await market.BankAccount(ana, staff));
        var byProvider = await bo.Payout(10_000);
        foreach (var payout in new[] { byHand, byProvider }) (await staff.Approve(payout)).Must();
        (await staff.Batch()).Must(201);
        (await staff.MarkPaid(byHand)).Must();
        await market.Run<SweepPayouts>();

        (await staff.MarkReturned(byHand, " ")).MustRefuse(422, "invalid");
        (await staff.MarkReturned(byHand, "The account was closed.")).Must().Json.GetProperty("state").GetString().ShouldBe("returned");
        // A provider tells it by itself; heard twice it is one.
        await market.Everything.Command("UPDATE wallet.sandbox_payouts SET state = 'failed', scenario = 'returns' WHERE id = $1", byProvider).Execute();
        await market.Follow(byProvider);
        await market.Follow(byProvider);
        (await bo.PayoutState(byProvider)).ShouldBe("returned");

        foreach (var person in new[] { ana, bo })
        {
            (await person.Available()).ShouldBe(10_000);
            (await market.Source.Command("SELECT withdrawn FROM wallet.wallets WHERE owner_id = $1", person.Account).Scalar<long>()).ShouldBe(0);
        }

        (await market.Balance("revenue_withdrawal_fee")).ShouldBe(0);
        (await market.Balance("bank")).ShouldBe(0);
        await market.Drain();
        (await ana.Told("payout_returned")).ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("Your payout of €100.00 came back");
        (await bo.Told("payout_returned")).ShouldHaveSingleItem();
        (await ana.Visitor.Get($"/wallet/payouts/{byHand}")).Must().Text.ShouldContain("The account was closed.");
        (await staff.Visitor.Get($"/admin/payouts/{byHand}?handler=ReturnProof")).Must();
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.payout_returned' AND subject = $1", byHand)).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_database_itself_refuses_what_was_sent_to_become_payable()
    {
        var (ana, staff) = (await Market.Earner(6_000, SandboxPayouts.Slow), await Market.Finance());
        var payout = await ana.Payout(6_000);
        (await staff.Approve(payout)).Must();
        await Market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("sent");
        foreach (var back in new[] { "requested", "approved", "sending", "unknown", "rejected", "cancelled" })
        {
            var refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => Market.Everything.Command("UPDATE wallet.payouts SET state = $2 WHERE id = $1", payout, back).Execute());
            refused.ConstraintName.ShouldBe("payouts_transition");
        }

        (await Should.ThrowAsync<Npgsql.PostgresException>(() => Market.Everything.Command("UPDATE wallet.payouts SET approved_by = account WHERE id = $1", payout).Execute())).ConstraintName.ShouldBe("payouts_not_own");
    }

    [Theory]
    [InlineData("wallet.payouts")]
    [InlineData("wallet.payout_destinations")]
    public async Task The_database_shows_rows_to_their_owner_staff_and_the_market_alone(string table)
    {
        var (ana, bo) = (await Market.Earner(6_000), await Market.Earner(6_000));
        foreach (var person in new[] { ana, bo }) await person.Payout(6_000);
        (await Market.Source.Command($"SELECT count(*) FROM {table}").Scalar<long>()).ShouldBe(0);
        (await Market.Source.CommandFor(bo.Account, $"SELECT DISTINCT account FROM {table}").List(r => r.GetGuid(0))).ShouldBe([bo.Account]);
        (await Market.Source.CommandFor(bo.Account, $"UPDATE {table} SET state = state WHERE account = $1", ana.Account).Execute()).ShouldBe(0);
        (await Market.Source.CommandOn("users.sessions", $"SELECT count(*) FROM {table}").Scalar<long>()).ShouldBe(0);
        (await Market.Source.CommandOn(table, $"SELECT count(*) FROM {table} WHERE account = $1", ana.Account).Scalar<long>()).ShouldBe(1);
    }

    [Theory]
    [InlineData("EUR", 4_999, 5_000)]
    [InlineData("JPY", 4_999, 5_000)]
    [InlineData("KWD", 14_999, 15_000)]
    public async Task Less_than_the_minimum_is_not_paid_out(string currency, long little, long enough)
    {
        var ana = await Market.Earner(enough, currency: currency);
        (await ana.AskPayout(little, currency)).MustRefuse(409, "payout_too_small");
        (await ana.AskPayout(enough + 1, currency)).MustRefuse(409, "insufficient_funds");
        var asked = (await ana.AskPayout(null, currency)).Must(201).Json;
        asked.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(enough);
        (await ana.Available(currency)).ShouldBe(0);
        (await ana.AskPayout(null, currency)).MustRefuse(409, "payout_too_small");
    }

    [Fact]
    public async Task Asking_for_everything_sixteen_times_at_once_pays_once()
    {
        var ana = await Market.Earner(7_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ana.AskPayout(null)));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409);
        (await ana.Available()).ShouldBe(0);
        (await ana.InPayout()).ShouldBe(7_000);

        var bo = await Market.Earner(10_000);
        var key = WalletSteps.Key();
        var same = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => bo.AskPayout(5_000, "EUR", key)));
        same.ShouldAllBe(a => a.Status == 201);
        same.Select(a => a.Json.Id()).Distinct().Count().ShouldBe(1);
        (await bo.InPayout()).ShouldBe(5_000);
    }

    [Fact]
    public async Task No_payout_without_a_verified_destination_that_has_waited()
    {
        var (ana, staff) = (await Market.SignUp("Ana"), await Market.Finance());
        await ana.TopUp(6_000);
        (await ana.AskPayout(6_000)).MustRefuse(409, "destination_missing");
        var id = (await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder = "Ana", iban = PayoutSteps.Iban })).Must(201).Json.Id();
        (await ana.AskPayout(6_000)).MustRefuse(409, "destination_not_verified");
        (await ana.Visitor.Get("/api/v1/me")).Text.ShouldNotContain("can_withdraw");
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{id}/verdict", new { verified = true })).Must();
        (await ana.Visitor.Get("/api/v1/me")).Text.ShouldContain("can_withdraw");
        (await ana.AskPayout(6_000)).MustRefuse(409, "destination_waits");
        await Market.Ripen(id);
        var payout = await ana.Payout(6_000);
        (await ana.Visitor.Delete($"/api/v1/payout-destinations/{id}")).MustRefuse(409, "destination_in_use");
        (await ana.Visitor.Post($"/api/v1/payouts/{payout}/cancellation", null, WalletSteps.Key())).Must();
        (await ana.Available()).ShouldBe(6_000);
        (await ana.Visitor.Delete($"/api/v1/payout-destinations/{id}")).Must(204);
        (await ana.Visitor.Get("/api/v1/me")).Text.ShouldNotContain("can_withdraw");
        (await ana.Visitor.Get($"/api/v1/payouts/{payout}")).Must().Json.GetProperty("destination").GetString().ShouldBe("FR •••• 2606");
        await Market.Drain();
        (await ana.Told("destination_added")).Count.ShouldBe(1);
        (await Market.Mails(ana)).ShouldContain(m => m.Subject.Contains("money", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_payout_in_debt_while_suspended_frozen_or_without_a_fresh_proof()
    {
        var ana = await Market.Earner(6_000);
        await Market.Stale(ana);
        (await ana.AskPayout(6_000)).MustRefuse(403, "step_up_required");
        await ana.SignIn();

        await Market.Do(s => s.GetRequiredService<Ledger>().Post(new Posting($"test:{WalletSteps.NewId()}", "chargeback", null, Account.Debt(ana.Account).Minus(Money.Of(1, "EUR")), Account.LostDisputes.Plus(Money.Of(1, "EUR")))));
        (await ana.AskPayout(6_000)).MustRefuse(409, "debt_first");

        var bo = await Market.Earner(6_000);
        await Market.Become(bo.Account, "suspended");
        await bo.SignIn();
        (await bo.AskPayout(6_000)).MustRefuse(403, "forbidden");

        var cleo = await Market.Earner(6_000);
        await Market.Source.Command("SELECT wallet.set_account_status(id, 'debit_frozen') FROM wallet.accounts WHERE owner_id = $1 AND kind = 'user_available'", cleo.Account).Execute();
        (await cleo.AskPayout(6_000)).MustRefuse(409, "account_frozen");
    }

    [Fact]
    public async Task Above_an_amount_two_people_approve_and_none_of_them_is_the_owner()
    {
        await using var market = await OwnMarket.Open();
        var (ana, one, two, owner) = (await market.Earner(300_000), await market.Finance(), await market.Finance(), await market.SignUp("Olu"));
        await market.Do(s => s.GetRequiredService<IUsers>().MakeOwner(owner.Account));
        await market.Do(s => s.GetRequiredService<IUsers>().GrantRight(ana.Account, Rights.Finance));
        var large = await ana.Payout(100_001);
        (await ana.Approve(large)).MustRefuse(403, "own_payout");
        (await one.Approve(large)).Must().Json.GetProperty("state").GetString().ShouldBe("requested");
        (await one.Approve(large)).MustRefuse(409, "second_person_needed");
        (await two.Approve(large)).Must().Json.GetProperty("state").GetString().ShouldBe("approved");

        var exact = await ana.Payout(100_000);
        (await one.Approve(exact)).Must().Json.GetProperty("state").GetString().ShouldBe("approved");
        (await one.Reject(exact)).Must();
        (await ana.Available()).ShouldBe(199_999);

        (await one.Visitor.Get("/admin/payouts/settings")).Must().Html.QuerySelector("form#four-eyes").ShouldBeNull();
        var waiting = await ana.Payout(110_000);
        (await one.Approve(waiting)).Must().Json.GetProperty("state").GetString().ShouldBe("requested");
        (await owner.Visitor.Submit("/admin/payouts/settings", "form#four-eyes", new Dictionary<string, string?>())).Must(302);
        (await one.Approve(waiting)).Must().Json.GetProperty("state").GetString().ShouldBe("approved");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.four_eyes_off' AND actor = $1", owner.Account)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_admins_on_one_payout_at_once_decide_once()
    {
        var staff = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Market.Finance()));
        for (var round = 0; round < 3; round++)
        {
            var ana = await Market.Earner(6_000);
            var payout = await ana.Payout(6_000);
            var answers = await Task.WhenAll(staff.Select((s, i) => i % 2 == 0 ? s.Approve(payout) : s.Reject(payout)));
            // An approved one may still be rejected, never the other way round.
            answers.Count(a => a.Status == 200).ShouldBeInRange(1, 2);
            answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "payout_state");
            ((await ana.Available()) + await ana.InPayout()).ShouldBe(6_000);
        }
    }

    [Theory]
    [InlineData(SandboxPayouts.Refuses, "destination_refused", 0)]
    [InlineData(SandboxPayouts.Returns, "returned_by_bank", 2)]
    public async Task What_fails_comes_back_by_new_rows(string scenario, string code, int hours)
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Wallet:Payouts:SalesFeeRate"] = "100" });
        var (ana, staff) = (await market.Earner(8_000, scenario), await market.Finance());
        var payout = await ana.Payout(8_000);
        (await staff.Approve(payout)).Must();
        await market.Run<SweepPayouts>();
        market.Clock.Walk(TimeSpan.FromHours(hours));
        await market.Run<SweepPayouts>();

        var seen = (await ana.Visitor.Get($"/api/v1/payouts/{payout}")).Must().Json;
        seen.GetProperty("state").GetString().ShouldBe("failed");
        seen.GetProperty("failure_code").GetString().ShouldBe(code);
        (await ana.Available()).ShouldBe(8_000);
        (await market.Balance("revenue_withdrawal_fee")).ShouldBe(0);
        (await market.Source.Command("SELECT string_agg(kind, ' ' ORDER BY recorded_at) FROM wallet.ledger_transactions WHERE ref_id = $1", payout).Scalar<string>()).ShouldBe("payout_request payout_sent payout_failed");
        (await market.Source.Command("SELECT withdrawn FROM wallet.wallets WHERE owner_id = $1", ana.Account).Scalar<long>()).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_provider_that_answers_too_late_has_paid_once()
    {
        await using var market = await OwnMarket.Open();
        var (ana, staff) = (await market.Earner(8_000, SandboxPayouts.Timeout), await market.Finance());
        var payout = await ana.Payout(8_000);
        (await staff.Approve(payout)).Must();
        await market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("unknown");
        (await staff.Reject(payout)).MustRefuse(409, "payout_state");
        (await ana.Available()).ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromDays(400));
        await market.Run<SweepPayouts>();
        await ana.SignIn();
        (await ana.PayoutState(payout)).ShouldBe("paid");
        (await market.Count("SELECT count(*) FROM wallet.sandbox_payouts")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(Faults.BeforeCommit, 1)]
    [InlineData(Faults.AfterCommit, 1)]
    public async Task After_a_death_while_asking_the_same_key_asks_once(string point, int time)
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.Earner(9_000);
        var (key, passed) = (WalletSteps.Key(), 0);
        market.Faults.Passing = at =>
        {
            if (at == point && ++passed == time) throw new Faults.Crash(point);
        };
        (await ana.AskPayout(9_000, "EUR", key)).Status.ShouldBe(500);
        market.Faults.Passing = null;
        (await ana.AskPayout(9_000, "EUR", key)).Must(201);
        (await ana.InPayout()).ShouldBe(9_000);
        (await ana.Available()).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(Faults.BeforeCommit, 1)]
    [InlineData(Faults.AfterCommit, 1)]
    [InlineData(Faults.AfterProviderCall, 1)]
    [InlineData(Faults.BeforeCommit, 2)]
    [InlineData(Faults.AfterCommit, 2)]
    public async Task After_a_death_while_sending_it_is_sent_once(string point, int time)
    {
        await using var market = await OwnMarket.Open();
        var (ana, staff) = (await market.Earner(9_000), await market.Finance());
        var payout = await ana.Payout(9_000);
        (await staff.Approve(payout)).Must();
        var passed = 0;
        market.Faults.Passing = at =>
        {
            if (at == point && ++passed == time) throw new Faults.Crash(point);
        };
        await Should.ThrowAsync<Faults.Crash>(() => market.Run<SweepPayouts>());
        market.Faults.Passing = null;
        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepPayouts>();
        (await ana.PayoutState(payout)).ShouldBe("paid");
        (await market.Count("SELECT count(*) FROM wallet.sandbox_payouts")).ShouldBe(1);
        await market.Drain();
        (await ana.Told("payout_paid")).Count.ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_file_for_the_bank_is_right_made_once_and_its_payments_are_followed_by_hand()
    {
        await using var market = await OwnMarket.Open(Debtor);
        var (staff, ana, bo, cleo) = (await market.Finance(), await market.SignUp("Ana"), await market.SignUp("Bo"), await market.SignUp("Cleo"));
        foreach (var person in new[] { ana, bo, cleo }) await person.TopUp(20_000);
        var payouts = new List<Guid>
        {
            await ana.Payout(12_345, "EUR", await market.BankAccount(ana, staff)),
            await bo.Payout(6_000, "EUR", await market.BankAccount(bo, staff, "DE89370400440532013000", "Böhm & Söhne <GmbH>")),
        };
        var far = (await cleo.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder = "=Cleo", account_number = "000123456789", bank_code = "021000021", country = "US" })).Must(201).Json.Id();
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{far}/verdict", new { verified = true })).Must();
        await market.Ripen(far);
        var other = await cleo.Payout(7_000, "EUR", far);
        foreach (var payout in payouts.Append(other)) (await staff.Approve(payout)).Must();

        var batch = (await staff.Batch()).Must(201).Json;
        batch.GetProperty("payouts").GetInt32().ShouldBe(2);
        (await staff.Batch()).MustRefuse(409, "batch_empty");
        var csv = (await staff.Batch("csv")).Must(201).Json;

        var file = await staff.Visitor.Submit("/admin/payouts/batches", $"form[data-batch='{batch.Id()}']", new Dictionary<string, string?>());
        file.Must();
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Bytes)).ShouldBe(batch.GetProperty("sha256").GetString());
        var xml = XDocument.Parse(Encoding.UTF8.GetString(file.Bytes));
        XNamespace pain = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";
        xml.Descendants(pain + "CtrlSum").Select(s => s.Value).ShouldBe(["183.45", "183.45"]);
        xml.Descendants(pain + "NbOfTxs").ShouldAllBe(n => n.Value == "2");
        xml.Descendants(pain + "CdtTrfTxInf").Select(t => (t.Descendants(pain + "InstdAmt").Single().Value, t.Descendants(pain + "IBAN").Single().Value, t.Element(pain + "Cdtr")!.Value, t.Descendants(pain + "EndToEndId").Single().Value))
            .ShouldBe([("123.45", PayoutSteps.Iban, "Ana Muller-Lukasz", payouts[0].ToString("N")), ("60.00", "DE89370400440532013000", "Bohm Sohne GmbH", payouts[1].ToString("N"))], ignoreOrder: true);
        (await staff.Visitor.Submit("/admin/payouts/batches", $"form[data-batch='{csv.Id()}']", new Dictionary<string, string?>())).Must().Text.ShouldContain($"{other},70.00,EUR,'=Cleo,,,000123456789,021000021,US");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.payout_batch_downloaded'")).ShouldBe(2);

        (await staff.MarkPaid(payouts[0], Encoding.ASCII.GetBytes("%PDF-1.4 and then it breaks off"))).MustRefuse(422, "file_damaged");
        (await staff.MarkPaid(payouts[0], Encoding.ASCII.GetBytes("MZ"), "proof.exe")).MustRefuse(422, "file_type_not_allowed");
        (await staff.MarkPaid(payouts[0])).Must();
        (await staff.MarkFailed(payouts[1])).Must();
        (await ana.PayoutState(payouts[0])).ShouldBe("paid");
        (await bo.Available()).ShouldBe(20_000);
        (await market.Balance("bank")).ShouldBe(12_345);
        (await market.Balance("payout_transit")).ShouldBe(7_000);
        await market.BooksMustHold();
    }

    private static readonly Dictionary<string, string?> Debtor = new()
    {
        ["Wallet:Payouts:Debtor:Name"] = "Marketplace SAS", ["Wallet:Payouts:Debtor:Iban"] = "FR7630006000011234567890189", ["Wallet:Payouts:Debtor:Bic"] = "AGRIFRPP",
    };
}

public class DestinationTests : MarketTest
{
    [Theory]
    [InlineData("FR1420041010050500013M02606", true)]
    [InlineData("fr14 2004 1010 0505 0001 3m02 606", true)]
    [InlineData("DE89370400440532013000", true)]
    [InlineData("GB29NWBK60161331926819", true)]
    [InlineData("KW81CBKU0000000000001234560101", true)]
    [InlineData("MT84MALT011000012345MTLCAST001S", true)]
    [InlineData("NO9386011117947", true)]
    [InlineData("FR1420041010050500013M02607", false)]
    [InlineData("DE8937040044053201300", false)]
    [InlineData("XX89370400440532013000", false)]
    [InlineData("DE98370400440532013000", false)]
    [InlineData("US64SVBKUS6S3300958879", false)]
    [InlineData("", false)]
    public async Task An_iban_is_checked_by_its_land_length_and_digits(string iban, bool right)
    {
        var ana = await Market.SignUp();
        var answer = await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder = "Ana", iban });
        if (!right)
        {
            answer.MustRefuse(422, "invalid").Text.ShouldContain("/iban");
            return;
        }

        answer.Must(201);
        answer.Text.ShouldNotContain(iban[4..12]);
        var stored = await Market.Everything.Command("SELECT encode(details, 'escape') || mask FROM wallet.payout_destinations WHERE account = $1", ana.Account).Scalar<string>();
        stored!.ShouldNotContain(iban.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()[4..12]);
    }

    [Theory]
    [InlineData("{\"way\":\"bank\",\"holder\":\"A\",\"iban\":\"DE89370400440532013000\"}", "/holder")]
    [InlineData("{\"way\":\"bank\",\"holder\":\"Ana\",\"iban\":\"DE89370400440532013000\",\"bic\":\"NOPE\"}", "/bic")]
    [InlineData("{\"way\":\"bank\",\"holder\":\"Ana\",\"iban\":\"DE89370400440532013000\",\"bic\":\"AGRIFRPP\"}", "/bic")]
    [InlineData("{\"way\":\"bank\",\"holder\":\"Ana\",\"account_number\":\"12345678\",\"bank_code\":\"021000021\",\"country\":\"DE\"}", "/iban")]
    [InlineData("{\"way\":\"bank\",\"holder\":\"Ana\",\"account_number\":\"12345678\",\"country\":\"US\"}", "/bank_code")]
    [InlineData("{\"way\":\"bank\",\"holder\":\"Ana\",\"account_number\":\"12345678\",\"bank_code\":\"021000021\",\"country\":\"USA\"}", "/country")]
    [InlineData("{\"way\":\"sandbox\",\"scenario\":\"gold\"}", "/scenario")]
    public async Task What_no_bank_takes_is_refused_with_its_field(string body, string field)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Post("/api/v1/payout-destinations", body)).MustRefuse(422, "invalid").Text.ShouldContain(field);
    }

    [Fact]
    public async Task A_destination_is_judged_once_by_another_and_an_unknown_way_is_refused()
    {
        var (staff, ana) = (await Market.Finance(), await Market.SignUp("Ana"));
        var mine = (await staff.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder = "Staff", iban = PayoutSteps.Iban })).Must(201).Json.Id();
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{mine}/verdict", new { verified = true })).MustRefuse(403, "own_destination");
        var hers = (await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder = "Ana", iban = PayoutSteps.Iban })).Must(201).Json.Id();
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{hers}/verdict", new { verified = false })).MustRefuse(422, "invalid");
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{hers}/verdict", new { verified = false, reason = "The holder is another." })).Must();
        (await staff.Visitor.Post($"/api/v1/payout-destinations/{hers}/verdict", new { verified = true })).MustRefuse(409, "destination_decided");
        (await ana.Visitor.Get("/api/v1/payout-destinations")).Must().Text.ShouldContain("The holder is another.");
        (await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "pigeon" })).MustRefuse(422, "payout_way_unknown");
        await Market.Stale(ana);
        (await ana.Visitor.Post("/api/v1/payout-destinations", new { way = "sandbox", scenario = "pays" })).MustRefuse(403, "step_up_required");
    }

    [Fact]
    public async Task The_provider_says_itself_that_it_does_not_know_an_account()
    {
        var ana = await Market.SignUp();
        await Market.Destination(ana, SandboxPayouts.Unverified);
        (await ana.Visitor.Get("/api/v1/payout-destinations")).Must().Json.GetProperty("data")[0].GetProperty("state").GetString().ShouldBe("refused");
        (await ana.AskPayout(6_000)).MustRefuse(409, "destination_not_verified");
    }
}
