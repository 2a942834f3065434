namespace Marketplace.Host;

/// <summary>What is to happen when. One thing after the other, so that the same diary makes the same books on every run.</summary>
internal sealed class DemoDiary
{
    private readonly PriorityQueue<Func<Task>, (DateTimeOffset At, int Turn)> entries = new();
    private int turns;

    public void Note(DateTimeOffset at, Func<Task> act) => entries.Enqueue(act, (at, turns++));

    /// <summary>Until nothing is left before the end; what was noted for later never happens.</summary>
    public async Task Live(DemoClock clock, DateTimeOffset end, Func<DateTimeOffset, Task> after, CancellationToken stop)
    {
        while (entries.TryPeek(out _, out var next) && next.At < end)
        {
            stop.ThrowIfCancellationRequested();
            var act = entries.Dequeue();
            clock.WalkTo(next.At);
            await act();
            await after(next.At);
        }

        clock.WalkTo(end);
    }
}
