using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Marketplace.Host;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// Where it is measured: a PostgreSQL of its own with the settings of production (fsync on), a fresh market in it, and servers as
/// processes of their own, so that the load is not part of what is measured.
/// </summary>
internal sealed class Place : IAsyncDisposable
{
    private static readonly string MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly LocalPostgres server;
    private readonly List<Process> processes = [];

    private Place(LocalPostgres server) => this.server = server;

    public static string Root { get; } = FindRoot();

    private static string Home => Path.Combine(Root, ".local", "bench");

    public string ConnectionString => server.SuperuserConnectionString("marketplace_bench");

    /// <summary>The fresh market once more, to be given a past: few postings in one, many in the other.</summary>
    public string SmallLedger => server.SuperuserConnectionString("marketplace_bench_small");

    /// <inheritdoc cref="SmallLedger"/>
    public string LargeLedger => server.SuperuserConnectionString("marketplace_bench_large");

    /// <summary>The same for <see cref="Catalogs"/>: few products in one, many in the other.</summary>
    public string SmallCatalog => server.SuperuserConnectionString("marketplace_bench_few");

    /// <inheritdoc cref="SmallCatalog"/>
    public string LargeCatalog => server.SuperuserConnectionString("marketplace_bench_many");

    /// <summary>The same for <see cref="MixedCheckouts"/>: few orders in one, many in the other.</summary>
    public string FewOrders => server.SuperuserConnectionString("marketplace_bench_young");

    /// <inheritdoc cref="FewOrders"/>
    public string ManyOrders => server.SuperuserConnectionString("marketplace_bench_old");

    public int Postmaster { get; private set; }

    /// <param name="ledgers">Two more markets are wanted, for <see cref="Ledgers"/>.</param>
    /// <param name="catalogs">Two more, for <see cref="Catalogs"/>.</param>
    /// <param name="mixed">And two, for <see cref="MixedCheckouts"/>.</param>
    public static async Task<Place> Open(bool statements, bool ledgers, bool catalogs, bool mixed)
    {
        Say($"Load of this machine before the run: {Machine.Load}");
        Directory.CreateDirectory(Home);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (statements) settings["shared_preload_libraries"] = "pg_stat_statements";
        var server = await LocalPostgres.Start(new LocalPostgresOptions(Path.Combine(Home, "postgres")) { Settings = settings }, Say);
        var place = new Place(server);
        try
        {
            foreach (var old in (string[])["marketplace_bench", "marketplace_bench_small", "marketplace_bench_large", "marketplace_bench_tpcb", "marketplace_bench_few", "marketplace_bench_many", "marketplace_bench_young", "marketplace_bench_old"])
                await Execute(server.SuperuserConnectionString(), $"DROP DATABASE IF EXISTS {old} WITH (FORCE)");
            await Execute(server.SuperuserConnectionString(), "CREATE DATABASE marketplace_bench");
            Say("Making a market of 10,000 products and 400 buyers");
            await (await place.Market()).DisposeAsync();      // migrates
            await Execute(place.ConnectionString, await System.IO.File.ReadAllTextAsync(File("market.sql")));
            await Execute(place.ConnectionString, await System.IO.File.ReadAllTextAsync(File("reference/schema.sql")));
            if (statements) await Execute(place.ConnectionString, "CREATE EXTENSION pg_stat_statements");
            await Execute(place.ConnectionString, "VACUUM ANALYZE");
            string[] copies = [.. ledgers ? ["small", "large"] : Array.Empty<string>(), .. catalogs ? ["few", "many"] : Array.Empty<string>(), .. mixed ? ["young", "old"] : Array.Empty<string>()];
            if (copies.Length > 0) NpgsqlConnection.ClearAllPools();   // a template has no visitors
            foreach (var copy in copies) await Execute(server.SuperuserConnectionString(), $"CREATE DATABASE marketplace_bench_{copy} TEMPLATE marketplace_bench");
            if (ledgers) await Execute(server.SuperuserConnectionString(), "CREATE DATABASE marketplace_bench_tpcb");

            await Execute(place.ConnectionString, "CHECKPOINT");
            await using var source = NpgsqlDataSource.Create(place.ConnectionString);
            place.Postmaster = (int)await source.Command("SELECT pg_backend_pid()").Scalar<int>();
            place.Postmaster = ParentOf(place.Postmaster);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    /// <summary>The market inside this process, without a listener: for what is asked of a module.</summary>
    /// <param name="database">Connection string; the first market when missing.</param>
    public async Task<WebApplication> Market(string? database = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, ApplicationName = "Marketplace.Host", ContentRootPath = Path.Combine(Root, "src", "Host") });
        builder.Configuration.AddInMemoryCollection(Settings().ToDictionary(s => s.Key.Replace("__", ":", StringComparison.Ordinal), string? (s) => s.Value, StringComparer.Ordinal));
        builder.Configuration["ConnectionStrings:Marketplace"] = database ?? ConnectionString;
        builder.Configuration["Marketplace:BackgroundWork"] = "false";
        builder.Configuration["Serilog:MinimumLevel:Default"] = "Warning";
        return await MarketHost.Build(builder);
    }

    /// <summary>The host as it is deployed: Release, production settings, log lines into a file.</summary>
    public Task<RunningServer> StartHost(string? database = null) =>
        Start(Path.Combine(Root, "src", "Host", "bin", Configuration, "net10.0", "Marketplace.Host.dll"), "/health/ready", [], database ?? ConnectionString);

    public Task<RunningServer> StartBare() => Start(typeof(Place).Assembly.Location, "/ready", ["bare"], ConnectionString);

    public async Task<string> PostgresVersion()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        return (await source.Command("SELECT version()").Scalar<string>())!.Split(" on ")[0];
    }

    /// <summary>For finding out where the time goes: what the product's sessions asked since the last call, dearest first.</summary>
    public async Task SayStatements()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        foreach (var line in await source.Command(
            """
            SELECT format('%s ms  %s ×  %s ms each  %s', round(total_exec_time), calls, round((total_exec_time / calls)::numeric, 3), left(regexp_replace(query, '\s+', ' ', 'g'), 140))
            FROM pg_stat_statements WHERE userid = 'marketplace_app'::regrole ORDER BY total_exec_time DESC LIMIT 25
            """).List(r => r.GetString(0))) Say(line);
        await source.Command("SELECT pg_stat_statements_reset()").Execute();
    }

    /// <summary>What the events of one side have started must not run while the other is measured.</summary>
    /// <param name="database">Connection string; the first market when missing.</param>
    public async Task Settled(string? database = null)
    {
        await using var source = NpgsqlDataSource.Create(database ?? ConnectionString);
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(120)
            && await source.Command("SELECT EXISTS (SELECT FROM kernel.deliveries WHERE state = 'pending')").Scalar<bool>())
            await Task.Delay(50);
        if (waited.Elapsed > TimeSpan.FromSeconds(1)) Say($"Events of the last round took {waited.Elapsed.TotalSeconds:0.0} s more");
    }

    /// <param name="database">Connection string; the first market when missing.</param>
    /// <param name="variables">Of the script.</param>
    public async Task<Pgbench> Pgbench(string script, string? database = null, params IReadOnlyList<string> variables) =>
        new(await PgbenchProgram(), ["-f", File($"reference/{script}"), .. variables.SelectMany(v => new[] { "-D", v })], new NpgsqlConnectionStringBuilder(database ?? ConnectionString));

    /// <summary>PostgreSQL's own measure of transactions, in the manner of TPC-B, on tables of its own.</summary>
    public async Task<Pgbench> TpcB() => new(await PgbenchProgram(), ["-b", "tpcb-like"], new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString("marketplace_bench_tpcb")));

    private async Task<string> PgbenchProgram()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var programs = Path.GetDirectoryName(await source.Command("SELECT setting FROM pg_config WHERE name = 'BINDIR'").Scalar<string>() + "/")!;
        var file = Path.Combine(programs, "pgbench");
        if (!System.IO.File.Exists(file)) throw new InvalidOperationException($"There is no {file}: install it (Debian: package postgresql-contrib).");
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        NpgsqlConnection.ClearAllPools();
        await server.DisposeAsync();
    }

    public static void Say(string line) => Console.WriteLine($"  {line}");

    /// <summary>A script of the bench with its <c>$NAMES</c> filled in.</summary>
    public static string Sql(string file, params IReadOnlyList<(string Name, object Value)> values) => values.Aggregate(
        System.IO.File.ReadAllText(File(file)), (sql, v) => sql.Replace($"${v.Name}", string.Create(CultureInfo.InvariantCulture, $"{v.Value}"), StringComparison.Ordinal));

    public static string File(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings__Marketplace"] = ConnectionString,
        ["Marketplace__Home"] = Home,
        ["Marketplace__MasterKey"] = MasterKey,
        // A load program is no person: what is measured is the market, not its patience.
        ["Api__RateLimits__Session__PerMinute"] = "6000000",
        ["Api__RateLimits__Session__Burst"] = "1000000",
        ["Api__RateLimits__Anonymous__PerMinute"] = "6000000",
        ["Api__RateLimits__Anonymous__Burst"] = "1000000",
    };

    private async Task<RunningServer> Start(string program, string ready, string[] arguments, string database)
    {
        var port = FreePort();
        var name = Path.GetFileNameWithoutExtension(program);
        var log = Path.Combine(Home, $"{name}.log");
        // A shell gives the program a file to write its log to, and becomes it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$@\" >\"$LOG\" 2>&1", "sh", program, .. arguments, "--urls", $"http://127.0.0.1:{port}"]) { WorkingDirectory = Root };
        foreach (var (setting, value) in Settings()) start.Environment[setting] = value;
        start.Environment["ConnectionStrings__Marketplace"] = database;
        start.Environment["LOG"] = log;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = Environments.Production;
        start.Environment["ASPNETCORE_CONTENTROOT"] = Path.Combine(Root, "src", "Host");
        var process = Process.Start(start)!;
        processes.Add(process);
        var server = new RunningServer(process.Id, port);
        var waited = Stopwatch.StartNew();
        while (!await server.Answers(ready))
        {
            if (process.HasExited || waited.Elapsed > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"{name} did not start:\n{string.Join('\n', System.IO.File.ReadLines(log).TakeLast(20))}");
            await Task.Delay(100);
        }

        return server;
    }

    private static int ParentOf(int process)
    {
        var text = System.IO.File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 3600 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Marketplace.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}

/// <summary>A server in a process of its own.</summary>
internal sealed record RunningServer(int Process, int Port)
{
    public byte[] Get(string path, string? token = null) => Request("GET", path, null, token is null ? "" : $"Authorization: Bearer {token}\r\n");

    public byte[] Post(string path, string token, string body, string headers = "") => Request("POST", path, body, $"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{headers}");

    public async Task<bool> Answers(string path)
    {
        try
        {
            using var connection = await HttpConnection.Open(Port);
            return await connection.Send(Get(path)) == 200;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private byte[] Request(string method, string path, string? body, string headers) => System.Text.Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\n{headers}{(body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n{body}");
}
