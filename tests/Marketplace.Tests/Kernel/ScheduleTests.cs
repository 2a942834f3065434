using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Kernel;

public sealed class ScheduleTests
{
    private sealed class Bell
    {
        public int Rings;
        public bool Broken;
    }

    private sealed class RingBell(Bell bell) : IJob
    {
        public Task Handle(DateTimeOffset now, CancellationToken stop)
        {
            Interlocked.Increment(ref bell.Rings);
            return bell.Broken ? throw new InvalidOperationException("the rope broke") : Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_job_that_is_due_runs_once_on_two_hosts_and_again_when_its_time_has_come()
    {
        var bell = new Bell();
        await using var market = await OwnMarket.Open(null, services => services.AddSingleton(bell).AddSchedule<RingBell>("test.ring", TimeSpan.FromMinutes(5)));
        var schedulers = new[] { market, await market.AnotherHost() }.Select(m => m.Services.GetRequiredService<Scheduler>()).ToArray();
        foreach (var scheduler in schedulers) await scheduler.Register(default);

        async Task Turn() => await Task.WhenAll(schedulers.SelectMany(s => new[] { s.RunDue(default), s.RunDue(default) }));
        await Turn();
        bell.Rings.ShouldBe(1);
        market.Clock.Walk(TimeSpan.FromMinutes(4));
        await Turn();
        bell.Rings.ShouldBe(1);
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await Turn();
        bell.Rings.ShouldBe(2);
    }

    [Fact]
    public async Task A_job_that_fails_is_shown_and_tried_again()
    {
        var bell = new Bell { Broken = true };
        await using var market = await OwnMarket.Open(null, services => services.AddSingleton(bell).AddSchedule<RingBell>("test.ring", TimeSpan.FromMinutes(5)));
        var scheduler = market.Services.GetRequiredService<Scheduler>();
        await scheduler.Register(default);
        await scheduler.RunDue(default);
        (await LastError()).ShouldBe("the rope broke");

        bell.Broken = false;
        market.Clock.Walk(TimeSpan.FromMinutes(5));
        await scheduler.RunDue(default);
        bell.Rings.ShouldBe(2);
        (await LastError()).ShouldBeNull();

        Task<string?> LastError() => market.Source.Command("SELECT last_error FROM kernel.schedules WHERE name = 'test.ring'").Scalar<string>();
    }
}
