namespace Marketplace.Host;

/// <summary>
/// All there is to a generated beat. The key reads like "F# minor", "Bbm" or "C major"; a genre
/// or key nobody has heard of falls back to lo-fi and A minor rather than failing a demo.
/// </summary>
internal sealed record BeatRecipe(int Seed, string Genre, int Tempo, string Key);
