using Marketplace.Kernel;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Brings every open payment to its end: those that were never submitted (we died in between), whose answer was lost, or whose
/// payer did not come back. Each is claimed by moving its next check on, so that hosts share the work.
/// </summary>
internal sealed class SweepPayments(NpgsqlDataSource source, SubmitPayment submit, ILogger<SweepPayments> log) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            """
            UPDATE wallet.payments SET next_check_at = $2
            WHERE id IN (SELECT id FROM wallet.payments WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            now, now.AddMinutes(1), AtOnce).List(r => r.GetGuid(0), stop);
        foreach (var payment in due)
        {
            try
            {
                await submit.Handle(payment, stop);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogError(error, "Payment {Payment} could not be swept; it is tried again", payment);
            }
        }
    }
}
