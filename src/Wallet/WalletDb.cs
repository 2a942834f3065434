using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

internal sealed class WalletDb(DbContextOptions<WalletDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "wallet";

    protected override void Map(ModelBuilder model)
    {
    }
}
