using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests;

/// <summary>A running market: a host, its address, its database.</summary>
internal class Market(WebApplication app, string connectionString) : IAsyncDisposable
{
    private readonly Lazy<NpgsqlDataSource> everything = new(() => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString));

    private static readonly Lazy<Task<Market>> SharedMarket = new(async () =>
    {
        var connectionString = await TestServer.Clone("marketplace");
        return new Market(await TestServer.Host(connectionString), connectionString);
    });

    /// <summary>The market that most tests share: real clock, no background work; each test makes its own people.</summary>
    public static Task<Market> Shared => SharedMarket.Value;

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Uri, Market> ByAddress = new();

    /// <summary>The market that a visitor talks to; a port may be another market's later.</summary>
    public static Market At(Uri address) => ByAddress[address];

    public WebApplication App => app;

    private const string Due =
        """
        d.id FROM kernel.deliveries d WHERE state = 'pending' AND next_at <= $1 AND id <= $2
          AND NOT EXISTS (SELECT FROM kernel.deliveries e WHERE e.listener = d.listener AND e.key = d.key AND e.state <> 'done' AND e.id < d.id)
        """;

    public IServiceProvider Services => app.Services;

    public Uri Address { get; } = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Of a superuser: for tests of what even a superuser may not do.</summary>
    public string ConnectionString => connectionString;

    /// <summary>The host's own sessions: role marketplace_app.</summary>
    public NpgsqlDataSource Source => app.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Sees all rows, those under row-level security too: for what tests must know and the host may not.</summary>
    public NpgsqlDataSource Everything => everything.Value;

    public Faults Faults => app.Services.GetRequiredService<Faults>();

    /// <summary>A browser or program that nobody is signed in with. Does not follow redirects.</summary>
    public Visitor Visitor()
    {
        ByAddress[Address] = this;
        return new(Address);
    }

    /// <summary>What has happened until now reaches its listeners before this returns, also what another test's drain has in hand.</summary>
    public async Task Drain()
    {
        var last = await Source.Command("SELECT coalesce(max(id), 0) FROM kernel.outbox").Scalar<long>();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        do
        {
            await app.Services.GetRequiredService<Dispatcher>().Drain();
            // Locks in hand are waited for; whoever stood behind such a delivery is seen only by the statement after.
            await Source.Command($"SELECT {Due} FOR SHARE OF d", now, last).Execute();
        }
        while (await Source.Command($"SELECT EXISTS (SELECT {Due})", now, last).Scalar<bool>());
    }

    /// <summary>Runs a job now, as the scheduler would.</summary>
    public async Task Run<TJob>()
        where TJob : IJob
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TJob>().Handle(Services.GetRequiredService<TimeProvider>().GetUtcNow(), default);
    }

    /// <summary>In a scope and transaction of its own, as a request would be.</summary>
    public async Task<T> Do<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => act(scope.ServiceProvider));
    }

    public Task Do(Func<IServiceProvider, Task> act) => Do(async services =>
    {
        await act(services);
        return true;
    });

    public virtual async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A market for one test: its own database, a clock that walks, jobs called by hand.</summary>
internal sealed class OwnMarket : Market
{
    private readonly List<Market> others = [];
    private Action<IServiceCollection>? adjust;

    private OwnMarket(WebApplication app, string connectionString, WalkingClock clock) : base(app, connectionString) => Clock = clock;

    public WalkingClock Clock { get; }

    /// <param name="adjust">More registrations, e.g. a listener of the test.</param>
    public static async Task<OwnMarket> Open(IDictionary<string, string?>? settings = null, Action<IServiceCollection>? adjust = null)
    {
        var connectionString = await TestServer.Clone();
        var clock = new WalkingClock();
        var app = await TestServer.Host(connectionString, settings, services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            adjust?.Invoke(services);
        });
        return new OwnMarket(app, connectionString, clock) { adjust = adjust };
    }

    /// <summary>A second host on the same database and clock.</summary>
    public async Task<Market> AnotherHost(IDictionary<string, string?>? settings = null)
    {
        var other = new Market(await TestServer.Host(ConnectionString, settings, services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            adjust?.Invoke(services);
        }), ConnectionString);
        others.Add(other);
        return other;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var other in others) await other.DisposeAsync();
        await base.DisposeAsync();
        await TestServer.Drop(ConnectionString);
    }
}

/// <summary>A clock that goes only when it is told to.</summary>
internal sealed class WalkingClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Walk(TimeSpan by) => now += by;
}

/// <summary>Gives a test the shared market.</summary>
public abstract class MarketTest : IAsyncLifetime
{
    private protected Market Market { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Market = await Market.Shared;

    public virtual Task DisposeAsync() => Task.CompletedTask;
}
