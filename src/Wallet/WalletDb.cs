using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>Payments, their refunds and disputes. The ledger's own tables are read by SQL and written by its functions alone.</summary>
internal sealed class WalletDb(DbContextOptions<WalletDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "wallet";

    public DbSet<Charge> Charges => Set<Charge>();

    public DbSet<PaymentRefund> PaymentRefunds => Set<PaymentRefund>();

    public DbSet<Destination> Destinations => Set<Destination>();

    public DbSet<Payout> Payouts => Set<Payout>();

    public DbSet<Adjustment> Adjustments => Set<Adjustment>();

    public DbSet<Dispute> Disputes => Set<Dispute>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Charge>(charge =>
        {
            charge.ToTable("payments");
            charge.Ignore(c => c.Amount);
            charge.Ignore(c => c.FromWallet);
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
        model.Entity<Destination>(destination =>
        {
            destination.ToTable("payout_destinations");
            destination.Property(d => d.Id).ValueGeneratedNever();
        });
        model.Entity<Payout>(payout =>
        {
            payout.ToTable("payouts");
            payout.Ignore(p => p.Amount).Ignore(p => p.Fee).Ignore(p => p.Net).Ignore(p => p.IsOpen).Ignore(p => p.IsHeld);
            payout.Property(p => p.Id).ValueGeneratedNever();
            payout.Property(p => p.Minor).HasColumnName("amount");
            payout.Property(p => p.FeeMinor).HasColumnName("fee");
            payout.Property(p => p.CurrencyCode).HasColumnName("currency");
        });
        model.Entity<Adjustment>(adjustment =>
        {
            adjustment.ToTable("adjustments");
            adjustment.Ignore(a => a.Amount);
            adjustment.Property(a => a.Id).ValueGeneratedNever();
            adjustment.Property(a => a.Minor).HasColumnName("amount");
            adjustment.Property(a => a.CurrencyCode).HasColumnName("currency");
        });
        model.Entity<Dispute>(dispute =>
        {
            dispute.ToTable("payment_disputes");
            dispute.Ignore(d => d.Amount);
            dispute.Ignore(d => d.FeeAmount);
            dispute.Property(d => d.Id).ValueGeneratedNever();
            dispute.Property(d => d.Minor).HasColumnName("amount");
            dispute.Property(d => d.CurrencyCode).HasColumnName("currency");
        });
    }
}
