using System.Text;
using Marketplace.Kernel;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What its owner removed goes from its provider, too, and then from here. A payment that may still have to be sent again is waited for.</summary>
internal sealed class ForgetMethods(NpgsqlDataSource source, Secrets secrets, IEnumerable<IMethodKeeper> keepers, ILogger<ForgetMethods> log) : IJob
{
    private const int AtOnce = 50;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.CommandOn(SavedMethods.Table,
            """
            UPDATE wallet.payment_methods SET forget_at = $1 + least(interval '1 day', interval '1 minute' * power(2, least(attempts, 12))), attempts = attempts + 1
            WHERE id IN (SELECT m.id FROM wallet.payment_methods m WHERE m.forget_at <= $1
                           AND NOT EXISTS (SELECT FROM wallet.payments p WHERE p.saved_method_id = m.id AND p.state IN ('created', 'needs_action', 'unknown'))
                         ORDER BY m.forget_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING id, provider, token
            """, now, AtOnce).List(r => (Id: r.GetGuid(0), Provider: r.GetString(1), Token: r.GetFieldValue<byte[]>(2)), stop);
        foreach (var method in due)
        {
            try
            {
                // A provider that is not configured any more is asked when it is again.
                if (keepers.FirstOrDefault(k => k.Key == method.Provider) is not { } keeper) continue;
                await keeper.Forget(Encoding.UTF8.GetString(secrets.Open(SavedMethods.Row(method.Id), method.Token)), stop);
                await source.CommandOn(SavedMethods.Table, "DELETE FROM wallet.payment_methods WHERE id = $1 AND removed_at IS NOT NULL", method.Id).Execute(stop);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogWarning(error, "{Provider} has not forgotten the payment method {Method}; it is asked again", method.Provider, method.Id);
            }
        }
    }
}
