using System.Collections.Concurrent;

namespace Marketplace.Wallet;

/// <summary>When each provider last answered this host and when it last did not, for the back office. Not kept over a restart.</summary>
internal sealed class ProviderHealth(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Seen> seen = new(StringComparer.Ordinal);

    public Seen Of(string provider) => seen.GetValueOrDefault(provider, new Seen(null, null, null));

    public void Answered(string provider) => seen.AddOrUpdate(provider, _ => new Seen(clock.GetUtcNow(), null, null), (_, was) => was with { AnsweredAt = clock.GetUtcNow() });

    /// <param name="why">Shown to staff: no secret, nothing of a payer.</param>
    public void Failed(string provider, string why) =>
        seen.AddOrUpdate(provider, _ => new Seen(null, clock.GetUtcNow(), why), (_, was) => was with { FailedAt = clock.GetUtcNow(), Why = why });

    internal sealed record Seen(DateTimeOffset? AnsweredAt, DateTimeOffset? FailedAt, string? Why)
    {
        public bool IsDown => FailedAt is { } failed && (AnsweredAt is not { } answered || answered < failed);
    }
}
