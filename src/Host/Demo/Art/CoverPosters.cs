using System.Numerics;

namespace Marketplace.Host;

/// <summary>Covers where the object is the picture: the title itself, or the record.</summary>
internal static class CoverPosters
{
    public static CoverType Repeat(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        const float width = 1f - (2f * CoverRenderer.Margin);
        var (lines, size) = Lettering.Fit(s.Title, width, 0.8f, LetterCut.Poster, 1.2f, 3);

        // A title said once is no repeat: leave room to say all of it twice, however many lines it takes.
        size = Math.Min(Math.Min(size, 0.26f), 0.41f / (lines.Length * 1.2f));

        // Each line is stretched to the full measure, as wood type was: the pen stays, the letters widen.
        var cuts = Array.ConvertAll(lines, line => Justify(line, size, width));
        var step = size * 1.2f;
        var rows = Math.Max(lines.Length, (int)((0.82f + (size * 0.2f)) / step));
        rows -= rows % lines.Length;
        var free = 0.82f - ((rows * step) - (size * 0.2f));
        step += rows > 1 ? free / (rows - 1) : 0f;
        Vector3[] wheel = [p.Ink, p.A, p.B, p.C];
        var first = d.Below(2);
        for (var row = 0; row < rows; row++)
        {
            var shape = new ArtShape();
            var k = row % lines.Length;
            var top = CoverRenderer.Margin + (row * step);
            Lettering.Draw(shape, lines[k], CoverRenderer.Margin, top, size, cuts[k]);
            var colour = wheel[((row / lines.Length) + first) % 4];
            s.Canvas.Fill(shape, ArtPaints.Shade(colour, ArtColour.Mix(colour, p.Ground, 0.55f), new(0.3f, 0f), new(1.3f, 0.1f), s.Salt + row));
        }

        return new CoverType(0f, 0f, true, LetterCut.Poster, p.Ink);
    }

    private static LetterCut Justify(string line, float size, float width)
    {
        var (low, high) = (0.4f, 3.2f);
        for (var i = 0; i < 18; i++)
        {
            var middle = (low + high) / 2f;
            var fits = Lettering.Measure(line, size, LetterCut.Poster with { Stretch = middle }) <= width;
            (low, high) = fits ? (middle, high) : (low, middle);
        }

        return LetterCut.Poster with { Stretch = low };
    }

    public static CoverType Vinyl(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var (cx, cy, r) = (d.Pick(0.5f, 0.72f, 0.28f), d.Between(0.2f, 0.26f), 0.45f);
        var black = p.IsDark ? ArtColour.Mix(p.Ground, default, 0.55f) : p.Ink;
        var shine = ArtColour.Mix(black, p.IsDark ? p.Ink : p.Ground, 0.34f);
        var (turn, label) = (d.Between(0f, 3f), r * 0.36f);
        s.Canvas.Fill(new ArtShape().Circle(cx, cy, r), ArtPaints.Stipple(
            black, shine,
            (x, y) =>
            {
                var (dx, dy) = (x - cx, y - cy);
                var sheen = MathF.Pow(MathF.Abs(MathF.Cos(MathF.Atan2(dy, dx) + turn)), 14f);
                var groove = MathF.Sin(MathF.Sqrt((dx * dx) + (dy * dy)) * 560f);
                return (sheen * 0.85f) + (groove * 0.09f) + 0.06f;
            },
            s.Salt, 0.6f));
        foreach (var gap in (float[])[0.52f, 0.66f, 0.83f])
        {
            s.Canvas.Fill(new ArtShape().Ring(cx, cy, r * gap, 0.006f), black);
        }

        s.Canvas.Fill(new ArtShape().Circle(cx, cy, label), ArtPaints.Shade(p.A, p.B, new(cx, cy - label), new(cx, cy + label), s.Salt + 1));
        s.Canvas.Fill(new ArtShape().Ring(cx, cy, label * 0.78f, 0.003f), p.Ground);
        s.Canvas.Fill(new ArtShape().Circle(cx, cy, 0.013f), p.Ground);
        return new CoverType(0.735f, 0.165f, false, d.Pick(LetterCut.Grotesque, LetterCut.Poster, LetterCut.Wide), p.Ink);
    }
}
