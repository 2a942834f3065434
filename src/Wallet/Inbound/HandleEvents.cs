using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Does what follows from events: it asks the provider about what each names, and believes only that answer. What it leads to is safe to
/// repeat.
/// </summary>
internal sealed class HandleEvents(
    DueRows due, NpgsqlDataSource source, WalletDb db, SubmitPayment payments, SubmitRefund refunds, RefreshDispute disputes, SendPayout payouts, TimeProvider clock, ILogger<HandleEvents> log) : IJob
{
    /// <summary>After these an event waits for a person: some nine hours.</summary>
    public const int MaxAttempts = 12;

    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromHours(6);

    public Task Handle(DateTimeOffset now, CancellationToken stop) => due.Each(
        "wallet.provider_events", "next_at", "id, provider, about, subject, attempts", r => new Due(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4) + 1),
        now, Claim, one => Follow(one, now, stop), stop);

    private async Task Follow(Due one, DateTimeOffset now, CancellationToken stop)
    {
        try
        {
            await Act(one, stop);
            await End(one, stop);
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            if (error is not NotYetException) log.LogError(error, "Event {Event} of {Provider} could not be handled; it is tried again", one.Id, one.Provider);
            await Fail(one, error, now, stop);
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

    private Task End(Due due, CancellationToken stop) => source.Command(
        "UPDATE wallet.provider_events SET state = 'handled', attempts = $3, last_error = NULL, next_at = NULL, ended_at = $2 WHERE id = $1 AND state = 'received'", due.Id, clock.GetUtcNow(), due.Attempts).Execute(stop);

    private Task Fail(Due due, Exception error, DateTimeOffset now, CancellationToken stop)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 15 * Math.Pow(2, due.Attempts - 1)));
        var over = due.Attempts >= MaxAttempts;
        return source.Command(
            "UPDATE wallet.provider_events SET state = $2, last_error = left($3, 500), next_at = $4, ended_at = $5, attempts = $6 WHERE id = $1 AND state = 'received'",
            due.Id, over ? "failed" : "received", error.Message, over ? null : now + wait, over ? now : null, due.Attempts).Execute(stop);
    }

    /// <param name="Attempts">This one included.</param>
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
