namespace Marketplace.Kernel;

/// <summary>
/// Named points at which a test may let the process "die". In production nothing listens and a point costs one null check.
/// A <see cref="Crash"/> is not handled by anybody: what is uncommitted is lost, as when power fails.
/// </summary>
public sealed class Faults
{
    public const string AfterHold = "after_hold";
    public const string BeforeCommit = "before_commit";
    public const string AfterCommit = "after_commit";
    public const string AfterProviderCall = "after_provider_call";

    public static readonly IReadOnlyList<string> Points = [AfterHold, BeforeCommit, AfterCommit, AfterProviderCall];

    /// <summary>Called with the name of each point that is passed; throw <see cref="Crash"/> to die there.</summary>
    public Action<string>? Passing { get; set; }

    public void Pass(string point) => Passing?.Invoke(point);

    public sealed class Crash(string point) : Exception($"Crashed at {point}.");
}
