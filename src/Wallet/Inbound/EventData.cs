using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A provider's event may name its payer. Who is erased is erased from the bodies, too: wallet.provider_events keeps that there was one.</summary>
internal sealed class EventData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    private const string Theirs =
        """
        subject IN (SELECT id::text FROM wallet.payments WHERE payer_id = $1
                    UNION ALL SELECT r.id::text FROM wallet.payment_refunds r JOIN wallet.payments p ON p.id = r.payment_id WHERE p.payer_id = $1
                    UNION ALL SELECT d.reference FROM wallet.payment_disputes d WHERE d.payer_id = $1)
        """;

    public string Section => "payment_events";

    public string About => "What payment providers told the market about your payments.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var sql = $"SELECT provider, type, received_at FROM wallet.provider_events WHERE {Theirs} ORDER BY received_at, id";
        var told = await (work.IsOpen ? work.Command(sql, account) : source.Command(sql, account))
            .List(r => new { provider = r.GetString(0), type = r.GetString(1), received_at = r.GetFieldValue<DateTimeOffset>(2) }, stop);
        return told.Count == 0 ? null : told;
    }

    public async Task Erase(Guid account) => await work.Command($"UPDATE wallet.provider_events SET body = NULL WHERE body IS NOT NULL AND {Theirs}", account).Execute();
}
