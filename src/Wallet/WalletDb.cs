using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>Payments. The ledger's own tables are read by SQL and written by its functions alone.</summary>
internal sealed class WalletDb(DbContextOptions<WalletDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "wallet";

    public DbSet<Charge> Charges => Set<Charge>();

    protected override void Map(ModelBuilder model) => model.Entity<Charge>(charge =>
    {
        charge.ToTable("payments");
        charge.Ignore(c => c.Amount);
        charge.Property(c => c.Minor).HasColumnName("amount");
        charge.Property(c => c.CurrencyCode).HasColumnName("currency");
    });
}
