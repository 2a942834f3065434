using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The one way to move money: postings of one act in one round trip, in the caller's transaction, all or none.</summary>
internal sealed class Ledger(UnitOfWork work, Caller caller, TimeProvider clock)
{
    /// <summary>Posts in the given order. Legs of 0 are left out, a posting without legs too: what is free moves nothing.</summary>
    /// <returns>True when at least one was new; false when all had been posted before under these keys.</returns>
    /// <exception cref="Refused">409 <c>insufficient_funds</c>, <c>account_frozen</c>, <c>balance_limit</c>, <c>posting_conflict</c>.</exception>
    public async Task<bool> Post(params IReadOnlyList<Posting> postings)
    {
        var now = clock.GetUtcNow();
        var request = postings
            .Select(p => new
            {
                p.Key,
                p.Kind,
                Ref = p.Reference,
                EffectiveAt = now,
                Actor = caller.AccountOrNull,
                Legs = p.Legs.Where(l => l.Amount.Minor != 0)
                    .Select(l => new { l.Account.Kind, l.Account.Owner, l.Account.Reference, Currency = l.Amount.Currency.Code, Amount = l.Amount.Minor })
                    .ToList(),
            })
            .Where(p => p.Legs.Count > 0)
            .ToList();
        if (request.Count == 0) return false;

        try
        {
            var posted = await work.Command("SELECT replayed FROM wallet.post_many($1)", Sql.Json.Of(request)).List(r => r.GetBoolean(0));
            return posted.Contains(false);
        }
        catch (PostgresException error) when (Refusal(error.SqlState) is { } refused)
        {
            throw refused;
        }
    }

    // The only place where the ledger's SQLSTATEs get a name. A serialization failure (40001) or a deadlock (40P01) is none of
    // them: it says nothing about money and is repeated with the same keys.
    private static Refused? Refusal(string sqlState) => sqlState switch
    {
        "LG001" => new Refused("insufficient_funds", 409, "There is not enough money for this."),
        "LG005" => new Refused("account_frozen", 409, "This wallet is frozen. Write to the market's team."),
        "LG006" or PostgresErrorCodes.NumericValueOutOfRange => new Refused("balance_limit", 409, "The balance would grow beyond what an account can hold."),
        "LG409" => new Refused("posting_conflict", 409, "This was booked before with other amounts. Nothing was changed."),
        _ => null,
    };
}
