using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Sums up what was finished since the last time, so that a balance of now or of any past moment costs the same however long the books are:
/// checkpoints of aggregated accounts, and sums by day and minute.
/// </summary>
internal sealed class TakeCheckpoints(NpgsqlDataSource source) : IJob
{
    /// <summary>So many postings behind the last checkpoint are worth another.</summary>
    private const int Worth = 1_000;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await source.Command("SELECT wallet.sum_up()").Execute(stop);
        await source.Command(
            """
            SELECT wallet.take_checkpoint(a.id) FROM wallet.accounts a
            LEFT JOIN LATERAL (
                SELECT upto FROM wallet.checkpoints
                WHERE account_id = a.id AND system_id = (SELECT system_identifier FROM pg_control_system()) ORDER BY upto DESC LIMIT 1) c ON true
            WHERE NOT a.stored
              AND (SELECT count(*) FROM (SELECT FROM wallet.postings p WHERE p.account_id = a.id AND p.balance_after IS NULL AND p.xact >= coalesce(c.upto, '0'::xid8) LIMIT $1) tail) >= $1
            """, Worth).Execute(stop);
    }
}
