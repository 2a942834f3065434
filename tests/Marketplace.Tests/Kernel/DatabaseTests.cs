using Marketplace.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Tests.Kernel;

public sealed class DatabaseTests : MarketTest
{
    [Theory]
    [InlineData(Database.OwnerRole)]
    [InlineData("postgres")]
    public async Task The_host_refuses_to_start_with_the_power_of_another_role(string role)
    {
        var connectionString = await TestServer.Clone();
        var refused = await Should.ThrowAsync<InvalidOperationException>(() =>
            TestServer.Host(connectionString, new Dictionary<string, string?> { ["Marketplace:WorkingRole"] = role }));
        refused.Message.ShouldContain($"but its sessions are {role}");
        await TestServer.Drop(connectionString);
    }

    [Theory]
    [InlineData(Database.AppRole, HealthStatus.Healthy)]
    [InlineData(Database.OwnerRole, HealthStatus.Unhealthy)]
    public async Task Readiness_asks_for_the_role_each_time(string role, HealthStatus status)
    {
        await using var database = await Database.Open(
            new DatabaseOptions { ConnectionString = Market.ConnectionString, WorkingRole = role }, NullLogger.Instance);
        (await new ReadyCheck(database).CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Health_is_answered_to_anybody()
    {
        using var visitor = Market.Visitor();
        (await visitor.Get("/health/live")).Must(200).Text.ShouldBe("Healthy");
        (await visitor.Get("/health/ready")).Must(200).Text.ShouldBe("Healthy");
    }

    [Fact]
    public async Task A_session_keeps_its_role_after_the_pool_has_reset_it()
    {
        for (var use = 0; use < 3; use++)
        {
            await using var connection = await Market.Source.OpenConnectionAsync();
            (await new NpgsqlCommand("SELECT current_user::text", connection).Scalar<string>()).ShouldBe(Database.AppRole);
        }
    }

    [Fact]
    public async Task A_pooled_context_that_was_in_a_transaction_reads_outside_of_one_afterwards()
    {
        // The same context object goes through both; its connection must not.
        for (var round = 0; round < 3; round++)
        {
            await Market.Do(services => Contexts(services).First().Database.ExecuteSqlRawAsync("SELECT 1"));
            await using var scope = Market.Services.CreateAsyncScope();
            var db = Contexts(scope.ServiceProvider).First();
            db.Database.CurrentTransaction.ShouldBeNull();
            (await db.Database.SqlQueryRaw<string>("SELECT current_user::text AS \"Value\"").ToListAsync()).ShouldBe([Database.AppRole]);
        }

        static IEnumerable<DbContext> Contexts(IServiceProvider services) => [services.GetRequiredService<KernelDb>()];
    }

    [Fact]
    public async Task Every_model_is_what_its_schema_is()
    {
        var differences = new List<string>();
        foreach (var module in Market.Services.GetServices<ModuleSchema>())
        {
            await using var db = module.Open(Market.ConnectionString);
            differences.AddRange(await Drift(db.Model, Market.ConnectionString));
        }

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_drifts_is_noticed()
    {
        await using var db = new DriftedDb(Market.ConnectionString);
        var differences = await Drift(db.Model, Market.ConnectionString);
        differences.ShouldBe(
        [
            "kernel.schedules.invented: not in the schema",
            "kernel.schedules.last_error: the model says not null, the schema null",
            "kernel.schedules.next_at: the model says text, the schema timestamp with time zone",
        ], ignoreOrder: true);
    }

    private static async Task<List<string>> Drift(IModel model, string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var columns = (await source.Command(
            """
            SELECT n.nspname || '.' || c.relname || '.' || a.attname, format_type(a.atttypid, NULL), a.attnotnull
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v') AND n.nspname NOT LIKE 'pg\_%'
            """).List(r => (Name: r.GetString(0), Type: r.GetString(1), NotNull: r.GetBoolean(2)))).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var entity in model.GetEntityTypes().Where(e => (e.GetTableName() ?? e.GetViewName()) is not null))
        {
            var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table) ?? StoreObjectIdentifier.Create(entity, StoreObjectType.View)!.Value;
            foreach (var property in entity.GetProperties().Where(p => p.GetColumnName(table) is not null))
            {
                var name = $"{table.Schema}.{table.Name}.{property.GetColumnName(table)}";
                if (!columns.TryGetValue(name, out var column))
                {
                    differences.Add($"{name}: not in the schema");
                    continue;
                }

                var type = System.Text.RegularExpressions.Regex.Replace(property.GetColumnType(table), @"\(.*\)", "");
                if (type != column.Type) differences.Add($"{name}: the model says {type}, the schema {column.Type}");
                if (table.StoreObjectType == StoreObjectType.Table && property.IsColumnNullable(table) == column.NotNull)
                    differences.Add($"{name}: the model says {(column.NotNull ? "null" : "not null")}, the schema {(column.NotNull ? "not null" : "null")}");
            }
        }

        return differences;
    }

    private sealed class DriftedDb(string connectionString) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseNpgsql(connectionString);

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Drifted>(e =>
        {
            e.ToTable("schedules", "kernel").HasKey(d => d.Name);
            e.Property(d => d.Name).HasColumnName("name");
            e.Property(d => d.NextAt).HasColumnName("next_at");
            e.Property(d => d.LastError).HasColumnName("last_error");
            e.Property(d => d.Invented).HasColumnName("invented");
        });
    }

    private sealed class Drifted
    {
        public required string Name { get; init; }
        public required string NextAt { get; init; }
        public required string LastError { get; init; }
        public required string Invented { get; init; }
    }
}
