using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Income that is paid before it is earned: it waits in a liability, and each look at the clock recognises what is earned by then.</summary>
internal sealed class Deferrals(UnitOfWork work, Ledger ledger, TimeProvider clock)
{
    private const string Columns = "id, payer_id, account, currency, total, from_at, until_at, recognised, given_back, state";

    /// <summary>What of the total is earned at a time: <c>round(total × elapsed ÷ whole)</c>, in microseconds; nothing before, all of it after.</summary>
    public static long Earned(long total, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) => at <= from ? 0 : at >= until
        ? total
        : Money.Portion(total, (at - from).Ticks / TimeSpan.TicksPerMicrosecond, (until - from).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <exception cref="Refused">409 <c>insufficient_funds</c>, <c>posting_conflict</c> for another deferral under this id.</exception>
    public async Task Begin(Deferral deferral)
    {
        if (deferral.Total.Minor <= 0 || deferral.Until <= deferral.From) throw new ArgumentException($"Deferral {deferral.Id} is of nothing or of no time.", nameof(deferral));
        var account = Name(deferral.Kind);
        await ledger.Post(
            Sql.Batched(
                """
                INSERT INTO wallet.deferrals (id, subject_id, payer_id, account, currency, total, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (id) DO NOTHING
                """, deferral.Id, deferral.Subject, deferral.Payer, account, deferral.Total.Currency.Code, deferral.Total.Minor, deferral.From, deferral.Until),
            [new Posting($"defer:{deferral.Id}", Kind(account), deferral.Subject, Account.Available(deferral.Payer).Minus(deferral.Total), new Account(account).Plus(deferral.Total))]);
    }

    /// <returns>What went back to the payer's wallet; the same again when it was stopped before.</returns>
    public async Task<Money> Stop(Guid id, DateTimeOffset at)
    {
        if (await Locked(id) is not { } row) throw new InvalidOperationException($"There is no deferral {id}.");
        if (row.State != "open") return new Money(row.GivenBack, row.Currency);

        var earned = Math.Max(row.Recognised, Earned(row.Total, row.From, row.Until, at));
        var rest = row.Total - earned;
        var postings = new List<Posting>();
        if (earned > row.Recognised) postings.Add(Recognised(row, earned));
        if (rest > 0) postings.Add(new Posting($"undefer:{id}", $"{Kind(row.Account)}_stopped", row.Subject, new Account(row.Account).Minus(new Money(rest, row.Currency)), Account.Available(row.Payer).Plus(new Money(rest, row.Currency))));
        await ledger.Post(
            Sql.Batched(
                "UPDATE wallet.deferrals SET recognised = $2, given_back = $3, state = CASE WHEN $3 = 0 THEN 'earned' ELSE 'stopped' END, ended_at = $4 WHERE id = $1", id, earned, rest, clock.GetUtcNow()),
            postings);
        return new Money(rest, row.Currency);
    }

    /// <summary>One turn, in one transaction: the next open ones after an id. Those that somebody else has in hand are left to them.</summary>
    /// <returns>The last id that was looked at; null when there was none.</returns>
    public async Task<Guid?> Recognise(Guid after, int atOnce, DateTimeOffset now)
    {
        var due = await work.Command(
            $"SELECT {Columns}, subject_id FROM wallet.deferrals WHERE state = 'open' AND id > $1 AND from_at < $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED", after, now, atOnce).List(Row.Read);
        if (due.Count == 0) return null;
        var earned = due.Select(row => (Row: row, Earned: Earned(row.Total, row.From, row.Until, now))).Where(e => e.Earned > e.Row.Recognised).ToList();
        if (earned.Count > 0)
        {
            await ledger.Post(
                Sql.Batched(
                    """
                    UPDATE wallet.deferrals d SET recognised = e.earned, state = CASE WHEN e.earned = d.total THEN 'earned' ELSE 'open' END, ended_at = CASE WHEN e.earned = d.total THEN $3 END
                    FROM unnest($1::uuid[], $2::bigint[]) e (id, earned) WHERE d.id = e.id
                    """, earned.Select(e => e.Row.Id).ToArray(), earned.Select(e => e.Earned).ToArray(), now),
                earned.Select(e => Recognised(e.Row, e.Earned)).ToList());
        }

        return due[^1].Id;
    }

    // What is recognised only grows: how far it has come names the posting, for ever.
    private static Posting Recognised(Row row, long earned)
    {
        var more = new Money(earned - row.Recognised, row.Currency);
        return new Posting($"recognise:{row.Id}:{earned}", "recognise", row.Subject, new Account(row.Account).Minus(more), new Account(row.Account.Replace("deferred_", "revenue_", StringComparison.Ordinal)).Plus(more));
    }

    private static string Name(DeferredIncome kind) => kind == DeferredIncome.Boost ? "deferred_boost" : "deferred_subscription";

    private static string Kind(string account) => account["deferred_".Length..];

    private async Task<Row?> Locked(Guid id) => (await work.Command($"SELECT {Columns}, subject_id FROM wallet.deferrals WHERE id = $1 FOR UPDATE", id).List(Row.Read)).SingleOrDefault();

    private sealed record Row(Guid Id, Guid Payer, string Account, Currency Currency, long Total, DateTimeOffset From, DateTimeOffset Until, long Recognised, long GivenBack, string State, Guid Subject)
    {
        public static Row Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetGuid(1), r.GetString(2), Currency.Of(r.GetString(3)), r.GetInt64(4), r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6), r.GetInt64(7), r.GetInt64(8), r.GetString(9), r.GetGuid(10));
    }
}

/// <summary>Recognises what was earned since, of everything that is deferred. On several hosts at once each takes what the other has not.</summary>
internal sealed class RecogniseIncome(IServiceScopeFactory scopes, ILogger<RecogniseIncome> log) : IJob
{
    private const int AtOnce = 50;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        for (Guid? after = Guid.Empty; after is { } last && !stop.IsCancellationRequested;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var deferrals = scope.ServiceProvider.GetRequiredService<Deferrals>();
            try
            {
                after = await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => deferrals.Recognise(last, AtOnce, now));
            }
            catch (Refused error)
            {
                log.LogError(error, "Deferred income behind {Deferral} could not be recognised; it is tried again", last);
                return;
            }
        }
    }
}
