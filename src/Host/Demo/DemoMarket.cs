using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Host;

/// <summary>
/// A living market for an empty development database: nine shops, a month of sales, money held and released. A host of its own,
/// with a clock that walks and no background work, lives that month; the market that people visit opens afterwards, and has
/// neither. Whether it was lived to its end stands in the schema <c>demo</c>: a month that broke off is wiped and begun again.
/// </summary>
internal static class DemoMarket
{
    public static string Logins { get; } =
        $"""
            buyer      ana@demo.example
            sellers    nova@demo.example   delia@demo.example
            moderator  mona@demo.example
            finance    fay@demo.example
            owner      owner@demo.example  (back office: /admin)
            password   {DemoPerson.Password}

          Pay with the card "Pays", or look at what happens when one does not.

        """;

    /// <param name="market">Built, but not at work yet. Its database is brought up to date.</param>
    /// <param name="open">Opens a host on the same database, listening, with this clock and no background work.</param>
    /// <param name="tell">Hears of each day that begins; null writes it to the console.</param>
    /// <returns>Whether the demo's people are here to sign in as.</returns>
    public static async Task<bool> Fill(WebApplication market, Func<DemoClock, Task<WebApplication>> open, Action<int>? tell = null, CancellationToken stop = default)
    {
        var mark = new DemoMark(market.Services);
        var past = await mark.Read(stop);
        if (past == DemoPast.Done) return true;
        if (past == DemoPast.None && await mark.HasPeople(stop)) return false;
        if (past == DemoPast.BrokeOff && !await mark.Wipe(stop)) return false;

        await mark.Begin(stop);
        var calendar = new DemoCalendar(market.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        var clock = new DemoClock(calendar.Begin);
        await using (var host = await open(clock))
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, host.Lifetime.ApplicationStopping);
            using var story = new DemoStory(host, clock, calendar, ending.Token);
            await story.Live(tell ?? Tell);
            await host.StopAsync(stop);
        }

        await mark.End(stop);
        return true;
    }

    private static void Tell(int day)
    {
        if (Console.IsOutputRedirected)
        {
            if (day % 10 == 0) Console.WriteLine($"  Filling the demo market … day {day} of {DemoCalendar.Days}");
            return;
        }

        Console.Write($"\r  Filling the demo market … day {day} of {DemoCalendar.Days}{(day == DemoCalendar.Days ? "\n" : "")}");
    }
}

internal enum DemoPast
{
    None,
    BrokeOff,
    Done,
}

/// <summary>How far the demo of a database has come: one row, in a schema that no module knows. Written as the owner of the tables.</summary>
internal sealed class DemoMark(IServiceProvider services)
{
    private readonly string owner = services.GetRequiredService<Database>().As(Database.OwnerRole);

    public async Task<DemoPast> Read(CancellationToken stop) =>
        await Ask<bool>("SELECT to_regclass('demo.month') IS NULL", stop) ? DemoPast.None
        : await Ask<bool>("SELECT coalesce(bool_and(done), false) FROM demo.month", stop) ? DemoPast.Done
        : DemoPast.BrokeOff;

    public Task<bool> HasPeople(CancellationToken stop) => Ask<bool>("SELECT EXISTS (SELECT FROM users.accounts)", stop);

    // Whatever breaks off is wiped: meanwhile no commit need wait for the disk. The last one does, and takes all before it along.
    public Task Begin(CancellationToken stop) => Do(
        """
        CREATE SCHEMA IF NOT EXISTS demo;
        CREATE TABLE IF NOT EXISTS demo.month (done boolean NOT NULL);
        DELETE FROM demo.month;
        INSERT INTO demo.month VALUES (false);
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$
        """, stop);

    public Task End(CancellationToken stop) => Do(
        """
        SET synchronous_commit = on;
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET synchronous_commit', current_database()); END $$;
        UPDATE demo.month SET done = true
        """, stop);

    /// <summary>An empty database again, with its tables. Not when somebody else has moved in meanwhile.</summary>
    public async Task<bool> Wipe(CancellationToken stop)
    {
        if (await Ask<bool>("SELECT EXISTS (SELECT FROM users.accounts WHERE email NOT LIKE '%@demo.example')", stop))
        {
            Console.WriteLine("  A demo that broke off is here, and people of your own. ./dev reset begins anew.");
            return false;
        }

        var source = services.GetRequiredService<NpgsqlDataSource>();
        var blobs = services.GetRequiredService<IBlobStore>();
        foreach (var key in await source.Command("SELECT key FROM kernel.blobs").List(r => r.GetString(0), stop)) blobs.Delete(key);
        await Do($"DROP SCHEMA {string.Join(", ", services.GetServices<ModuleSchema>().Select(m => m.Schema))} CASCADE", stop);
        source.Clear();     // what its sessions knew of the tables is gone with them
        await services.GetRequiredService<Migrator>().Run(stop);
        return true;
    }

    private async Task<T?> Ask<T>(string question, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        return await source.Command(question).Scalar<T>(stop);
    }

    private async Task Do(string sql, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await source.Command(sql).Execute(stop);
    }
}
