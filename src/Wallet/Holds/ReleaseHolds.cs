using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Ends what is due. Owners are independent of each other: several at once, and one that cannot be released stops nobody else.</summary>
internal sealed class ReleaseHolds(NpgsqlDataSource source, IServiceScopeFactory scopes, ILogger<ReleaseHolds> log) : IJob
{
    private const int OwnersAtOnce = 4, OwnersAPage = 200;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var (owner, currency) = (Guid.Empty, "");
        while (true)
        {
            // Walked by key, so that owners who fail again and again never fill the whole turn.
            var due = await source.Command(
                $"""
                SELECT DISTINCT owner_id, currency FROM wallet.holds h
                WHERE state = 'held' AND NOT frozen AND release_at <= $1 AND (owner_id, currency) > ($2, $3)
                  AND NOT EXISTS (SELECT FROM wallet.payment_disputes d WHERE d.subject_id = h.order_id AND {Dispute.Unsettled})
                ORDER BY owner_id, currency LIMIT $4
                """,
                now, owner, currency, OwnersAPage).List(r => (Owner: r.GetGuid(0), Currency: r.GetString(1)), stop);
            if (due.Count == 0) return;

            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = OwnersAtOnce, CancellationToken = stop }, async (one, stopping) =>
                await Release(one.Owner, one.Currency, now, stopping));
            (owner, currency) = due[^1];
        }
    }

    private async Task Release(Guid owner, string currency, DateTimeOffset now, CancellationToken stop)
    {
        try
        {
            int ended;
            do
            {
                await using var scope = scopes.CreateAsyncScope();
                ended = await scope.ServiceProvider.GetRequiredService<ReleaseTurn>().Handle(owner, Currency.Of(currency), now, stop);
            }
            while (ended == ReleaseTurn.AtOnce);
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            log.LogError(error, "Holds of {Owner} in {Currency} could not be released; they are tried again", owner, currency);
        }
    }
}

/// <summary>
/// One turn of one owner and currency, in one transaction: the due holds, what they add to what can be spent, and the debt that
/// they repay first. Holds that somebody else has in hand (another host, a refund) are left to them; those of an order that is disputed
/// wait until that is decided, and so do frozen ones.
/// </summary>
internal sealed class ReleaseTurn(UnitOfWork work, Writes writes, Ledger ledger)
{
    public const int AtOnce = 100;

    /// <returns>How many holds ended.</returns>
    public Task<int> Handle(Guid owner, Currency currency, DateTimeOffset now, CancellationToken stop) => writes.Run(async () =>
    {
        var due = await work.Command(
            $"""
            SELECT id, order_id, remaining FROM wallet.holds h
            WHERE owner_id = $1 AND currency = $2 AND state = 'held' AND NOT frozen AND release_at <= $3
              AND NOT EXISTS (SELECT FROM wallet.payment_disputes d WHERE d.subject_id = h.order_id AND {Dispute.Unsettled})
            ORDER BY release_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
            """,
            owner, currency.Code, now, AtOnce).List(r => (Id: r.GetGuid(0), Order: r.GetGuid(1), Amount: r.GetInt64(2)), stop);
        if (due.Count == 0) return 0;

        var balances = await ledger.Lock(currency, Account.Available(owner), Account.Debt(owner), Account.Pending(owner));
        var (debt, repaid, total) = (-balances[Account.Debt(owner)], 0L, 0L);
        var postings = new List<Posting>();
        foreach (var (id, order, amount) in due)
        {
            var repays = Math.Min(amount, debt - repaid);
            repaid += repays;
            total = checked(total + amount);
            postings.Add(new Posting($"release:{id}", "release", order,
                Account.Pending(owner).Minus(new Money(amount, currency)),
                Account.Debt(owner).Plus(new Money(repays, currency)),
                Account.Available(owner).Plus(new Money(amount - repays, currency))));
        }

        await ledger.Post(
            Sql.Batched(
                "UPDATE wallet.holds SET state = 'released', released = remaining, remaining = 0, ended_at = $2 WHERE id = ANY ($1)",
                due.Select(h => h.Id).ToArray(), now),
            postings);
        work.Publish(new HoldReleased(owner, new Money(total, currency), new Money(repaid, currency), due.Count));
        return due.Count;
    });
}
