using System.Numerics;

namespace Marketplace.Host;

/// <summary>Colours are sRGB vectors in 0..1; only mixing goes through OKLab, where gradients do not turn grey midway.</summary>
internal static class ArtColour
{
    public static Vector3 Hex(uint rgb) =>
        new Vector3((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255) / 255f;

    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => FromLab(Vector3.Lerp(ToLab(a), ToLab(b), t));

    /// <summary>Lightness as the eye sees it, 0..1.</summary>
    public static float Lightness(Vector3 colour) => ToLab(colour).X;

    /// <summary>A table of evenly mixed colours: the per-pixel paints only look up.</summary>
    public static Vector3[] Ramp(params ReadOnlySpan<Vector3> stops)
    {
        var table = new Vector3[256];
        for (var i = 0; i < table.Length; i++)
        {
            var at = i / 255f * (stops.Length - 1);
            var k = Math.Min((int)at, stops.Length - 2);
            table[i] = Mix(stops[k], stops[k + 1], at - k);
        }

        return table;
    }

    public static Vector3 At(Vector3[] ramp, float t) => ramp[(int)(Math.Clamp(t, 0f, 1f) * 255f)];

    private static Vector3 ToLab(Vector3 c)
    {
        float r = Linear(c.X), g = Linear(c.Y), b = Linear(c.Z);
        var l = MathF.Cbrt((0.4122214708f * r) + (0.5363325363f * g) + (0.0514459929f * b));
        var m = MathF.Cbrt((0.2119034982f * r) + (0.6806995451f * g) + (0.1073969566f * b));
        var s = MathF.Cbrt((0.0883024619f * r) + (0.2817188376f * g) + (0.6299787005f * b));
        return new Vector3(
            (0.2104542553f * l) + (0.7936177850f * m) - (0.0040720468f * s),
            (1.9779984951f * l) - (2.4285922050f * m) + (0.4505937099f * s),
            (0.0259040371f * l) + (0.7827717662f * m) - (0.8086757660f * s));
    }

    private static Vector3 FromLab(Vector3 lab)
    {
        var l = Cube(lab.X + (0.3963377774f * lab.Y) + (0.2158037573f * lab.Z));
        var m = Cube(lab.X - (0.1055613458f * lab.Y) - (0.0638541728f * lab.Z));
        var s = Cube(lab.X - (0.0894841775f * lab.Y) - (1.2914855480f * lab.Z));
        return new Vector3(
            Gamma((4.0767416621f * l) - (3.3077115913f * m) + (0.2309699292f * s)),
            Gamma((-1.2684380046f * l) + (2.6097574011f * m) - (0.3413193965f * s)),
            Gamma((-0.0041960863f * l) - (0.7034186147f * m) + (1.7076147010f * s)));
    }

    private static float Cube(float x) => x * x * x;

    private static float Linear(float x) => x <= 0.04045f ? x / 12.92f : MathF.Pow((x + 0.055f) / 1.055f, 2.4f);

    private static float Gamma(float x)
    {
        x = Math.Clamp(x, 0f, 1f);
        return x <= 0.0031308f ? x * 12.92f : (1.055f * MathF.Pow(x, 1f / 2.4f)) - 0.055f;
    }
}
