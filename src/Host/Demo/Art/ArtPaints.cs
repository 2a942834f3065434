using System.Numerics;

namespace Marketplace.Host;

/// <summary>Paints that carry the catalogue's printed look: even ramps and shading thrown on as grain, like a risograph.</summary>
internal static class ArtPaints
{
    public static ArtPaint Ramp(Vector3[] ramp, Vector2 from, Vector2 to)
    {
        var along = to - from;
        along /= along.LengthSquared();
        return (x, y) => ArtColour.At(ramp, Vector2.Dot(new Vector2(x, y) - from, along));
    }

    /// <summary>Grain from one colour to the other; a <paramref name="soft"/> of 0 is pure stipple, 1 an airbrush.</summary>
    public static ArtPaint Stipple(Vector3 a, Vector3 b, Func<float, float, float> amount, int salt, float soft = 0.45f)
    {
        var ramp = ArtColour.Ramp(a, b);
        return (x, y) =>
        {
            var t = Math.Clamp(amount(x, y), 0f, 1f);
            var dot = ArtDice.Grain((int)(x * 800f), (int)(y * 800f), salt) < t * t * (3f - (2f * t)) ? 1f : 0f;
            return ArtColour.At(ramp, (t * soft) + (dot * (1f - soft)));
        };
    }

    /// <summary>Stipple that falls off in a straight line from one point to another.</summary>
    public static ArtPaint Shade(Vector3 a, Vector3 b, Vector2 from, Vector2 to, int salt, float soft = 0.45f)
    {
        var along = to - from;
        along /= along.LengthSquared();
        return Stipple(a, b, (x, y) => Vector2.Dot(new Vector2(x, y) - from, along), salt, soft);
    }

    /// <summary>A ball lit from the upper left.</summary>
    public static ArtPaint Ball(Vector3 light, Vector3 dark, float cx, float cy, float radius, int salt) =>
        Stipple(light, dark, (x, y) => Vector2.Distance(new(x, y), new(cx - (radius * 0.4f), cy - (radius * 0.45f))) / (radius * 1.5f) - 0.12f, salt);
}
