namespace Marketplace.Host;

/// <summary>
/// A small seeded generator (SplitMix64). Own code rather than <see cref="Random"/> because the demo's
/// files must stay byte-identical across runtimes, and the framework only promises that within one.
/// </summary>
internal sealed class ArtDice(int seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ 0xD1B54A32D192ED03UL;

    public uint Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return (uint)((z ^ (z >> 31)) >> 32);
        }
    }

    /// <summary>Uniform in [0, 1).</summary>
    public float Unit() => (Next() >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [-1, 1).</summary>
    public float Signed() => (Unit() * 2f) - 1f;

    public float Between(float low, float high) => low + ((high - low) * Unit());

    public int Below(int limit) => (int)(((ulong)Next() * (ulong)limit) >> 32);

    public int Whole(int low, int highInclusive) => low + Below(highInclusive - low + 1);

    public bool Chance(float probability) => Unit() < probability;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Noise tied to a pixel, so that grain does not depend on the order of drawing.</summary>
    public static float Grain(int x, int y, int salt)
    {
        unchecked
        {
            var h = ((uint)x * 0x8DA6B343u) ^ ((uint)y * 0xD8163841u) ^ ((uint)salt * 0xCB1AB31Fu);
            h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
            h = (h ^ (h >> 12)) * 0x297A2D39u;
            return ((h ^ (h >> 15)) >> 8) * (1f / (1 << 24));
        }
    }
}
