using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Keeps three months of the ledger's partitions ahead. There is no default partition: a missing one stops all sales.</summary>
internal sealed class MakePartitions(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command("SELECT wallet.make_partitions(3)").Execute(stop);
}
