namespace Marketplace.Host;

/// <summary>
/// The clock of the host in which the demo lives its month. It stands still until the demo walks on, and never goes back. Timers and
/// stopwatches are the system's. The host that is opened to people afterwards has the system's clock and knows nothing of this one.
/// </summary>
internal sealed class DemoClock(DateTimeOffset begin) : TimeProvider
{
    private long ticks = begin.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public void WalkTo(DateTimeOffset at)
    {
        if (at.UtcTicks > ticks) Volatile.Write(ref ticks, at.UtcTicks);
    }
}
