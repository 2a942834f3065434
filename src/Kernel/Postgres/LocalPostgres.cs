using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>Where and how a <see cref="LocalPostgres"/> lives.</summary>
/// <param name="Directory">Home of the server: <c>data/</c>, <c>password</c>, <c>port</c>, <c>server.conf</c>, <c>server.log</c>.</param>
public sealed record LocalPostgresOptions(string Directory)
{
    /// <summary>A commit survives a power cut. Only the throw-away databases of tests may turn this off.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Disposing stops the server that this object started; false leaves it running for the next start.</summary>
    public bool StopWithHost { get; init; } = true;

    /// <summary>Settings of postgresql.conf by name, stronger than ours.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>
/// A private PostgreSQL server, run from the installed binaries: on loopback only, with a port and a password of its own. Root
/// runs it as the user <c>postgres</c>. A server already alive in the directory is joined as it is, and outlives this object.
/// What PostgreSQL refuses is thrown as <see cref="InvalidOperationException"/> in its own words. Not for Windows.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly LocalPostgresOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly string _home;
    private readonly Action<string> _log;
    private string _password = "";
    private bool _startedHere;

    private LocalPostgres(LocalPostgresOptions options, PostgresBinaries binaries, string home, Action<string> log) =>
        (_options, _binaries, _home, _log) = (options, binaries, home, log);

    /// <summary>The loopback port. <see cref="Restart"/> keeps it unless another process took it meanwhile.</summary>
    public int Port { get; private set; }

    private string Data => Path.Combine(_home, "data");
    private string Log => Path.Combine(_home, "server.log");

    /// <summary>Starts the server of that directory, making it at first use, or joins the one that runs. Processes may do so at once.</summary>
    public static async Task<LocalPostgres> Start(
        LocalPostgresOptions options, Action<string>? log = null, CancellationToken cancellation = default)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("A private PostgreSQL server needs Linux or macOS: set a connection string instead.");
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Directory));
        options = options with { Directory = directory };
        log ??= _ => { };
        var binaries = await PostgresBinaries.Find(Path.Combine(directory, "data", "PG_VERSION"), cancellation);
        Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
        await using var turn = await Turn(directory, cancellation);
        var server = new LocalPostgres(options, binaries, await ServerUser.Settle(directory, log, cancellation), log);
        await server.Create(cancellation);
        await server.Up(cancellation);
        return server;
    }

    /// <summary>Connection string of the superuser. It holds the password: keep it out of logs.</summary>
    public string SuperuserConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = "postgres",
        Password = _password,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Ends the server without a checkpoint, as a crash would; the next start recovers.</summary>
    public async Task StopImmediate(CancellationToken cancellation = default)
    {
        await using var turn = await Turn(_options.Directory, cancellation);
        await Down("immediate", cancellation);
    }

    /// <summary>Starts the server again, after stopping it if it runs. From then on it ends with this object.</summary>
    public async Task Restart(CancellationToken cancellation = default)
    {
        await using var turn = await Turn(_options.Directory, cancellation);
        await Down("fast", cancellation);
        await Up(cancellation);
    }

    /// <summary>Stops the server if this object started it: connections are cut, all is written; after 20 s without ceremony.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_startedHere || !_options.StopWithHost)
            return;
        await using var turn = await Turn(_options.Directory, CancellationToken.None);
        await Down("fast", CancellationToken.None);
        _startedHere = false;
    }

    /// <summary>One process at a time starts or stops the server of a directory; the system frees the lock of a killed one.</summary>
    private static async Task<FileStream> Turn(string directory, CancellationToken cancellation)
    {
        string path = directory + ".lock";
        using var timer = new PeriodicTimer(Poll);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path)) // held by another
            {
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }

    /// <summary>initdb, once. It works beside the final place and is moved when whole, so a killed one leaves no half database.</summary>
    [UnsupportedOSPlatform("windows")]
    private async Task Create(CancellationToken cancellation)
    {
        string password = Path.Combine(_home, "password");
        if (!Directory.Exists(Data))
        {
            _log($"Making a PostgreSQL {_binaries.Major} database in {_home}");
            string draft = Data + ".new";
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            File.Delete(password);
            var secret = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ServerUser.Private & ~UnixFileMode.UserExecute };
            await using (var file = new StreamWriter(password, Encoding.ASCII, secret))
                await file.WriteAsync(RandomNumberGenerator.GetHexString(32, lowercase: true));
            await ServerUser.Own(password, cancellation);
            await ServerUser.Expect(_binaries.Path("initdb"), ["-D", draft, "--username=postgres", "--auth=scram-sha-256", $"--pwfile={password}",
                "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C", "--data-checksums", .. _options.Durable ? [] : new[] { "--no-sync" }], cancellation);
            await File.AppendAllTextAsync(Path.Combine(draft, "postgresql.conf"), "\ninclude = '../server.conf'\n", cancellation);
            Directory.Move(draft, Data);
        }
        if (!File.Exists(password))
            throw new InvalidOperationException($"{password} is gone, and with it the way into {Data}. Put it back, or delete {_home} to begin anew.");
        _password = await File.ReadAllTextAsync(password, cancellation);
    }

    private async Task Up(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Poll);
        for (; await Running(cancellation) is { } alive; await timer.WaitForNextTickAsync(cancellation))
        {
            if (!alive.Ready)
                continue; // somebody was killed while starting or stopping it: wait for what it becomes
            Port = alive.Port;
            _log($"PostgreSQL runs already in {_home} on port {Port} (pid {alive.Pid}): joined, with the settings that it has");
            return;
        }

        string remembered = Path.Combine(_home, "port");
        Port = File.Exists(remembered) && int.TryParse(await File.ReadAllTextAsync(remembered, cancellation), CultureInfo.InvariantCulture, out int port) ? port : FreePort();
        if (new FileInfo(Log) is { Exists: true, Length: > 10_000_000 })
            File.Move(Log, Log + ".1", overwrite: true);
        for (int attempt = 1; !await Launch(lastAttempt: attempt == 100, cancellation); attempt++)
            await timer.WaitForNextTickAsync(cancellation);
        await File.WriteAllTextAsync(remembered, Port.ToString(CultureInfo.InvariantCulture), cancellation);
        _startedHere = true;
        _log($"PostgreSQL {_binaries.Major} runs in {_home} on port {Port}");
    }

    private async Task<bool> Launch(bool lastAttempt, CancellationToken cancellation)
    {
        if (!IsFree(Port))
        {
            _log($"Port {Port} is taken by another process: PostgreSQL moves");
            Port = FreePort();
        }
        await File.WriteAllTextAsync(Path.Combine(_home, "server.conf"), Configuration(), cancellation);
        long before = new FileInfo(Log) is { Exists: true } log ? log.Length : 0;
        try
        {
            var (code, said) = await PgCtl(["start", "-w", "-t", "600", "-l", Log], cancellation); // a recovery may be long
            if (code == 0)
                return true;
            string why = File.Exists(Log) ? Encoding.UTF8.GetString((await File.ReadAllBytesAsync(Log, cancellation)).AsSpan((int)before..)).Trim() : "";
            // Two things pass: children of a killed postmaster still end, or the port went between look and bind.
            bool passes = why.Contains("pre-existing shared memory block", StringComparison.Ordinal) || !IsFree(Port);
            return passes && !lastAttempt ? false : throw new InvalidOperationException($"PostgreSQL did not start in {Data}: {said}\n{why}");
        }
        catch (OperationCanceledException)
        {
            await Down("immediate", CancellationToken.None);
            throw;
        }
    }

    private async Task Down(string mode, CancellationToken cancellation)
    {
        if (await Running(cancellation) is null)
            return;
        var (code, said) = await PgCtl(["stop", "-w", "-t", "20", "-m", mode], cancellation);
        if (code == 0 || await Running(cancellation) is null)
            return;
        if (mode == "immediate")
            throw new InvalidOperationException($"PostgreSQL in {Data} does not stop: {said}");
        _log($"PostgreSQL in {_home} did not stop within 20 s: {said}. It is stopped at once and will recover at the next start");
        await Down("immediate", cancellation);
    }

    private Task<(int Code, string Said)> PgCtl(string[] arguments, CancellationToken cancellation) =>
        ServerUser.Run(_binaries.Path("pg_ctl"), [.. arguments, "-D", Data], cancellation);

    /// <summary>The living server by its postmaster.pid (pid, directory, start, port, socket, address, memory, status); mends a stale one.</summary>
    private async Task<(int Pid, int Port, bool Ready)?> Running(CancellationToken cancellation)
    {
        string file = Path.Combine(Data, "postmaster.pid");
        string[] lines;
        try
        {
            lines = await File.ReadAllLinesAsync(file, cancellation);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        if (lines.Length == 0 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out int pid))
        {
            _log($"{file} was torn by a crash and is deleted: PostgreSQL would refuse it");
            File.Delete(file);
            return null;
        }
        if (IsPostmaster(pid))
            return (pid, lines.Length > 3 ? int.Parse(lines[3], CultureInfo.InvariantCulture) : 0, lines.Length > 7 && lines[7].Trim() == "ready");
        if (Process.GetProcesses().Any(other => other.Id == pid))
        {
            // Another program, or a zombie: PostgreSQL would take it for its postmaster. With a pid that nobody has it looks at its shared memory alone.
            _log($"{file} is stale: pid {pid} is not this server");
            lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(file, lines, cancellation);
        }
        return null;
    }

    private bool IsPostmaster(int pid)
    {
        if (!OperatingSystem.IsLinux())
            return Process.GetProcessesByName("postgres").Any(process => process.Id == pid);
        try
        {
            string own = $"/proc/{pid}/cwd/postmaster.pid"; // a postmaster works in its data directory, by whatever path we name it
            return File.Exists(own) && File.ReadLines(own).Take(3).SequenceEqual(File.ReadLines(Path.Combine(Data, "postmaster.pid")).Take(3), StringComparer.Ordinal);
        }
        catch (IOException)
        {
            return false; // it ended while we looked
        }
    }

    private string Configuration()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
            ["password_encryption"] = "scram-sha-256",
            ["max_connections"] = "200",
            ["shared_buffers"] = "256MB",
            ["jit"] = "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["log_line_prefix"] = "%m [%p] %u@%d ",
        };
        if (!_options.Durable)
            foreach (string guard in (string[])["fsync", "synchronous_commit", "full_page_writes"])
                settings[guard] = "off";
        foreach (var (name, value) in _options.Settings)
            settings[name] = value;
        return string.Concat(settings.Select(line => $"{line.Key} = '{line.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
