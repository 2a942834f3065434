using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

internal sealed record AdjustmentView(
    Guid Id, Guid Account, Money Amount, AdjustmentCategory Category, string Reason, AdjustmentState State, Guid ProposedBy, DateTimeOffset ProposedAt,
    Guid? DecidedBy, DateTimeOffset? DecidedAt, string? DecisionReason)
{
    public static AdjustmentView Of(Adjustment a) => new(a.Id, a.Account, a.Amount, a.Category, a.Reason, a.State, a.ProposedBy, a.ProposedAt, a.DecidedBy, a.DecidedAt, a.DecisionReason);
}

/// <summary>Staff corrects a balance: always four eyes, never below zero, and the person is told why.</summary>
internal static class AdjustWallet
{
    /// <param name="Amount">Positive is given, negative is taken.</param>
    /// <param name="Reason">The person reads it.</param>
    public sealed record Proposal(Guid Account, Money Amount, string Category, string Reason);

    /// <param name="Approved">False rejects it, with a reason.</param>
    public sealed record Decision(bool Approved, string? Reason = null);

    public sealed class ProposalValidator : AbstractValidator<Proposal>
    {
        public ProposalValidator()
        {
            RuleFor(r => r.Amount).Must(a => a.Minor != 0 && Math.Abs((decimal)a.Minor) <= 1_000_000_000 && Currencies.Payable(a.Currency)).WithErrorCode("amount").WithMessage("Write an amount such as 60 or -60.00.");
            RuleFor(r => r.Category).Must(c => CategoryOf(c) is not null).WithErrorCode("category").WithMessage("Choose what it is: goodwill, correction, commission, fee or dispute.");
            RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
        }
    }

    public sealed class DecisionValidator : AbstractValidator<Decision>
    {
        public DecisionValidator() => RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).When(r => !r.Approved).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters.");
    }

    /// <exception cref="Refused">404 no such person; 403 <c>own_adjustment</c>, <c>step_up_required</c>.</exception>
    public static async Task<AdjustmentView> Propose(Proposal request, Caller caller, WalletDb db, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        if (!(await users.People([request.Account])).ContainsKey(request.Account)) throw Refused.NotFound();
        caller.MustBeFresh(clock);
        var adjustment = Adjustment.Propose(Ids.New(clock), request.Account, request.Amount, CategoryOf(request.Category)!.Value, request.Reason, caller.Account, clock.GetUtcNow());
        db.Adjustments.Add(adjustment);
        await audit.Write(caller, "wallet.adjustment_proposed", "account", adjustment.Account, new { adjustment = adjustment.Id, amount = adjustment.Minor, currency = adjustment.CurrencyCode, request.Category, request.Reason });
        return AdjustmentView.Of(adjustment);
    }

    /// <summary>What is given repays a debt first; what is taken must be there.</summary>
    /// <exception cref="Refused">404; 403 <c>own_adjustment</c>, <c>step_up_required</c>; 409 <c>adjustment_decided</c>, <c>second_person_needed</c>, <c>insufficient_funds</c>, <c>account_frozen</c>.</exception>
    public static async Task<AdjustmentView> Decide(Guid id, Decision request, Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var adjustment = (await db.Adjustments.FromSql($"SELECT * FROM wallet.adjustments WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
        caller.MustBeFresh(clock);
        var (now, amount, owner) = (clock.GetUtcNow(), adjustment.Amount, adjustment.Account);
        if (request.Approved)
        {
            adjustment.Approve(caller.Account, now);
            var balances = await ledger.Lock(amount.Currency, Account.Available(owner), Account.Debt(owner));
            var repaid = amount with { Minor = Math.Clamp(amount.Minor, 0, -balances[Account.Debt(owner)]) };
            await ledger.Post(new Posting($"adjustment:{id}", "adjustment", id, Account.Available(owner).Plus(amount - repaid), Account.Debt(owner).Plus(repaid), adjustment.Against.Minus(amount)));
            work.Publish(new WalletAdjusted(id, owner, amount));
        }
        else adjustment.Reject(caller.Account, request.Reason!, now);
        await audit.Write(caller, request.Approved ? "wallet.adjustment_posted" : "wallet.adjustment_rejected", "account", owner, new { adjustment = id, amount = adjustment.Minor, currency = adjustment.CurrencyCode, request.Reason });
        return AdjustmentView.Of(adjustment);
    }

    private static AdjustmentCategory? CategoryOf(string? text) =>
        Enum.GetValues<AdjustmentCategory>().Select(c => (AdjustmentCategory?)c).FirstOrDefault(c => Naming.Snake(c.ToString()!) == text);
}

/// <summary>The owner gives up on what somebody has owed for longer than half a year: it becomes the market's loss.</summary>
internal static class WriteOffDebt
{
    /// <summary>So old must debt be, in days.</summary>
    public const int Days = 180;

    public sealed record Request(Guid Account, string Currency, string Reason);

    public sealed record Reply(Guid Id, Guid Account, Money Amount);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Currency).Must(c => Currency.TryOf(c, out _)).WithErrorCode("currency").WithMessage("Say in which currency.");
            RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters.");
        }
    }

    /// <exception cref="Refused">404; 403 <c>own_adjustment</c>, <c>step_up_required</c>; 409 <c>debt_too_young</c>.</exception>
    public static async Task<Reply> Handle(Request request, Caller caller, UnitOfWork work, Ledger ledger, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Owner);
        if (!(await users.People([request.Account])).ContainsKey(request.Account)) throw Refused.NotFound();
        caller.MustBeFresh(clock);
        if (request.Account == caller.Account) throw new Refused("own_adjustment", 403, "Nobody adjusts their own wallet.");
        var (currency, now) = (Currency.Of(request.Currency), clock.GetUtcNow());
        await ledger.Lock(currency, Account.Debt(request.Account));
        var old = new Money(await work.Command(Old, request.Account, currency.Code, now.AddDays(-Days)).Scalar<long>(), currency);
        if (old.Minor <= 0) throw new Refused("debt_too_young", 409, "There is no debt older than 180 days.");
        var id = Ids.New(clock);
        await work.Command("INSERT INTO wallet.write_offs (id, account, currency, amount, reason, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id, request.Account, currency.Code, old.Minor, request.Reason.Trim(), caller.Account, now).Execute();
        await ledger.Post(new Posting($"write_off:{id}", "write_off", id, Account.Debt(request.Account).Plus(old), Account.BadDebt.Minus(old)));
        await audit.Write(caller, "wallet.debt_written_off", "account", request.Account, new { write_off = id, amount = old.Minor, currency = currency.Code, request.Reason });
        work.Publish(new DebtWrittenOff(id, request.Account, old));
        return new Reply(id, request.Account, old);
    }

    // First in, first out: what was owed then, less all that was repaid since.
    private const string Old =
        """
        SELECT greatest(0, -wallet.balance_at(a.id, $3) - coalesce((SELECT sum(p.amount) FROM wallet.postings p WHERE p.account_id = a.id AND p.effective_at > $3 AND p.amount > 0), 0))::bigint
        FROM wallet.accounts a WHERE a.kind = 'user_debt' AND a.owner_id = $1 AND a.currency = $2
        """;
}
