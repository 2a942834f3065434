using Marketplace.Kernel;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Brings every refund to its end that was never submitted (we died in between) or whose answer was lost.</summary>
internal sealed class SweepRefunds(NpgsqlDataSource source, SubmitRefund submit, ILogger<SweepRefunds> log) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            """
            UPDATE wallet.payment_refunds SET next_check_at = $2
            WHERE id IN (SELECT id FROM wallet.payment_refunds WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            now, now.AddMinutes(1), AtOnce).List(r => r.GetGuid(0), stop);
        foreach (var refund in due)
        {
            try
            {
                await submit.Handle(refund, stop);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogError(error, "Refund {Refund} could not be swept; it is tried again", refund);
            }
        }
    }
}
