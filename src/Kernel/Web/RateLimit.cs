using Microsoft.Extensions.Configuration;

namespace Marketplace.Kernel;

/// <param name="Name">Of the policy, as <c>RateLimit-Policy</c> says it.</param>
/// <param name="PerMinute">How fast the bucket refills.</param>
/// <param name="Burst">How much it holds.</param>
public sealed record RateLimit(string Name, int PerMinute, int Burst)
{
    /// <summary>The time in which one token comes back; whole microseconds, as PostgreSQL counts.</summary>
    public TimeSpan Step { get; } = TimeSpan.FromMicroseconds(60_000_000 / PerMinute);

    /// <summary>How much a host takes at once, so that only every so manieth request asks the database.</summary>
    public int Block { get; } = Math.Max(1, Burst / 4);

    public RateLimit Times(string name, int factor) => new(name, PerMinute * factor, Burst * factor);
}

/// <summary>What the API's callers may spend: a read costs 1, a write 2. Each can be set: <c>Api:RateLimits:Session:PerMinute</c>, <c>Api:RateLimits:Session:Burst</c>.</summary>
public sealed class RateLimitSettings(IConfiguration configuration)
{
    /// <summary>People's own sessions: no page that a person uses comes near it.</summary>
    public RateLimit Session { get; } = Read(configuration, new RateLimit("session", 1_200, 300));

    /// <summary>All that one range of addresses asks without signing in.</summary>
    public RateLimit Anonymous { get; } = Read(configuration, new RateLimit("anonymous", 1_200, 300));

    private readonly Dictionary<string, RateLimit> tiers = new[] { new RateLimit("basic", 60, 20), new RateLimit("pro", 600, 100), new RateLimit("enterprise", 6_000, 500) }
        .Select(limit => Read(configuration, limit)).ToDictionary(limit => limit.Name, StringComparer.Ordinal);

    /// <summary>Of an API key, by its tier.</summary>
    public RateLimit Tier(string? name) => tiers.GetValueOrDefault(name ?? "") ?? tiers["basic"];

    private static RateLimit Read(IConfiguration configuration, RateLimit usual)
    {
        var name = char.ToUpperInvariant(usual.Name[0]) + usual.Name[1..];
        var limit = new RateLimit(usual.Name, configuration.GetValue($"Api:RateLimits:{name}:PerMinute", usual.PerMinute), configuration.GetValue($"Api:RateLimits:{name}:Burst", usual.Burst));
        return limit is { PerMinute: >= 1 and <= 60_000_000, Burst: >= 2 } ? limit : throw new InvalidOperationException($"Api:RateLimits:{name} must be 1 a minute and a burst of 2 at least: a write costs 2.");
    }
}
