using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Kernel;

/// <summary>Exists for its migrations: the kernel's few tables are read and written by SQL beside their use.</summary>
internal sealed class KernelDb(DbContextOptions<KernelDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "kernel";

    protected override void Map(ModelBuilder model)
    {
    }
}

[DbContext(typeof(KernelDb)), Migration("0001_kernel")]
internal sealed class KernelTables : SqlMigration;

[DbContext(typeof(KernelDb)), Migration("0002_housekeeping")]
internal sealed class Housekeeping : SqlMigration;

[DbContext(typeof(KernelDb)), Migration("0003_deliveries_at_once")]
internal sealed class DeliveriesAtOnce : SqlMigration;

[DbContext(typeof(KernelDb)), Migration("0004_rate_limits")]
internal sealed class RateBuckets : SqlMigration;

[DbContext(typeof(KernelDb)), Migration("0005_guarded_rows")]
internal sealed class GuardedRowPolicies : SqlMigration;
