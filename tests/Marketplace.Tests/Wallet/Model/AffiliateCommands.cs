using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>
/// An affiliate's share of a line at the level of the ledger: the market pays 5 %, of it 94 % are locked and the rest longer. Who decides
/// is another module; here only the postings are proven, each sent as often as one likes.
/// </summary>
internal abstract class AffiliateCommand : RepeatableCommand
{
    private Posting? sent;

    protected AffiliateShare Share { get; set; } = null!;

    public override string Again(Books books) => "known";

    public override async Task<string> Run(Stage stage)
    {
        var fresh = await stage.Do(async services =>
        {
            var ledger = services.GetRequiredService<Ledger>();
            sent ??= await Decide(stage, ledger);
            return await ledger.Post(sent);
        });
        return fresh ? "posted" : "known";
    }

    /// <summary>The posting, by what the ledger says under its locks.</summary>
    protected abstract Task<Posting> Decide(Stage stage, Ledger ledger);

    protected static Account Locked(Guid owner) => new("affiliate_locked", owner);

    protected static Account Extended(Guid owner) => new("affiliate_extended", owner);

    protected Money Of(long minor) => Money.Of(minor, Share.Line.Order.Currency);

    protected Guid Owner(Stage stage) => stage.Person(Share.Person);

    protected Guid Reference(Stage stage) => stage.Orders[Share.Line.Order].Id;

    protected Guid Id(Stage stage) => stage.AffiliateShares.TryGetValue(Share, out var id) ? id : stage.AffiliateShares[Share] = WalletSteps.NewId();
}

internal sealed class EarnShare(int person, int which) : AffiliateCommand
{
    private Line line = null!;

    public override bool Precondition(Books books)
    {
        var fit = books.SoldLines.Where(l => l.Gross >= 100 && l.Refunded == 0 && l.Seller != person && l.Order.Buyer != person && books.AffiliateShares.TrueForAll(s => s.Line != l)).ToList();
        if (fit.Count == 0) return false;
        line = Pick(fit, which);
        return true;
    }

    protected override string First(Books books)
    {
        var amount = Books.Round(line.Gross * 5, 100);
        var locked = Books.Round(amount * 94, 100);
        Share = new AffiliateShare { Person = person, Line = line, Amount = amount, Locked = locked, Extended = amount - locked };
        books.AffiliateShares.Add(Share);
        books[person, line.Order.Currency].Locked += amount;
        books.Add("expense_affiliate", line.Order.Currency, -amount);
        return "posted";
    }

    protected override Task<Posting> Decide(Stage stage, Ledger ledger)
    {
        var amount = Of(Share.Line.Gross).AtRate(500);
        var locked = amount.AtRate(9_400);
        return Task.FromResult(new Posting($"commission:{Id(stage)}", "commission", Reference(stage),
            new Account("expense_affiliate").Minus(amount), Locked(Owner(stage)).Plus(locked), Extended(Owner(stage)).Plus(amount - locked)));
    }

    public override string ToString() => $"person {person} earns a share of {line.Gross}";
}

/// <summary>The lock has ended: what is locked becomes theirs, debt first.</summary>
internal sealed class MatureShare(int which) : AffiliateCommand
{
    public override bool Precondition(Books books)
    {
        var open = books.AffiliateShares.Where(s => s is { Matured: false, Locked: > 0 }).ToList();
        if (open.Count == 0) return false;
        Share = Pick(open, which);
        return true;
    }

    protected override string First(Books books)
    {
        var currency = Share.Line.Order.Currency;
        books[Share.Person, currency].Locked -= Share.Locked;
        books.Give(Share.Person, currency, Share.Locked);
        (Share.Matured, Share.Locked) = (true, 0);
        return "posted";
    }

    protected override async Task<Posting> Decide(Stage stage, Ledger ledger)
    {
        var owner = Owner(stage);
        var debt = -(await ledger.Lock(Currency.Of(Share.Line.Order.Currency), Account.Available(owner), Account.Debt(owner)))[Account.Debt(owner)];
        var amount = Of(Share.Line.Gross).AtRate(500);
        // Of what was clawed back before, the part that is locked longer went first.
        var extended = amount - amount.AtRate(9_400);
        var locked = amount.AtRate(9_400).Minor - Math.Max(0, ClawedBefore - extended.Minor);
        var repaid = Math.Min(debt, locked);
        return new Posting($"mature:{Id(stage)}", "mature", Reference(stage),
            Locked(owner).Minus(Of(locked)), Account.Debt(owner).Plus(Of(repaid)), Account.Available(owner).Plus(Of(locked - repaid)));
    }

    private long ClawedBefore => Share.ClawedBack;

    public override string ToString() => $"a share of {Share.Amount} matures";
}

/// <summary>A part of the line is gone: the affiliate gives up the same part, out of what is locked longest, what is locked, what they have, and owes the rest.</summary>
/// <param name="part">Per mille of the line that is gone by now, at least.</param>
internal sealed class ClawBack(int which, int part) : AffiliateCommand
{
    private long cumulative, amount, before, extended, locked;

    public override bool Precondition(Books books)
    {
        var open = books.AffiliateShares.Where(s => s.ClawedBack < s.Amount).ToList();
        if (open.Count == 0) return false;
        Share = Pick(open, which);
        before = Share.ClawedBack;
        cumulative = Math.Max(1, Share.Line.Gross * Math.Min(part, 1000) / 1000);
        amount = Books.Due(Share.Amount, cumulative, Share.Line.Gross, before);
        return amount > 0;
    }

    protected override string First(Books books)
    {
        var currency = Share.Line.Order.Currency;
        extended = Math.Min(amount, Share.Extended);
        locked = Math.Min(amount - extended, Share.Locked);
        Share.ClawedBack += amount;
        Share.Extended -= extended;
        Share.Locked -= locked;
        books[Share.Person, currency].Locked -= extended + locked;
        books.Take(Share.Person, currency, amount - extended - locked);
        books.Add("expense_affiliate", currency, amount);
        return "posted";
    }

    protected override async Task<Posting> Decide(Stage stage, Ledger ledger)
    {
        var owner = Owner(stage);
        var available = (await ledger.Lock(Currency.Of(Share.Line.Order.Currency), Account.Available(owner), Account.Debt(owner)))[Account.Available(owner)];
        var whole = Of(Share.Line.Gross).AtRate(500).Minor;
        var back = Money.Portion(whole, cumulative, Share.Line.Gross) - before;
        var fromAvailable = Math.Min(available, back - extended - locked);
        return new Posting($"clawback:{WalletSteps.NewId()}:{Id(stage)}", "clawback", Reference(stage),
            new Account("expense_affiliate").Plus(Of(back)), Extended(owner).Minus(Of(extended)), Locked(owner).Minus(Of(locked)),
            Account.Available(owner).Minus(Of(fromAvailable)), Account.Debt(owner).Minus(Of(back - extended - locked - fromAvailable)));
    }

    public override string ToString() => $"of a share of {Share.Amount} {amount} are clawed back";
}
