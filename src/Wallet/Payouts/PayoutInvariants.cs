using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Payouts against the books. Its table is guarded: the check has the duty of seeing all of it, for as long as it runs.</summary>
internal sealed class PayoutInvariants : IInvariant
{
    private static readonly string Sql = Invariants.Embedded<WalletDb>("wallet", "payouts_invariants.sql").Sql;

    public async Task<IReadOnlyList<InvariantResult>> Check(NpgsqlConnection snapshot, CancellationToken stop)
    {
        await Duty(snapshot, "wallet.payouts", stop);
        try
        {
            return await new NpgsqlCommand(Sql, snapshot) { CommandTimeout = 600 }.List(r => new InvariantResult("wallet", r.GetString(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2)), stop);
        }
        finally
        {
            await Duty(snapshot, "", stop);
        }
    }

    private static async Task Duty(NpgsqlConnection snapshot, string table, CancellationToken stop)
    {
        await using var set = new NpgsqlCommand("SELECT set_config('app.duty', $1, true)", snapshot) { Parameters = { new NpgsqlParameter { Value = table } } };
        await set.ExecuteNonQueryAsync(stop);
    }
}
