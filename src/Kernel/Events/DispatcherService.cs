using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// Runs the <see cref="Dispatcher"/> on this host: at once after a commit here, soon after one elsewhere (one NOTIFY per 25 ms
/// and host, on a connection of its own), and each second besides, so that a lost wake-up costs a second and nothing else.
/// No more workers are woken than there are events: who looks and finds nothing costs a third of a delivery.
/// </summary>
internal sealed class DispatcherService(Dispatcher dispatcher, Outbox outbox, NpgsqlDataSource source, ILogger<DispatcherService> log) : BackgroundService
{
    private const string ChannelName = "marketplace_outbox";
    private const int Workers = 2;
    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(25), Poll = TimeSpan.FromSeconds(1);

    private readonly string self = Ids.New(TimeProvider.System).ToString("N");
    private readonly Channel<bool> wake = NewSignal(Workers), tell = NewSignal(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.Woken += Woken;
        try
        {
            await Task.WhenAll([.. Enumerable.Range(0, Workers).Select(_ => Work(stoppingToken)), Tell(stoppingToken), Listen(stoppingToken)]);
        }
        finally
        {
            outbox.Woken -= Woken;
        }
    }

    private static Channel<bool> NewSignal(int most) =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(most) { FullMode = BoundedChannelFullMode.DropWrite });

    private void Woken(int events)
    {
        Wake(Math.Min(events, Workers));
        tell.Writer.TryWrite(true);
    }

    private void Wake(int workers)
    {
        for (; workers > 0; workers--) wake.Writer.TryWrite(true);
    }

    private Task Work(CancellationToken stop) => Repeat(async () =>
    {
        await dispatcher.Drain(stop);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Poll);
        try
        {
            await wake.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The poll's turn.
        }
    }, stop);

    private Task Tell(CancellationToken stop) => Repeat(async () =>
    {
        await tell.Reader.ReadAsync(stop);
        await Task.Delay(Coalesce, stop);
        await source.Command($"NOTIFY {ChannelName}, '{self}'").Execute(stop);
    }, stop);

    private Task Listen(CancellationToken stop) => Repeat(async () =>
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        connection.Notification += (_, told) =>
        {
            if (told.Payload != self) Wake(Workers);
        };
        await using (var command = new NpgsqlCommand($"LISTEN {ChannelName}", connection))
            await command.ExecuteNonQueryAsync(stop);
        while (true) await connection.WaitAsync(stop);
    }, stop);

    private async Task Repeat(Func<Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await act();
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                log.LogWarning(error, "Event delivery pauses for a second");
                await Task.Delay(Poll, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
