using System.Numerics;

namespace Marketplace.Host;

/// <summary>Portraits of the demo's people: initials on a gradient, with one soft shape so that no two feel stamped.</summary>
internal static class AvatarRenderer
{
    // Chosen by eye: both ends must carry the letters, so a pair is dark under light type or light under dark.
    private static readonly (uint From, uint To, bool LightType)[] Pairs =
    [
        (0xC2255C, 0x5B1A6B, true), (0x1F4FD8, 0x0B1466, true), (0xD1462F, 0x6E1A2C, true), (0x17706B, 0x0B2B3A, true),
        (0x5B3DF5, 0x2A1E5C, true), (0x2B6B4A, 0x12372A, true), (0xB5532F, 0x4A1B33, true), (0x2A6F97, 0x1C2A5A, true),
        (0xFFB347, 0xFF7A59, false), (0xF8E3B0, 0xE9B23C, false), (0xD9C8F0, 0xFF9BB3, false), (0xBFE3D0, 0x5CC0A8, false),
        (0xF6C9A8, 0xF58A7A, false), (0xCFE0EA, 0x8FA8F0, false),
    ];

    public static byte[] Png(string initials, int seed, int size = 256)
    {
        var canvas = Draw(initials, seed, size);
        var rgb = new byte[size * size * 3];
        for (var i = 0; i < canvas.Pixels.Length; i++)
        {
            var colour = Vector3.Clamp(canvas.Pixels[i], Vector3.Zero, Vector3.One) * 255f;
            (rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2]) =
                ((byte)MathF.Round(colour.X), (byte)MathF.Round(colour.Y), (byte)MathF.Round(colour.Z));
        }

        return Marketplace.Host.Png.TrueColour(size, size, rgb);
    }

    internal static ArtCanvas Draw(string initials, int seed, int size)
    {
        var dice = new ArtDice(seed);
        var (from, to, light) = Pairs[(int)(unchecked((uint)seed * 5u) % (uint)Pairs.Length)];
        var canvas = new ArtCanvas(size);

        var ramp = ArtColour.Ramp(ArtColour.Hex(from), ArtColour.Hex(to));
        var (sin, cos) = MathF.SinCos(dice.Between(0f, MathF.Tau));
        var reach = new Vector2(cos, sin) * 0.6f;
        var middle = new Vector2(0.5f);
        canvas.Clear(ArtPaints.Ramp(ramp, middle - reach, middle + reach));
        var (cx, cy, r) = (dice.Between(0.1f, 0.9f), dice.Between(0.75f, 1.05f), dice.Between(0.4f, 0.6f));
        canvas.Fill(new ArtShape().Circle(cx, cy, r), ArtPaints.Ramp(ramp, middle + reach, middle - reach), 0.72f);

        var text = initials.Length > 2 ? initials[..2] : initials;
        var cut = LetterCut.Grotesque with { Half = 0.105f };
        var height = Math.Min(0.34f, 0.34f * 0.66f / Math.Max(0.01f, Lettering.Measure(text, 0.34f, cut)));
        var shape = new ArtShape();
        Lettering.Draw(shape, text, 0.5f - (Lettering.Measure(text, height, cut) / 2f), 0.5f - (height / 2f), height, cut);
        canvas.Fill(shape, light ? ArtColour.Hex(0xFFF8EE) : ArtColour.Hex(0x17131F));
        return canvas;
    }
}
