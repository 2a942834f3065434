using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Goes on with the imports that are at work, a chunk of each in turn, on every host that has a moment. A turn ends after some seconds, so
/// that other jobs get theirs.
/// </summary>
internal sealed class WorkImports(NpgsqlDataSource source, IServiceScopeFactory scopes, TimeProvider clock, ILogger<WorkImports> log) : IJob
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(4);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        for (var busy = true; busy && clock.GetElapsedTime(began) < Turn;)
        {
            busy = false;
            foreach (var import in await source.Command("SELECT id FROM catalog.imports WHERE state IN ('checking', 'running') ORDER BY worked_at LIMIT 20").List(r => r.GetGuid(0), stop))
                busy |= await Chunk(import, stop);
        }
    }

    private async Task<bool> Chunk(Guid import, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ImportChunk>().Handle(import, stop);
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            log.LogError(error, "Import {Import} cannot go on just now; it is tried again", import);
            return false;
        }
    }
}

/// <summary>Files that nobody touched for 30 days go; what they made stays.</summary>
internal sealed class PurgeImports(NpgsqlDataSource source, IServiceScopeFactory scopes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        foreach (var import in await source.Command("SELECT id FROM catalog.imports WHERE worked_at < $1 AND state NOT IN ('checking', 'running')", now.AddDays(-30)).List(r => r.GetGuid(0), stop))
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => DropImport.Drop(import, scope.ServiceProvider.GetRequiredService<UnitOfWork>(), scope.ServiceProvider.GetRequiredService<Blobs>()));
        }
    }
}
