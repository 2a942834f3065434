using Marketplace.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Tests;

/// <summary>
/// The PostgreSQL server of a test run and the databases in it. <c>MARKETPLACE_TEST_DB</c> names one to use; else the embedded
/// one runs in <c>.local/test</c> without fsync. The shared market's database is <c>marketplace</c>, so that
/// <c>Marketplace__Home=.local/test ./dev check</c> examines what the tests left.
/// </summary>
internal static class TestServer
{
    private const string Template = "marketplace_template";
    private static readonly Lazy<Task<Func<string, string>>> Ready = new(Start);
    private static readonly SemaphoreSlim Cloning = new(1);
    private static int clones;

    public static string Root { get; } = FindRoot();

    // Properties that FsCheck checks wait on threads of the pool, which grows by one a second: hosts stood still until their transactions were ended.
    [System.Runtime.CompilerServices.ModuleInitializer]
    internal static void HaveThreads() => ThreadPool.SetMinThreads(64, 64);

    public static string Home { get; } = Path.Combine(Root, ".local", "test");

    /// <summary>A fresh database, migrated: a copy of the template.</summary>
    /// <returns>The superuser's connection string.</returns>
    public static async Task<string> Clone(string? name = null)
    {
        var connectionString = await Ready.Value;
        name ??= $"own_{Environment.ProcessId}_{Interlocked.Increment(ref clones)}";
        await Cloning.WaitAsync();
        try
        {
            await Execute(connectionString("postgres"), $"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
            await Execute(connectionString("postgres"), $"CREATE DATABASE \"{name}\" TEMPLATE {Template} OWNER {Database.OwnerRole}");
        }
        finally
        {
            Cloning.Release();
        }

        return connectionString(name);
    }

    public static Task Drop(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var name = database.Database;
        database.Database = "postgres";
        return Execute(database.ConnectionString, $"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
    }

    /// <summary>A host on the given database, listening on a free loopback port.</summary>
    public static async Task<WebApplication> Host(string connectionString, IDictionary<string, string?>? settings = null, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Development,
            ApplicationName = "Marketplace.Host",
            ContentRootPath = Path.Combine(Root, "src", "Host"),
        });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:Marketplace"] = connectionString,
            ["Marketplace:Home"] = Home,
            ["Marketplace:BackgroundWork"] = "false",
            ["Users:PasswordIterations"] = "1000",
            ["Urls"] = "http://127.0.0.1:0",
            ["Serilog:MinimumLevel:Default"] = "Warning",
            ["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        var app = await MarketHost.Build(builder, adjust);
        await app.StartAsync();
        return app;
    }

    public static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Func<string, string>> Start()
    {
        Func<string, string> connectionString;
        if (Environment.GetEnvironmentVariable("MARKETPLACE_TEST_DB") is { Length: > 0 } given)
        {
            connectionString = name => new NpgsqlConnectionStringBuilder(given) { Database = name }.ConnectionString;
        }
        else
        {
            Directory.CreateDirectory(Home);
            // Four tests at once, of which one may have two hosts with a full pool each.
            var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["max_connections"] = "500" };
            var server = await LocalPostgres.Start(new LocalPostgresOptions(Path.Combine(Home, "postgres")) { Durable = false, Settings = settings });
            AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            connectionString = server.SuperuserConnectionString;
        }

        foreach (var old in await Databases(connectionString("postgres")))
            await Execute(connectionString("postgres"), $"DROP DATABASE IF EXISTS \"{old}\" WITH (FORCE)");

        // Building a host migrates its database; it never listens.
        await Execute(connectionString("postgres"), $"CREATE DATABASE {Template}");
        var migrating = await Host(connectionString(Template));
        await migrating.StopAsync();
        await migrating.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        return connectionString;
    }

    private static async Task<List<string>> Databases(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        return await source.Command("SELECT datname::text FROM pg_database WHERE datname = $1 OR datname = 'marketplace' OR datname LIKE 'own\\_%'", Template)
            .List(r => r.GetString(0));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Marketplace.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
