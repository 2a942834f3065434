using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Wallet;

[DbContext(typeof(WalletDb)), Migration("0001_ledger")]
internal sealed class LedgerTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0002_payments")]
internal sealed class PaymentTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0003_holds")]
internal sealed class HoldTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0004_refunds")]
internal sealed class RefundTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0005_providers")]
internal sealed class ProviderTables : SqlMigration;
[DbContext(typeof(WalletDb)), Migration("0007_payouts")]
internal sealed class PayoutTables : SqlMigration;
[DbContext(typeof(WalletDb)), Migration("0006_provider_events")]
internal sealed class ProviderEventTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0006b_disputes")]
internal sealed class DisputeTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0006c_reconciliation")]
internal sealed class ReconciliationTables : SqlMigration;
[DbContext(typeof(WalletDb)), Migration("0008_hold_rules")]
internal sealed class HoldRuleTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0008b_seals")]
internal sealed class SealTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0008c_balances_at")]
internal sealed class BalanceTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0008d_earnings")]
internal sealed class EarningsView : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0008e_deferrals")]
internal sealed class DeferralTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0010_decided_payments")]
internal sealed class DecidedPaymentTables : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0011_coupons")]
internal sealed class CouponShares : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0009_faster_posting")]
internal sealed class FasterPosting : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0012_frozen_holds")]
internal sealed class FrozenHolds : SqlMigration;

[DbContext(typeof(WalletDb)), Migration("0013_wallet_part")]
internal sealed class WalletParts : SqlMigration;
