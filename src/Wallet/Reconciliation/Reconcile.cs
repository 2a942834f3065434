using Marketplace.Kernel;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Compares providers' books with ours, day by day: the last three days that are over, each day again, for a provider's clock is not ours
/// and some are late. What can be settled by asking is: a payment whose answer was lost, a dispute of which we did not hear. What differs
/// after that waits for a person; what has come right by itself is settled.
/// </summary>
internal sealed class Reconcile(
    NpgsqlDataSource source, UnitOfWork work, Writes writes, IEnumerable<IProviderReport> reports, SubmitPayment payments, SubmitRefund refunds, RefreshDispute disputes, TimeProvider clock, ILogger<Reconcile> log) : IJob
{
    public const int Days = 3;

    private static readonly TimeSpan Drift = TimeSpan.FromDays(1);

    public IReadOnlyList<string> Providers => reports.Select(r => r.Key).ToList();

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        foreach (var report in reports)
        {
            for (var back = Days; back >= 1; back--)
            {
                try
                {
                    await Compare(report.Key, today.AddDays(-back), stop);
                }
                catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
                {
                    log.LogError(error, "The books of {Provider} of {Day} could not be compared; it is tried again", report.Key, today.AddDays(-back));
                }
            }
        }
    }

    /// <returns>How many differences were found that were not known.</returns>
    /// <exception cref="Refused">404 no such provider; 422 <c>day_not_over</c>.</exception>
    public async Task<int> Compare(string provider, DateOnly day, CancellationToken stop)
    {
        work.AssertClosed();
        var report = reports.FirstOrDefault(r => r.Key == provider) ?? throw Refused.NotFound();
        var from = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var until = from.AddDays(1);
        if (until > clock.GetUtcNow()) throw new Refused("day_not_over", 422, "This day is not over yet.");

        // A wider look, so that what happened around midnight is missed on neither side.
        var there = await report.Movements(from - Drift, until + Drift, stop);
        var theirs = there.Where(m => m.At >= from && m.At < until).ToList();
        await AskAgain(provider, theirs, stop);
        var ours = await Ours(provider, from, until, theirs, stop);
        var (byId, byReference) = (
            ours.Where(o => o.Id is not null).ToDictionary(o => (o.What, o.Id!.Value)),
            ours.Where(o => o.Reference is not null).GroupBy(o => (o.What, o.Reference!)).ToDictionary(g => g.Key, g => g.First()));

        var found = new List<Difference>();
        foreach (var movement in theirs)
        {
            var mine = movement.Ours is { } id && byId.TryGetValue((movement.Kind, id), out var known) ? known : byReference.GetValueOrDefault((movement.Kind, movement.Reference));
            if (Difference.Of(movement, mine) is { } difference) found.Add(difference);
        }

        var (seenIds, seenReferences) = (there.Where(m => m.Ours is not null).Select(m => (m.Kind, m.Ours!.Value)).ToHashSet(), there.Select(m => (m.Kind, m.Reference)).ToHashSet());
        var missing = ours.Where(o => o.Done && o.At >= from && o.At < until && !(o.Id is { } id && seenIds.Contains((o.What, id))) && !(o.Reference is { } reference && seenReferences.Contains((o.What, reference)))).ToList();
        found.AddRange(missing.Select(m => new Difference("missing_there", m.What, m.Reference ?? m.Id.ToString()!, m.Id, null, m.Amount.Minor, m.Amount.Currency.Code, null, m.State)));

        var volumes = theirs.Select(m => m.Amount).Concat(missing.Select(m => m.Amount)).GroupBy(a => a.Currency.Code, StringComparer.Ordinal)
            .Select(g => (Currency: g.Key, Count: g.Count(), Volume: g.Aggregate(0L, (sum, a) => checked(sum + Math.Abs(a.Minor))))).ToList();
        return await writes.Run(() => Keep(provider, day, found, volumes));
    }

    /// <summary>What is open here and has moved there is asked about once more, before anybody is told.</summary>
    private async Task AskAgain(string provider, IReadOnlyList<ProviderMovement> theirs, CancellationToken stop)
    {
        var ids = theirs.Select(m => m.Ours).OfType<Guid>().ToArray();
        foreach (var payment in await source.Command("SELECT id FROM wallet.payments WHERE id = ANY ($1) AND provider = $2 AND state IN ('created', 'unknown', 'needs_action')", ids, provider).List(r => r.GetGuid(0), stop))
            await payments.Handle(payment, stop);
        foreach (var refund in await source.Command("SELECT id FROM wallet.payment_refunds WHERE id = ANY ($1) AND state IN ('created', 'unknown')", ids).List(r => r.GetGuid(0), stop))
            await refunds.Handle(refund, stop);

        var references = theirs.Where(m => m.Kind is "dispute" or "dispute_won").Select(m => m.Reference).Distinct().ToArray();
        var known = await source.Command(
            "SELECT reference FROM wallet.payment_disputes WHERE provider = $1 AND reference = ANY ($2) AND (state = 'won' OR NOT reference = ANY ($3))",
            provider, references, theirs.Where(m => m.Kind == "dispute_won").Select(m => m.Reference).ToArray()).List(r => r.GetString(0), stop);
        foreach (var reference in references.Except(known))
        {
            try
            {
                await disputes.Handle(provider, reference, stop);
            }
            catch (NotYetException)
            {
                // It stays missing here, and that is what the difference says.
            }
        }
    }

    private Task<List<Own>> Ours(string provider, DateTimeOffset from, DateTimeOffset until, IReadOnlyList<ProviderMovement> theirs, CancellationToken stop) => source.Command(
        """
        SELECT 'payment', id, provider_reference, amount, currency, state, state = 'captured', coalesce(captured_at, created_at) FROM wallet.payments
        WHERE provider = $1 AND (id = ANY ($4) OR provider_reference = ANY ($5) OR captured_at >= $2 AND captured_at < $3)
        UNION ALL
        SELECT 'refund', r.id, r.provider_reference, -r.amount, r.currency, r.state, r.state = 'settled', coalesce(r.ended_at, r.created_at) FROM wallet.payment_refunds r JOIN wallet.payments p ON p.id = r.payment_id
        WHERE p.provider = $1 AND (r.id = ANY ($4) OR r.provider_reference = ANY ($5) OR r.state = 'settled' AND r.ended_at >= $2 AND r.ended_at < $3)
        UNION ALL
        SELECT 'dispute', NULL, reference, -amount, currency, state, true, opened_at FROM wallet.payment_disputes
        WHERE provider = $1 AND (reference = ANY ($5) OR opened_at >= $2 AND opened_at < $3)
        UNION ALL
        SELECT 'dispute_won', NULL, reference, amount, currency, state, state = 'won', coalesce(ended_at, opened_at) FROM wallet.payment_disputes
        WHERE provider = $1 AND (reference = ANY ($6) OR state = 'won' AND ended_at >= $2 AND ended_at < $3)
        """,
        provider, from, until, theirs.Select(m => m.Ours).OfType<Guid>().ToArray(), theirs.Select(m => m.Reference).ToArray(), theirs.Where(m => m.Kind == "dispute_won").Select(m => m.Reference).ToArray())
        .List(r => new Own(r.GetString(0), r.IsDBNull(1) ? null : r.GetGuid(1), r.IsDBNull(2) ? null : r.GetString(2), Money.Of(r.GetInt64(3), r.GetString(4)), r.GetString(5), r.GetBoolean(6), r.GetFieldValue<DateTimeOffset>(7)), stop);

    private async Task<int> Keep(string provider, DateOnly day, IReadOnlyList<Difference> found, IReadOnlyList<(string Currency, int Count, long Volume)> volumes)
    {
        var now = clock.GetUtcNow();
        // One at a time for a day: the job and the button may meet.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", $"wallet.reconcile {provider} {day:O}").Execute();
        await work.Command("UPDATE wallet.reconciliation_days SET movements = 0, volume = 0, checked_at = $3 WHERE provider = $1 AND day = $2", provider, day, now).Execute();
        foreach (var (currency, count, volume) in volumes)
        {
            await work.Command(
                """
                INSERT INTO wallet.reconciliation_days (provider, day, currency, movements, volume, checked_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (provider, day, currency) DO UPDATE SET movements = $4, volume = $5, checked_at = $6
                """, provider, day, currency, count, volume, now).Execute();
        }

        var fresh = 0;
        foreach (var one in found)
        {
            // An explanation holds for as long as the difference stays what it was.
            fresh += await work.Command(
                """
                INSERT INTO wallet.reconciliation_differences AS d (id, provider, day, kind, what, reference, ours, there, here, currency, here_in, our_state, state, found_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', $13)
                ON CONFLICT ON CONSTRAINT reconciliation_differences_once DO UPDATE
                SET kind = $4, there = $8, here = $9, currency = $10, here_in = $11, our_state = $12, state = 'open', note = NULL, explained_by = NULL, ended_at = NULL
                WHERE d.state = 'settled' OR (d.kind, d.there, d.here, d.currency, d.here_in, d.our_state) IS DISTINCT FROM ($4, $8, $9, $10, $11, $12)
                """,
                Ids.New(clock), provider, day, one.Kind, one.What, one.Reference, one.Ours, one.There, one.Here, one.Currency, one.HereIn, one.OurState, now).Execute();
        }

        await work.Command(
            """
            UPDATE wallet.reconciliation_differences d SET state = 'settled', ended_at = $3, note = NULL, explained_by = NULL
            WHERE provider = $1 AND day = $2 AND state = 'open' AND NOT EXISTS (SELECT FROM unnest($4::text[], $5::text[]) f (what, reference) WHERE f.what = d.what AND f.reference = d.reference)
            """, provider, day, now, found.Select(f => f.What).ToArray(), found.Select(f => f.Reference).ToArray()).Execute();
        if (fresh > 0) work.Publish(new BooksDiffer(provider, day, fresh));
        return fresh;
    }

    /// <param name="Done">Money has moved, as far as we know.</param>
    private sealed record Own(string What, Guid? Id, string? Reference, Money Amount, string State, bool Done, DateTimeOffset At);

    private sealed record Difference(string Kind, string What, string Reference, Guid? Ours, long? There, long? Here, string Currency, string? HereIn, string? OurState)
    {
        public static Difference? Of(ProviderMovement there, Own? here)
        {
            var amount = there.Amount;
            Difference As(string kind) => new(kind, there.Kind, there.Reference, here?.Id ?? there.Ours, amount.Minor, here?.Amount.Minor, amount.Currency.Code, here?.Amount.Currency.Code, here?.State);
            return here is null ? As("missing_here")
                : here.Amount.Currency != amount.Currency ? As("currency")
                : here.Amount != amount ? As("amount")
                : !here.Done ? As("state")
                : null;
        }
    }
}
