using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>Work that time causes. <c>Handle(now)</c> is called by the scheduler on one host at a time, and directly by tests and the demo.</summary>
public interface IJob
{
    Task Handle(DateTimeOffset now, CancellationToken stop);
}

/// <param name="Name">Row in <c>kernel.schedules</c>: <c>wallet.sweep_payments</c>.</param>
public sealed record Schedule(string Name, TimeSpan Every, Type Job);

public static class ScheduleRegistration
{
    public static IServiceCollection AddSchedule<TJob>(this IServiceCollection services, string name, TimeSpan every)
        where TJob : class, IJob
    {
        services.AddScoped<TJob>();
        return services.AddSingleton(new Schedule(name, every, typeof(TJob)));
    }
}

/// <summary>
/// Runs what is due, on any host: the row is claimed by moving <c>next_at</c> on, so that a host which dies in mid-job leaves
/// it to the next turn. Jobs are safe to run twice.
/// </summary>
public sealed class Scheduler(NpgsqlDataSource source, IServiceScopeFactory scopes, IEnumerable<Schedule> schedules, TimeProvider clock, ILogger<Scheduler> log)
{
    private readonly Schedule[] schedules = schedules.ToArray();

    public Task Register(CancellationToken stop) => source.Command(
        "INSERT INTO kernel.schedules (name, next_at) SELECT n, $2 FROM unnest($1::text[]) n ON CONFLICT DO NOTHING",
        schedules.Select(s => s.Name).ToArray(), clock.GetUtcNow()).Execute(stop);

    /// <returns>How many jobs were due here.</returns>
    public async Task<int> RunDue(CancellationToken stop)
    {
        var ran = 0;
        foreach (var schedule in schedules)
        {
            var now = clock.GetUtcNow();
            var claimed = await source.Command(
                """
                UPDATE kernel.schedules SET next_at = $2, last_at = $3
                WHERE name = (SELECT name FROM kernel.schedules WHERE name = $1 AND next_at <= $3 FOR UPDATE SKIP LOCKED)
                """,
                schedule.Name, now + schedule.Every, now).Execute(stop);
            if (claimed == 0) continue;

            ran++;
            var error = await Run(schedule, now, stop);
            await source.Command("UPDATE kernel.schedules SET last_error = left($2, 2000) WHERE name = $1", schedule.Name, error).Execute(stop);
        }

        return ran;
    }

    private async Task<string?> Run(Schedule schedule, DateTimeOffset now, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await ((IJob)scope.ServiceProvider.GetRequiredService(schedule.Job)).Handle(now, stop);
            return null;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            log.LogError(error, "Job {Job} failed; it is tried again in {Every}", schedule.Name, schedule.Every);
            return error.Message;
        }
    }
}

internal sealed class SchedulerService(Scheduler scheduler, TimeProvider clock, ILogger<SchedulerService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var turn = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var registered = false;
        try
        {
            do
            {
                registered = registered || await Try(() => scheduler.Register(stoppingToken), stoppingToken);
                if (registered) await Try(() => scheduler.RunDue(stoppingToken), stoppingToken);
            }
            while (await turn.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was claimed comes again at its next turn.
        }
    }

    private async Task<bool> Try(Func<Task> act, CancellationToken stop)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            log.LogWarning(error, "The scheduler could not reach its table");
            return false;
        }
    }
}
