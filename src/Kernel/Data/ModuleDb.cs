using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>A module's DbContext: one schema, snake_case columns, enums as snake_case text. The tables themselves are made by SQL migrations.</summary>
public abstract class ModuleDb(DbContextOptions options, string schema) : DbContext(options)
{
    protected abstract void Map(ModelBuilder model);

    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(schema);
        Map(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnName() == property.Name) property.SetColumnName(Naming.Snake(property.Name));
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum && property.GetValueConverter() is null)
                    property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(SnakeEnum<>).MakeGenericType(type))!);
            }
        }
    }
}

internal sealed class SnakeEnum<TEnum>() : ValueConverter<TEnum, string>(
    value => Naming.Snake(value.ToString()),
    text => Enum.Parse<TEnum>(text.Replace("_", "", StringComparison.Ordinal), true))
    where TEnum : struct, Enum;

/// <summary>What the migrator and the model-against-schema test know of each module's database.</summary>
public sealed record ModuleSchema(string Schema, Func<string, ModuleDb> Open);

public static class ModuleDbRegistration
{
    /// <summary>
    /// Registers a module's context: pooled, and scoped to the <see cref="UnitOfWork"/> of the request,
    /// whose transaction it joins when one opens.
    /// </summary>
    public static IServiceCollection AddModuleDb<TDb>(this IServiceCollection services, string schema)
        where TDb : ModuleDb
    {
        services.AddPooledDbContextFactory<TDb>((provider, options) => Configure(options, schema).UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddScoped(provider =>
        {
            var work = provider.GetRequiredService<UnitOfWork>();
            var db = provider.GetRequiredService<IDbContextFactory<TDb>>().CreateDbContext();
            work.Enlist(db);
            return db;
        });
        return services.AddSingleton(new ModuleSchema(schema, connectionString =>
        {
            var options = new DbContextOptionsBuilder<TDb>();
            Configure(options, schema).UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("migrations", schema));
            return (TDb)Activator.CreateInstance(typeof(TDb), options.Options)!;
        }));
    }

    private static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, string schema) => options
        .EnableThreadSafetyChecks(false)
        .ConfigureWarnings(warnings => warnings
            .Ignore(RelationalEventId.PendingModelChangesWarning)   // the schema is SQL; a test compares it with the model
            .Ignore(CoreEventId.FirstWithoutOrderByAndFilterWarning, CoreEventId.RowLimitingOperationWithoutOrderByWarning) // SELECT … FOR UPDATE of one row
            .Throw(RelationalEventId.MultipleCollectionIncludeWarning));
}
