using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>Payments and their refunds. The ledger's own tables are read by SQL and written by its functions alone.</summary>
internal sealed class WalletDb(DbContextOptions<WalletDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "wallet";

    public DbSet<Charge> Charges => Set<Charge>();

    public DbSet<PaymentRefund> PaymentRefunds => Set<PaymentRefund>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Charge>(charge =>
        {
            charge.ToTable("payments");
            charge.Ignore(c => c.Amount);
            charge.Ignore(c => c.Token);
            charge.Property(c => c.Minor).HasColumnName("amount");
            charge.Property(c => c.CurrencyCode).HasColumnName("currency");
        });
        model.Entity<PaymentRefund>(refund =>
        {
            refund.ToTable("payment_refunds");
            refund.Ignore(r => r.Amount);
            refund.Property(r => r.Id).ValueGeneratedNever();
            refund.Property(r => r.Minor).HasColumnName("amount");
            refund.Property(r => r.CurrencyCode).HasColumnName("currency");
        });
    }
}
