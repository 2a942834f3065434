using System.Globalization;
using System.Numerics;

namespace Marketplace.Host;

/// <summary>Where a scene leaves room for type, and which cut suits it.</summary>
internal sealed record CoverType(float Top, float Height, bool FromTop, LetterCut Cut, Vector3 Ink, float Width = 0.88f)
{
    /// <summary>The foot line's colour where the scene runs beneath it.</summary>
    public Vector3 FootInk { get; init; } = Ink;
}

/// <summary>What a scene may draw with.</summary>
internal sealed record CoverStage(ArtCanvas Canvas, CoverPalette Palette, ArtDice Dice, string Title, int Salt);

/// <summary>What the covers of one shop have in common: a few scenes, a few palettes.</summary>
internal sealed record CoverFace(int[] Scenes, int[] Palettes);

/// <summary>
/// Square covers for the demo's records. Neighbouring seeds take different scenes and palettes, so that
/// a shelf of them reads as one label's catalogue; the margin, the small type and the grain are the house style.
/// </summary>
internal static class CoverRenderer
{
    public const float Margin = 0.06f;
    private const float SmallSize = 0.0185f;
    private const float Leading = 1.26f;

    private static readonly Func<CoverStage, CoverType>[] Scenes =
    [
        CoverLandscapes.Hills, CoverGeometry.Arcs, CoverLines.Flow, CoverGeometry.Tiles, CoverLandscapes.SlicedSun,
        CoverLines.Racetrack, CoverFields.Halftone, CoverPosters.Repeat, CoverLandscapes.Portal, CoverLines.Burst,
        CoverFields.Aura, CoverGeometry.Orbits, CoverPosters.Vinyl, CoverFields.Moire,
    ];

    public static byte[] Png(string title, string maker, int seed, int size = 800) =>
        ArtQuantizer.Encode(Draw(title, maker, seed, size));

    /// <param name="number">Of the record among its shop's: neighbours differ in scene and palette.</param>
    public static byte[] Png(string title, string maker, int seed, CoverFace face, int number) =>
        ArtQuantizer.Encode(Draw(title, maker, seed, 800, face.Scenes[number % face.Scenes.Length], face.Palettes[(number + (number / face.Scenes.Length)) % face.Palettes.Length]));

    /// <summary>The middle of a scene without type, three times as wide as high: a shop's banner.</summary>
    public static byte[] Banner(string maker, int seed, CoverFace face)
    {
        const int width = 900, height = width / 3;
        var palette = CoverPalette.Numbered(face.Palettes[0]);
        var canvas = new ArtCanvas(width);
        canvas.Clear((_, _) => palette.Ground);
        Scenes[face.Scenes[0]](new CoverStage(canvas, palette, new ArtDice(seed), Tidy(maker), seed & 0xFFFF));
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var colour = Vector3.Clamp(canvas.Pixels[i + (width * height)], Vector3.Zero, Vector3.One) * 255f;
            (rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2]) = ((byte)MathF.Round(colour.X), (byte)MathF.Round(colour.Y), (byte)MathF.Round(colour.Z));
        }

        return Marketplace.Host.Png.TrueColour(width, height, rgb);
    }

    internal static ArtCanvas Draw(string title, string maker, int seed, int size)
    {
        var turn = (uint)seed / (uint)Scenes.Length;
        return Draw(title, maker, seed, size, (int)((uint)seed % (uint)Scenes.Length), unchecked((int)(((uint)seed * 7u) + (turn * 3u))));
    }

    private static ArtCanvas Draw(string title, string maker, int seed, int size, int scene, int colours)
    {
        var palette = CoverPalette.Numbered(colours);
        var canvas = new ArtCanvas(size);
        var stage = new CoverStage(canvas, palette, new ArtDice(seed), Tidy(title), seed & 0xFFFF);
        canvas.Clear((_, _) => palette.Ground);
        var type = Scenes[scene](stage);
        Set(canvas, type, stage.Title, Tidy(maker), seed);
        Grain(canvas, stage.Salt);
        return canvas;
    }

    private static string Tidy(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? "·" : words.Length > 48 ? words[..48].TrimEnd() : words;
    }

    private static void Set(ArtCanvas canvas, CoverType type, string title, string maker, int seed)
    {
        var shape = new ArtShape();
        var foot = 1f - Margin - SmallSize;
        if (type.Height > 0f)
        {
            // Large type needs air above the foot line, whatever the scene asked for.
            var height = Math.Min(type.Height, foot - 0.042f - type.Top);
            var (lines, size) = Lettering.Fit(title, type.Width, height, type.Cut, Leading);
            size = Math.Min(size, 0.19f);
            var block = size * (1f + ((lines.Length - 1) * Leading));
            var top = type.FromTop ? type.Top : type.Top + height - block;
            for (var i = 0; i < lines.Length; i++)
            {
                Lettering.Draw(shape, lines[i], Margin, top + (i * size * Leading), size, type.Cut);
            }
        }

        canvas.Fill(shape, type.Ink);
        shape = new ArtShape();

        // Small type always on the foot line: maker left, catalogue number right.
        var number = string.Create(CultureInfo.InvariantCulture, $"{1 + ((uint)seed % 999):000}");
        var small = Math.Min(SmallSize, SmallSize * 0.66f / Lettering.Measure(maker, SmallSize, LetterCut.Small));
        Lettering.Draw(shape, maker, Margin, foot + SmallSize - small, small, LetterCut.Small);
        var width = Lettering.Measure(number, SmallSize, LetterCut.Small);
        Lettering.Draw(shape, number, 1f - Margin - width, foot, SmallSize, LetterCut.Small);
        canvas.Fill(shape, type.FootInk);
    }

    private static void Grain(ArtCanvas canvas, int salt)
    {
        // Few levels only: enough to break up bands and feel like paper, little enough to compress.
        for (var y = 0; y < canvas.Size; y++)
        {
            for (var x = 0; x < canvas.Size; x++)
            {
                var level = MathF.Round((ArtDice.Grain(x, y, salt) + ArtDice.Grain(x, y, salt + 77) - 1f) * 2.2f);
                canvas.Pixels[(y * canvas.Size) + x] += new Vector3(level * 0.0105f);
            }
        }
    }
}
