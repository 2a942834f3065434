using System.Numerics;

namespace Marketplace.Host;

/// <summary>Five colours are all a cover gets: the ground, the ink its type is set in, and three voices.</summary>
internal sealed record CoverPalette(Vector3 Ground, Vector3 Ink, Vector3 A, Vector3 B, Vector3 C)
{
    private static readonly CoverPalette[] All =
    [
        Of(0x1B1424, 0xFFF1DE, 0xFF5A36, 0xFFB347, 0x7A2E5D), // ember
        Of(0xF3EBDD, 0x14213D, 0x1F4FD8, 0xFF6B4A, 0xF0B8A0), // paper and cobalt
        Of(0x12372A, 0xF4EBD0, 0xE4A84B, 0xD8572A, 0x3F7A5E), // forest
        Of(0xD9C8F0, 0x1F1A4A, 0x5B3DF5, 0xFF7A59, 0xFBF3E4), // lilac
        Of(0xE63B2E, 0xFFF3E4, 0x1A1423, 0xFFB199, 0x9C1622), // signal red
        Of(0x0B2027, 0xE8F1E4, 0x40BCA8, 0xF4D35E, 0x17606B), // night teal
        Of(0xF6C9A8, 0x3B1139, 0xC2255C, 0x6A1B5C, 0xFFEBD6), // peach and plum
        Of(0x1D2FD0, 0xF7F3E8, 0xFF9BB3, 0xFFD23F, 0x0B1466), // ultramarine
        Of(0xBFE3D0, 0x0F2E2E, 0xF0643C, 0x1B6B5C, 0xF6F4E6), // mint
        Of(0x2A1E5C, 0xFCEFEF, 0xF76C8A, 0xFFB88A, 0x5A3EA6), // dusk
        Of(0xE9B23C, 0x23190F, 0xD1462F, 0x2F5D62, 0xF8E3B0), // mustard
        Of(0xECE7DD, 0x171614, 0xD94F30, 0x2B2926, 0xB9B2A4), // bone and ink
        Of(0xA94A2A, 0xFBEBD6, 0xF0A868, 0x22435A, 0x5A1E17), // clay
        Of(0x0E0F13, 0xE9EDF2, 0x6C7BFF, 0xA8E6F5, 0x2C3154), // black ice
        Of(0xCFE0EA, 0x10243B, 0x2A6F97, 0xF2545B, 0xF7F2E7), // harbour
    ];

    public static CoverPalette Numbered(int n) => All[(int)((uint)n % (uint)All.Length)];

    public bool IsDark => ArtColour.Lightness(Ground) < ArtColour.Lightness(Ink);

    /// <summary>A tint of the ground, for backgrounds that should only just be felt behind the type.</summary>
    public Vector3 Hush(float amount) => ArtColour.Mix(Ground, C, amount);

    private static CoverPalette Of(uint ground, uint ink, uint a, uint b, uint c) =>
        new(ArtColour.Hex(ground), ArtColour.Hex(ink), ArtColour.Hex(a), ArtColour.Hex(b), ArtColour.Hex(c));
}
