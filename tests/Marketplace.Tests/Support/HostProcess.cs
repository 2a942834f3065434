using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Marketplace.Tests;

/// <summary>
/// The real host as a process of its own, on a port that stays the same when it is started again, so that it can be killed as
/// power would kill it. Whoever opened it ends it; what is left when the tests end is killed.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string> settings;
    private readonly string log, connectionString;
    private readonly int port = FreePort();
    private readonly EventHandler atExit;
    private Process? process;

    /// <param name="home">A folder for its blobs, key and log.</param>
    /// <param name="connectionString">The database that it works on, as a superuser.</param>
    /// <param name="backgroundWork">Whether it runs jobs and delivers events.</param>
    public HostProcess(string home, string connectionString, bool backgroundWork = true)
    {
        this.connectionString = connectionString;
        log = Path.Combine(home, "host.log");
        settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_CONTENTROOT"] = Path.Combine(TestServer.Root, "src", "Host"),
            ["ASPNETCORE_URLS"] = Address.ToString(),
            ["Urls"] = Address.ToString(),
            ["ConnectionStrings__Marketplace"] = connectionString,
            ["Marketplace__Home"] = home,
            ["Marketplace__Demo"] = "false",
            ["Marketplace__BackgroundWork"] = backgroundWork ? "true" : "false",
            ["Users__PasswordIterations"] = "1000",
            ["Serilog__MinimumLevel__Default"] = "Warning",
            ["LOG"] = log,
        };
        atExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += atExit;
    }

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>What the process has taken of the memory for itself, in bytes: no file pages, no shared code.</summary>
    public long Memory => 1024 * long.Parse(
        File.ReadLines($"/proc/{process!.Id}/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>What it has said, of all its lives.</summary>
    public string Log => File.Exists(log) ? File.ReadAllText(log) : "";

    // The program that was built together with these tests.
    private static string Program =>
        Path.Combine(TestServer.Root, "src", "Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Marketplace.Host.dll");

    /// <summary>Starts it, and waits until it may be sent work.</summary>
    public async Task Start(CancellationToken stop = default)
    {
        process = Run([]);
        await File.WriteAllTextAsync(PidFile(Path.GetDirectoryName(log)!), process.Id.ToString(CultureInfo.InvariantCulture), stop);
        using var http = new SocketsHttpHandler();
#pragma warning disable RS0030 // the test is the outside
        using var client = new HttpClient(http) { Timeout = TimeSpan.FromSeconds(5) };
#pragma warning restore RS0030
        for (var waited = Stopwatch.StartNew(); ;)
        {
            stop.ThrowIfCancellationRequested();
            if (process.HasExited || waited.Elapsed > TimeSpan.FromMinutes(2)) throw new InvalidOperationException($"The host did not start:\n{Tail()}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Address, "/health/ready"), stop);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                // Not yet.
            }

            await Task.Delay(50, stop);
        }
    }

    /// <summary>Ends the host of a folder whose tests were killed before they could.</summary>
    public static void KillLeftOver(string home)
    {
        if (!File.Exists(PidFile(home)) || !int.TryParse(File.ReadAllText(PidFile(home)), CultureInfo.InvariantCulture, out var pid)) return;
        // The number may be another program's by now.
        if (!File.Exists($"/proc/{pid}/environ") || !File.ReadAllText($"/proc/{pid}/environ").Contains($"Marketplace__Home={home}", StringComparison.Ordinal)) return;
        using var host = Process.GetProcessById(pid);
        host.Kill();
        host.WaitForExit();
    }

    /// <summary>kill -9: nothing is finished, nothing is said.</summary>
    public void Kill()
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Somebody new, signed in.</summary>
    /// <param name="right">One of <see cref="Marketplace.Users.Rights"/>, if any.</param>
    public async Task<Person> SignUp(string name = "Ana", string? right = null)
    {
        var (email, visitor) = (UsersSteps.NewEmail(), new Visitor(Address));
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = name })).Must(201).Json.Id();
        if (right is not null) await TestServer.Execute(connectionString, $"INSERT INTO users.account_rights (account, name, granted_at) VALUES ('{account}', '{right}', now())");
        var person = new Person(account, email, UsersSteps.Password, visitor);
        await person.SignIn();
        return person;
    }

    /// <summary>Somebody new with a shop whose products need no review.</summary>
    public async Task<Person> Seller(string name = "Nova")
    {
        var (seller, moderator) = (await SignUp(name), await SignUp("Mo", Marketplace.Users.Rights.Moderation));
        var shop = await seller.OpenShop(trusted: false);
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).Must();
        moderator.Visitor.Dispose();
        return seller;
    }

    /// <summary>Runs the host's command <c>check</c> on the database.</summary>
    /// <returns>Its exit code and what it printed.</returns>
    public async Task<(int Code, string Said)> Check()
    {
        using var check = Run(["check"], output: true);
        var said = await check.StandardOutput.ReadToEndAsync();
        await check.WaitForExitAsync();
        return (check.ExitCode, said);
    }

    /// <summary>The errors that it has logged, each with the begin of its exception.</summary>
    public string Errors()
    {
        var lines = Log.Split('\n');
        return string.Join('\n', Enumerable.Range(0, lines.Length).Where(i => Enumerable.Range(Math.Max(0, i - 12), Math.Min(i + 1, 13)).Any(j => lines[j].Contains(" ERR Unhandled", StringComparison.Ordinal))).Select(i => lines[i]).TakeLast(200));
    }

    public string Tail() => string.Join('\n', Log.Split('\n').TakeLast(30));

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= atExit;
        Kill();
        return ValueTask.CompletedTask;
    }

    // A shell gives the program a file to write to (a pipe that nobody empties would stop it), and becomes it.
    private Process Run(string[] arguments, bool output = false)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", output ? "exec dotnet \"$@\" 2>>\"$LOG\"" : "exec dotnet \"$@\" >>\"$LOG\" 2>&1", "sh", Program, .. arguments])
        {
            WorkingDirectory = TestServer.Root, RedirectStandardOutput = output,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string PidFile(string home) => Path.Combine(home, "host.pid");

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
