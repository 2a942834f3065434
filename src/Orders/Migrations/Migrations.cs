using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Orders;

[DbContext(typeof(OrdersDb)), Migration("0001_orders")]
internal sealed class OrdersTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0002_delivery")]
internal sealed class DeliveryTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0003_refunds")]
internal sealed class RefundTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0006_disputes")]
internal sealed class DisputeTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0007_shipments")]
internal sealed class ShipmentTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0008_services")]
internal sealed class ServiceTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0009_pricing")]
internal sealed class PricingTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0010_invoices")]
internal sealed class InvoiceTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0011_subscriptions")]
internal sealed class SubscriptionTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0012_claims")]
internal sealed class ClaimTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0013_access")]
internal sealed class AccessTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0014_cart_lines")]
internal sealed class CartLineTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0015_wallet_part")]
internal sealed class WalletParts : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0016_owned_offers")]
internal sealed class OwnedOfferTables : SqlMigration;
