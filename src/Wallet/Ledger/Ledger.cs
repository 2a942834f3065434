using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The one way to move money: postings of one act in one round trip, in the caller's transaction, all or none.</summary>
internal sealed class Ledger(UnitOfWork work, Caller caller, TimeProvider clock)
{
    /// <summary>Posts in the given order. Legs of 0 are left out, a posting without legs too: what is free moves nothing.</summary>
    /// <returns>True when at least one was new; false when all had been posted before under these keys.</returns>
    /// <exception cref="Refused">409 <c>insufficient_funds</c>, <c>account_frozen</c>, <c>balance_limit</c>, <c>posting_conflict</c>.</exception>
    public Task<bool> Post(params IReadOnlyList<Posting> postings) => Post(null, postings);

    /// <param name="beside">One more statement that belongs to the postings, sent with them.</param>
    /// <inheritdoc cref="Post(IReadOnlyList{Posting})"/>
    public async Task<bool> Post(NpgsqlBatchCommand? beside, IReadOnlyList<Posting> postings)
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
            await using var batch = new NpgsqlBatch(work.Connection);
            batch.BatchCommands.Add(Sql.Batched("SELECT replayed FROM wallet.post_many($1)", Sql.Json.Of(request)));
            if (beside is not null) batch.BatchCommands.Add(beside);
            await using var reader = await batch.ExecuteReaderAsync();
            var anyNew = false;
            while (await reader.ReadAsync()) anyNew |= !reader.GetBoolean(0);
            while (await reader.NextResultAsync())
            {
                // What stands beside answers nothing, but its error would be told here.
            }

            return anyNew;
        }
        catch (PostgresException error) when (Refusal(error.SqlState) is { } refused)
        {
            throw refused;
        }
    }

    /// <summary>
    /// Locks the stored balances on which a decision depends, opening those that do not exist yet, and answers them. Once a
    /// transaction, after the business rows and before the only <see cref="Post(IReadOnlyList{Posting})"/>.
    /// </summary>
    public async Task<IReadOnlyDictionary<Account, long>> Lock(Currency currency, params IReadOnlyCollection<Account> accounts)
    {
        var named = accounts.Distinct().ToArray();
        var balances = await work.Command(
            """
            WITH opened AS MATERIALIZED (SELECT wallet.open_accounts($1, $2, $3, $4) AS ids)
            SELECT array_position(o.ids, l.account_id), l.balance FROM opened o CROSS JOIN LATERAL wallet.lock_accounts(o.ids) l
            """,
            named.Select(a => a.Kind).ToArray(), named.Select(a => a.Owner).ToArray(), named.Select(a => a.Reference).ToArray(), named.Select(_ => currency.Code).ToArray())
            .List(r => (At: r.GetInt32(0), Balance: r.GetInt64(1)));
        return balances.ToDictionary(b => named[b.At - 1], b => b.Balance);
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
