using System.Collections.Concurrent;
using Marketplace.Kernel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Users;

/// <summary>When each of something was last used: noted in memory once a minute, written behind the requests' backs.</summary>
/// <param name="table">Whose rows are written: it is under row-level security.</param>
/// <param name="sql">Takes ids as $1 and times as $2.</param>
internal abstract class WrittenBehind(string table, string sql, NpgsqlDataSource source, TimeProvider clock, ILogger log) : BackgroundService
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> noted = new();
    private readonly SemaphoreSlim writing = new(1);

    public async Task Write(CancellationToken stop = default)
    {
        await writing.WaitAsync(stop);
        try
        {
            var batch = noted.OrderBy(n => n.Key).ToArray();
            if (batch.Length == 0) return;

            await source.CommandOn(table, sql, batch.Select(n => n.Key).ToArray(), batch.Select(n => n.Value.UtcDateTime).ToArray()).Execute(stop);
            foreach (var written in batch) noted.TryRemove(written);
        }
        finally
        {
            writing.Release();
        }
    }

    public override void Dispose()
    {
        writing.Dispose();
        base.Dispose();
    }

    /// <param name="stored">What the database knew.</param>
    protected DateTimeOffset? Latest(Guid id, DateTimeOffset? stored) => noted.TryGetValue(id, out var at) && (stored is null || at > stored) ? at : stored;

    protected void Note(Guid id, DateTimeOffset? stored, DateTimeOffset now)
    {
        if (Latest(id, stored) is not { } latest || now - latest >= TimeSpan.FromMinutes(1)) noted[id] = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var turn = new PeriodicTimer(TimeSpan.FromSeconds(5), clock);
        do
        {
            try
            {
                // The last turn runs after the stop was asked for, so that a deploy forgets nobody.
                await Write(CancellationToken.None);
            }
            catch (NpgsqlException error)
            {
                log.LogWarning(error, "When sessions or keys were last used could not be written; it is tried again");
            }
        }
        while (await Next(turn, stoppingToken));
    }

    private async Task<bool> Next(PeriodicTimer turn, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return false;
        try
        {
            return await turn.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return !noted.IsEmpty;
        }
    }
}
