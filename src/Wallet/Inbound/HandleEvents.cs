using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Does what follows from events: it asks the provider about what each names, and believes only that answer. Each is claimed by moving
/// its next turn on, so that hosts share the work and a death is made good by the next turn; what it leads to is safe to repeat.
/// </summary>
internal sealed class HandleEvents(
    NpgsqlDataSource source, WalletDb db, SubmitPayment payments, SubmitRefund refunds, RefreshDispute disputes, SendPayout payouts, TimeProvider clock, ILogger<HandleEvents> log) : IJob
{
    /// <summary>After these an event waits for a person: some nine hours.</summary>
    public const int MaxAttempts = 12;

    private const int AtOnce = 100;

    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromHours(6);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            """
            UPDATE wallet.provider_events SET next_at = $2, attempts = attempts + 1
            WHERE id IN (SELECT id FROM wallet.provider_events WHERE next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING id, provider, about, subject, attempts
            """,
            now, now + Claim, AtOnce).List(r => new Due(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4)), stop);
        foreach (var one in due)
        {
            try
            {
                await Act(one, stop);
                await End(one.Id, stop);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                if (error is not NotYetException) log.LogError(error, "Event {Event} of {Provider} could not be handled; it is tried again", one.Id, one.Provider);
                await Fail(one, error, now, stop);
            }
        }
    }

    private async Task Act(Due due, CancellationToken stop)
    {
        switch (due.About)
        {
            case "payment":
                var payment = Guid.Parse(due.Subject);
                if (!await db.Charges.AnyAsync(c => c.Id == payment && c.Provider == due.Provider, stop)) throw new NotYetException("There is no such payment here yet.");
                await payments.Handle(payment, stop);
                break;
            case "refund":
                var refund = Guid.Parse(due.Subject);
                if (!await db.PaymentRefunds.AnyAsync(r => r.Id == refund && db.Charges.Any(c => c.Id == r.PaymentId && c.Provider == due.Provider), stop)) throw new NotYetException("There is no such refund here yet.");
                await refunds.Handle(refund, stop);
                break;
            case "dispute":
                await disputes.Handle(due.Provider, due.Subject, stop);
                break;
            case "payout":
                await payouts.Follow(Guid.Parse(due.Subject), stop);
                break;
            default:
                throw new InvalidOperationException($"No event is about '{due.About}'.");
        }
    }

    private Task End(Guid id, CancellationToken stop) => source.Command(
        "UPDATE wallet.provider_events SET state = 'handled', last_error = NULL, next_at = NULL, ended_at = $2 WHERE id = $1 AND state = 'received'", id, clock.GetUtcNow()).Execute(stop);

    private Task Fail(Due due, Exception error, DateTimeOffset now, CancellationToken stop)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 15 * Math.Pow(2, due.Attempts - 1)));
        var over = due.Attempts >= MaxAttempts;
        return source.Command(
            "UPDATE wallet.provider_events SET state = $2, last_error = left($3, 500), next_at = $4, ended_at = $5 WHERE id = $1 AND state = 'received'",
            due.Id, over ? "failed" : "received", error.Message, over ? null : now + wait, over ? now : null).Execute(stop);
    }

    private sealed record Due(Guid Id, string Provider, string About, string Subject, int Attempts);
}

/// <summary>What an event is about is not there yet: we may still be committing it. The event is tried again.</summary>
internal sealed class NotYetException(string message) : Exception(message);

/// <summary>Events are forgotten after 90 days, but for those that failed: a person has to look at them.</summary>
internal sealed class PurgeProviderEvents(NpgsqlDataSource source) : IJob
{
    private const int AtOnce = 5_000;

    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        while (await source.Command(
            "DELETE FROM wallet.provider_events WHERE id IN (SELECT id FROM wallet.provider_events WHERE received_at < $1 AND state IN ('handled', 'ignored') ORDER BY received_at LIMIT $2)",
            now - Kept, AtOnce).Execute(stop) == AtOnce)
        {
        }
    }
}
