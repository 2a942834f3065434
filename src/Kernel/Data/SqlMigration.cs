using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;

namespace Marketplace.Kernel;

/// <summary>
/// A migration that is one .sql file: <c>[DbContext(typeof(WalletDb)), Migration("0001_ledger")] internal sealed class Ledger : SqlMigration;</c>
/// runs the embedded <c>Migrations/0001_ledger.sql</c>. EF Core keeps the history and the lock.
/// </summary>
public abstract class SqlMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var id = GetType().GetCustomAttribute<MigrationAttribute>()!.Id;
        using var resource = GetType().Assembly.GetManifestResourceStream($"Migrations.{id}.sql")
            ?? throw new InvalidOperationException($"{GetType()} names {id}, but there is no Migrations/{id}.sql.");
        migrationBuilder.Sql(new StreamReader(resource).ReadToEnd());
    }
}

/// <summary>Brings every module's schema up to date, as the owner role, in the order in which the modules were added.</summary>
public sealed class Migrator(Database database, IEnumerable<ModuleSchema> schemas, ILogger<Migrator> log)
{
    public async Task Run(CancellationToken stop = default)
    {
        foreach (var module in schemas)
        {
            await using var db = module.Open(database.As(Database.OwnerRole));
            var forgotten = db.GetType().Assembly.GetManifestResourceNames().Except(db.Database.GetMigrations().Select(id => $"Migrations.{id}.sql"), StringComparer.Ordinal)
                .Where(n => n.StartsWith("Migrations.", StringComparison.Ordinal)).ToList();
            if (forgotten is not []) throw new InvalidOperationException($"No migration of {db.GetType()} names {string.Join(", ", forgotten)}.");

            var pending = (await db.Database.GetPendingMigrationsAsync(stop)).ToList();
            if (pending.Count == 0) continue;

            log.LogInformation("Migrating schema {Schema}: {Migrations}", module.Schema, pending);
            await db.Database.MigrateAsync(stop);
        }
    }
}
