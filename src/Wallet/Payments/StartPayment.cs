using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Writes down that money shall be taken, and takes the wallet's part of it. Nobody is called: that comes after the commit.</summary>
internal static class StartPayment
{
    public static async Task<Guid> Handle(NewPayment asked, IEnumerable<IPaymentProvider> providers, SavedMethods saved, Ledger ledger, WalletDb db, UnitOfWork work, TimeProvider clock)
    {
        // Over HTTP it was refused before anybody read it; here is where a token is stored, whoever calls.
        CardNumber.Refuse(asked.MethodToken, asked.Method);
        if (asked.Purpose is not (Charge.ForOrder or Charge.ForTopUp)) throw new ArgumentException($"No payment is for '{asked.Purpose}'.", nameof(asked));
        if (asked.Amount.Minor <= 0) throw new ArgumentException("What is free is not paid.", nameof(asked));
        if (asked.FromWallet is { } part && (part.Minor < 0 || part.Currency != asked.Amount.Currency)) throw new ArgumentException("The wallet pays in the same currency, and gets nothing.", nameof(asked));
        if (!IsLocal(asked.ReturnPath)) throw new ArgumentException("The payer returns to a path of this market.", nameof(asked));

        var provider = providers.FirstOrDefault(p => p.Methods.Any(m => m.Key == asked.Method))
            ?? throw new Refused("payment_method_unknown", 422, "There is no such way to pay here.");
        if (!Currencies.Payable(asked.Amount.Currency)) throw new Refused("currency_not_payable", 422, "This currency cannot be paid with.");
        if (!provider.Takes(asked.Amount)) throw new Refused("amount_not_payable", 422, "This sum cannot be paid this way. Choose another.");
        if (asked.SavedMethod is { } kept) await saved.MustBeUsable(kept, asked.Payer, asked.Method);
        else if (provider.Methods.Single(m => m.Key == asked.Method).TakesCard && asked.MethodToken is not { Length: > 0 and <= 200 })
            throw new Refused("payment_token_missing", 422, "Choose a card.");

        var charge = Charge.Start(Ids.New(clock), asked, provider.Key, clock.GetUtcNow());
        db.Charges.Add(charge);
        await work.Flush(("payments_one_live", new Refused("payment_in_progress", 409, "A payment for this is on its way or has arrived.")));
        await ledger.Post(new Posting($"fund:{charge.Id}", "fund", charge.SubjectId, Account.Available(charge.PayerId).Minus(charge.FromWallet), Account.OrderFunding(charge.SubjectId).Plus(charge.FromWallet)));
        return charge.Id;
    }

    private static bool IsLocal(string path) =>
        path.Length <= 300 && path.StartsWith('/') && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);
}

/// <summary>The currencies that people pay in. Points are none.</summary>
internal static class Currencies
{
    public static readonly IReadOnlyList<string> All = ["EUR", "USD", "GBP", "JPY", "KWD"];

    public static bool Payable(Currency currency) => All.Contains(currency.Code);
}
