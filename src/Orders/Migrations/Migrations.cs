using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Orders;

[DbContext(typeof(OrdersDb)), Migration("0001_orders")]
internal sealed class OrdersTables : SqlMigration;

[DbContext(typeof(OrdersDb)), Migration("0003_refunds")]
internal sealed class RefundTables : SqlMigration;
