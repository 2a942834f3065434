using System.Collections.Concurrent;
using Marketplace.Kernel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Users;

/// <summary>When each session was last used: noted in memory once a minute, written behind the requests' backs.</summary>
internal sealed class LastSeen(NpgsqlDataSource source, TimeProvider clock, ILogger<LastSeen> log) : BackgroundService
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> noted = new();
    private readonly SemaphoreSlim writing = new(1);

    public DateTimeOffset Latest(LiveSession session) => noted.TryGetValue(session.Id, out var at) && at > session.LastSeenAt ? at : session.LastSeenAt;

    public void Note(LiveSession session, DateTimeOffset now)
    {
        if (now - Latest(session) >= TimeSpan.FromMinutes(1)) noted[session.Id] = now;
    }

    public async Task Write(CancellationToken stop = default)
    {
        await writing.WaitAsync(stop);
        try
        {
            var batch = noted.OrderBy(n => n.Key).ToArray();
            if (batch.Length == 0) return;

            await source.Command(
                """
                UPDATE users.sessions s SET last_seen_at = u.at FROM unnest($1::uuid[], $2::timestamptz[]) u(id, at)
                WHERE s.id = u.id AND s.last_seen_at < u.at AND s.ended_at IS NULL
                """, batch.Select(n => n.Key).ToArray(), batch.Select(n => n.Value.UtcDateTime).ToArray()).Execute(stop);
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
                log.LogWarning(error, "When sessions were last used could not be written; it is tried again");
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
