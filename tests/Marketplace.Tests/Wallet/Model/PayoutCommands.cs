using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>Money on its way out of a wallet.</summary>
internal sealed class Withdrawal
{
    public required int Person { get; init; }

    public required string Currency { get; init; }

    public required long Amount { get; init; }

    /// <summary>What becomes of it, by where it goes: one of the sandbox's scenarios.</summary>
    public required string Scenario { get; init; }

    /// <summary>3 %, as these markets are configured.</summary>
    public long Fee => Books.Round(Amount * 3, 100);

    public PayoutState State { get; set; } = PayoutState.Requested;

    public int? FirstBy { get; set; }

    public DateTimeOffset SentAt { get; set; }
}

/// <summary>Terms of payouts in these markets: small enough that every rule is met.</summary>
internal static class PayoutRules
{
    public const int Least = 700, TwoPeopleAbove = 6_000;

    public static readonly string[] Scenarios = [SandboxPayouts.Ok, SandboxPayouts.Slow, SandboxPayouts.Refuses, SandboxPayouts.Returns, SandboxPayouts.Timeout];

    public static Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Wallet:Payouts:SalesFeeRate"] = "300" };
        foreach (var currency in new[] { "EUR", "JPY", "KWD" })
        {
            settings[$"Wallet:Payouts:Minimum:{currency}"] = $"{Least}";
            settings[$"Wallet:Payouts:FourEyesAbove:{currency}"] = $"{TwoPeopleAbove}";
        }

        return settings;
    }
}

internal sealed class AskPayout(int person, int which, int part, int scenario) : RepeatableCommand
{
    private Withdrawal withdrawal = null!;

    public override bool Precondition(Books books) => true;

    protected override string First(Books books)
    {
        var currency = Pick(books.Currencies, which);
        var has = books[person, currency].Available;
        // Per mille of what there is, sometimes more than that.
        withdrawal = new Withdrawal { Person = person, Currency = currency, Amount = Math.Max(1, has * part / 1_000), Scenario = PayoutRules.Scenarios[scenario] };
        if (books.Currencies.Any(c => books[person, c].Debt > 0)) return "refused 409 debt_first";
        if (withdrawal.Amount > has) return "refused 409 insufficient_funds";
        if (withdrawal.Amount < PayoutRules.Least) return "refused 409 payout_too_small";
        books[person, currency].Available -= withdrawal.Amount;
        books[person, currency].InPayout += withdrawal.Amount;
        books.Withdrawals.Add(withdrawal);
        return "Requested";
    }

    // The stored reply: how it was then.
    public override string Again(Books books) => "Requested";

    public override Task<string> Run(Stage stage) => Send(stage, withdrawal.Amount);

    public override Task<string> Misuse(Stage stage) => Send(stage, withdrawal.Amount + 1);

    private Task<string> Send(Stage stage, long minor) => stage.As(person, async (services, caller) =>
    {
        var request = new RequestPayout.Request(Money.Of(minor, withdrawal.Currency), null, stage.PayoutTo(person, scenario));
        var key = IdempotencyKey.Of(caller, Key, "POST /api/v1/payouts", request);
        var view = (await services.GetRequiredService<Writes>().Once(key, () => RequestPayout.Handle(request, caller, services.GetServices<IPayoutProvider>(), services.GetRequiredService<WalletDb>(),
            services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Ledger>(), services.GetRequiredService<Secrets>(), services.GetRequiredService<PayoutTerms>(), services.GetRequiredService<TimeProvider>()))).Value;
        stage.Withdrawals[withdrawal] = view.Id;
        return view.State.ToString();
    });

    public override string ToString() => $"person {person} asks for a payout of {withdrawal.Amount} {withdrawal.Currency} ({PayoutRules.Scenarios[scenario]})";
}

/// <summary>Staff or the person decides about any payout, whether it is theirs to decide any more or not.</summary>
internal sealed class DecidePayout(int which, int by, DecidePayout.Verdict verdict) : Command
{
    private Withdrawal withdrawal = null!;

    public enum Verdict
    {
        Approve,
        Reject,
        Cancel,
    }

    public override bool Precondition(Books books)
    {
        // Open ones rather than ended ones.
        var open = books.Withdrawals.Where(w => w.State is PayoutState.Requested or PayoutState.Approved).ToList();
        if (books.Withdrawals.Count == 0) return false;
        withdrawal = open.Count > 0 && which % 8 != 0 ? Pick(open, which) : Pick(books.Withdrawals, which);
        return true;
    }

    public override string Run(Books books)
    {
        if (withdrawal.State != PayoutState.Requested && (verdict != Verdict.Reject || withdrawal.State != PayoutState.Approved)) return "refused 409 payout_state";
        if (verdict == Verdict.Approve)
        {
            if (withdrawal.FirstBy == by) return "refused 409 second_person_needed";
            if (withdrawal.Amount > PayoutRules.TwoPeopleAbove && withdrawal.FirstBy is null) withdrawal.FirstBy = by;
            else withdrawal.State = PayoutState.Approved;
            return withdrawal.State.ToString();
        }

        withdrawal.State = verdict == Verdict.Reject ? PayoutState.Rejected : PayoutState.Cancelled;
        books[withdrawal.Person, withdrawal.Currency].InPayout -= withdrawal.Amount;
        books[withdrawal.Person, withdrawal.Currency].Available += withdrawal.Amount;
        return withdrawal.State.ToString();
    }

    public override Task<string> Run(Stage stage)
    {
        var id = stage.Withdrawals[withdrawal];
        return verdict == Verdict.Cancel ? stage.As(withdrawal.Person, Decide) : stage.AsStaff(by, Decide);

        Task<string> Decide(IServiceProvider services, Caller caller) => services.GetRequiredService<Writes>().Run(async () =>
        {
            var (db, work, ledger) = (services.GetRequiredService<WalletDb>(), services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Ledger>());
            var (audit, clock) = (services.GetRequiredService<IAudit>(), services.GetRequiredService<TimeProvider>());
            var view = verdict switch
            {
                Verdict.Approve => await ReviewPayout.Approve(id, caller, db, work, services.GetRequiredService<PayoutTerms>(), audit, clock),
                Verdict.Reject => await ReviewPayout.Reject(id, new ReviewPayout.Rejection("The holder is somebody else."), caller, db, work, ledger, audit, clock),
                _ => await CancelPayout.Handle(id, caller, db, ledger, clock),
            };
            return view.State.ToString();
        });
    }

    public override string ToString() => $"{verdict} a payout of {withdrawal.Amount} ({withdrawal.Scenario}) by {by}";
}

/// <summary>What is approved goes out, what is open is asked about.</summary>
internal sealed class FollowPayout(int which) : RepeatableCommand
{
    private Withdrawal withdrawal = null!;

    public override bool Precondition(Books books)
    {
        var open = books.Withdrawals.Where(w => w.State is PayoutState.Approved or PayoutState.Unknown or PayoutState.Sent).ToList();
        if (open.Count == 0) return false;
        withdrawal = Pick(open, which);
        return true;
    }

    protected override string First(Books books) => Again(books);

    public override string Again(Books books)
    {
        var hourLater = withdrawal.State == PayoutState.Sent && books.Now - withdrawal.SentAt >= TimeSpan.FromHours(1);
        switch (withdrawal.State, withdrawal.Scenario)
        {
            case (PayoutState.Approved, SandboxPayouts.Ok) or (PayoutState.Unknown, _):
                Leave(books);
                Arrive(books);
                break;
            case (PayoutState.Approved, SandboxPayouts.Slow or SandboxPayouts.Returns):
                Leave(books);
                break;
            case (PayoutState.Approved, SandboxPayouts.Refuses):
                Leave(books);
                ComeBack(books);
                break;
            case (PayoutState.Approved, _):
                withdrawal.State = PayoutState.Unknown;
                break;
            case (PayoutState.Sent, SandboxPayouts.Slow) when hourLater:
                Arrive(books);
                break;
            case (PayoutState.Sent, _) when hourLater:
                ComeBack(books);
                break;
            default:
                break;
        }

        return withdrawal.State.ToString();
    }

    public override Task<string> Run(Stage stage) => stage.Outside(async services =>
    {
        var (id, account) = (stage.Withdrawals[withdrawal], stage.Person(withdrawal.Person));
        await services.GetRequiredService<SendPayout>().Handle(id, account);
        return await stage.StateOfPayout(id);
    });

    private long Net => withdrawal.Amount - withdrawal.Fee;

    private void Leave(Books books)
    {
        withdrawal.State = PayoutState.Sent;
        withdrawal.SentAt = books.Now;
        books[withdrawal.Person, withdrawal.Currency].InPayout -= withdrawal.Amount;
        books.Add("payout_transit", withdrawal.Currency, Net);
        books.Add("revenue_withdrawal_fee", withdrawal.Currency, withdrawal.Fee);
    }

    private void Arrive(Books books)
    {
        withdrawal.State = PayoutState.Paid;
        books.Add("payout_transit", withdrawal.Currency, -Net);
        books.Add("psp_clearing", withdrawal.Currency, Net);
    }

    private void ComeBack(Books books)
    {
        withdrawal.State = PayoutState.Failed;
        books.Add("payout_transit", withdrawal.Currency, -Net);
        books.Add("revenue_withdrawal_fee", withdrawal.Currency, -withdrawal.Fee);
        books[withdrawal.Person, withdrawal.Currency].Available += withdrawal.Amount;
    }

    public override string ToString() => $"a payout of {withdrawal.Amount} ({withdrawal.Scenario}) goes on";
}
