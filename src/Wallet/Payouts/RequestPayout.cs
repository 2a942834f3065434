using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>A payout as its person sees it.</summary>
/// <param name="Net">What arrives.</param>
/// <param name="Destination">Masked.</param>
/// <param name="Reason">Why it was rejected or came back.</param>
internal sealed record PayoutView(
    Guid Id, Money Amount, Money Fee, Money Net, PayoutState State, string Way, string Destination, string? Reason, string? FailureCode,
    DateTimeOffset CreatedAt, DateTimeOffset? SentAt, DateTimeOffset? EndedAt)
{
    public static PayoutView Of(Payout p, string mask) => new(p.Id, p.Amount, p.Fee, p.Net, p.State, p.Way, mask, p.Reason, p.FailureCode, p.CreatedAt, p.SentAt, p.EndedAt);
}

/// <summary>Somebody wants their money. It leaves what they can spend at once, and waits for the market's team.</summary>
internal static class RequestPayout
{
    /// <param name="Amount">Null: everything there is in <paramref name="Currency"/>.</param>
    /// <param name="DestinationId">Null: the only one that can be used.</param>
    public sealed record Request(Money? Amount = null, string? Currency = null, Guid? DestinationId = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Amount).Must(a => a is null || (a.Value.Minor > 0 && Currencies.Payable(a.Value.Currency))).WithErrorCode("amount").WithMessage("Write an amount such as 60 or 60.00.");
            RuleFor(r => r.Currency).Must((r, code) => r.Amount is { } a ? code is null || code == a.Currency.Code : Kernel.Currency.TryOf(code, out var known) && Currencies.Payable(known))
                .WithErrorCode("currency").WithMessage("Say which currency to pay out.");
        }
    }

    /// <exception cref="Refused">
    /// 403 <c>step_up_required</c>, <c>forbidden</c> (suspended); 404 no such destination; 409 <c>destination_missing</c>, <c>destination_not_verified</c>, <c>destination_waits</c>,
    /// <c>debt_first</c>, <c>payout_too_small</c>, <c>insufficient_funds</c>, <c>account_frozen</c>, <c>currency_not_paid</c>.
    /// </exception>
    public static async Task<PayoutView> Handle(
        Request request, Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Ledger ledger, Secrets secrets, PayoutTerms terms, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var now = clock.GetUtcNow();
        var currency = request.Amount?.Currency ?? Currency.Of(request.Currency!);
        var destination = await Choose(request.DestinationId, caller.Account, db, now);
        caller.MustBeAble(Capabilities.CanWithdraw);
        var provider = providers.FirstOrDefault(p => p.Key == destination.Way);
        if (provider is null || !provider.Pays(currency, destination.Open(secrets))) throw new Refused("currency_not_paid", 409, "This destination does not take this currency. Choose another.");

        var balances = await ledger.Lock(currency, Account.Available(caller.Account), Account.Debt(caller.Account), Account.Payout(caller.Account));
        if (await work.Command("SELECT EXISTS (SELECT FROM wallet.wallets WHERE owner_id = $1 AND debt > 0)", caller.Account).Scalar<bool>())
            throw new Refused("debt_first", 409, "You owe the market money. Your next earnings, or a top-up, pay it first.");
        var available = new Money(balances[Account.Available(caller.Account)], currency);
        var amount = request.Amount ?? available;
        if (amount > available) throw new Refused("insufficient_funds", 409, "There is not enough money for this.");
        if (amount < terms.Minimum(currency)) throw new Refused("payout_too_small", 409, "This is less than the least that is paid out.");

        var payout = Payout.Request(Ids.New(clock), caller.Account, destination.Id, destination.Way, amount, terms.Fee(amount, Money.Zero(currency)), now);
        db.Payouts.Add(payout);
        await ledger.Post(PayoutPostings.Requested(payout));
        work.Publish(payout.Told(PayoutStep.Requested));
        return PayoutView.Of(payout, destination.Mask);
    }

    private static async Task<Destination> Choose(Guid? wanted, Guid account, WalletDb db, DateTimeOffset now)
    {
        var own = await db.Destinations.FromSql($"SELECT * FROM wallet.payout_destinations WHERE account = {account} AND removed_at IS NULL ORDER BY id FOR SHARE").ToListAsync();
        var one = wanted is { } id ? own.SingleOrDefault(d => d.Id == id) ?? throw Refused.NotFound()
            : own.Where(d => d.State == DestinationState.Verified).OrderBy(d => d.UsableFrom).FirstOrDefault() ?? own.FirstOrDefault()
            ?? throw new Refused("destination_missing", 409, "Say first where your money goes.");
        if (one.State != DestinationState.Verified) throw new Refused("destination_not_verified", 409, "This destination is not verified yet.");
        if (one.UsableFrom > now) throw new Refused("destination_waits", 409, "A new destination waits for two days before its first payout.");
        return one;
    }
}

/// <summary>The person has changed their mind, and nobody has approved it yet.</summary>
internal static class CancelPayout
{
    /// <exception cref="Refused">404; 409 <c>payout_state</c>.</exception>
    public static async Task<PayoutView> Handle(Guid id, Caller caller, WalletDb db, Ledger ledger, TimeProvider clock)
    {
        var payout = await Payouts.Locked(id, db);
        if (payout is null || payout.Account != caller.Account) throw Refused.NotFound();
        payout.Cancel(clock.GetUtcNow());
        await ledger.Post(PayoutPostings.Back(payout, "payout_cancelled"));
        return await Payouts.View(payout, db);
    }
}

/// <summary>What the acts on payouts share.</summary>
internal static class Payouts
{
    public static async Task<Payout?> Locked(Guid id, WalletDb db) =>
        (await db.Payouts.FromSql($"SELECT * FROM wallet.payouts WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault();

    public static async Task<PayoutView> View(Payout payout, WalletDb db) =>
        PayoutView.Of(payout, await db.Destinations.Where(d => d.Id == payout.DestinationId).Select(d => d.Mask).SingleAsync());
}
