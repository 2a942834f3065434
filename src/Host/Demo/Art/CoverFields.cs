using System.Numerics;

namespace Marketplace.Host;

/// <summary>Fields: a halftone, a glow, rings that interfere.</summary>
internal static class CoverFields
{
    public static CoverType Halftone(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var (cx, cy, r) = (0.5f, 0.385f, 0.315f);
        var (bx, by) = (cx + d.Between(-0.12f, 0.12f), cy + d.Between(-0.03f, 0.05f));
        s.Canvas.Fill(new ArtShape().Circle(bx, by, r), ArtPaints.Shade(p.A, p.B, new(bx - r, by - r), new(bx + r, by + r), s.Salt));
        var (step, tilt) = (d.Between(0.02f, 0.026f), d.Between(0.2f, 0.7f));
        var light = Vector3.Normalize(new Vector3(d.Between(-0.7f, 0.7f), -0.6f, 0.7f));
        var (sin, cos) = MathF.SinCos(tilt);
        var dots = new ArtShape();
        for (var i = -30; i <= 30; i++)
        {
            for (var j = -30; j <= 30; j++)
            {
                var (x, y) = (((i * cos) - (j * sin)) * step, ((i * sin) + (j * cos)) * step);
                var inside = 1f - (((x * x) + (y * y)) / (r * r));
                if (inside > 0f)
                {
                    var normal = new Vector3(x / r, y / r, MathF.Sqrt(inside));
                    var dark = 0.95f - (1.05f * Math.Max(0f, Vector3.Dot(normal, light)));
                    dots.Circle(cx + x, cy + y, step * Math.Clamp(0.66f * MathF.Sqrt(Math.Max(0.02f, dark)), 0.07f, 0.62f));
                }
            }
        }

        s.Canvas.Fill(dots, p.Ink);
        return new CoverType(0.745f, 0.155f, false, d.Pick(LetterCut.Grotesque, LetterCut.Wide), p.Ink);
    }

    public static CoverType Aura(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        (Vector2 At, Vector3 Colour, float Sharp)[] glows =
        [
            (new(d.Between(0.1f, 0.4f), d.Between(0.1f, 0.35f)), p.A, 9f),
            (new(d.Between(0.6f, 0.95f), d.Between(0.2f, 0.5f)), p.B, 10f),
            (new(d.Between(0.3f, 0.7f), d.Between(0.5f, 0.65f)), p.C, 12f),
            (new(d.Between(0.7f, 1f), 0.02f), p.C, 12f),
            (new(0.5f, 1.02f), p.Ground, 3.2f),
        ];
        var bend = d.Between(0.04f, 0.08f);
        Vector3 Glow(float x, float y)
        {
            var at = new Vector2(x + (MathF.Sin(y * 7f) * bend), y + (MathF.Sin((x * 6f) + 1f) * bend));
            var (sum, weight) = (p.Ground * 0.04f, 0.04f);
            foreach (var glow in glows)
            {
                var pull = MathF.Exp(-Vector2.DistanceSquared(at, glow.At) * glow.Sharp);
                pull *= pull;
                sum += glow.Colour * pull;
                weight += pull;
            }

            return sum / weight;
        }

        var field = Coarse(Glow);
        s.Canvas.Clear(field);
        var (cx, cy, r) = (d.Between(0.44f, 0.56f), 0.37f, d.Between(0.22f, 0.27f));
        s.Canvas.Fill(new ArtShape().Circle(cx, cy, r), (x, y) =>
        {
            // The same glow seen upside down, as through a lens.
            var jitter = (ArtDice.Grain((int)(x * 800f), (int)(y * 800f), s.Salt) - 0.5f) * 0.1f;
            return field((2f * cx) - x + jitter, (2f * cy) - y + 0.05f + jitter);
        });
        s.Canvas.Fill(new ArtShape().Ring(cx, cy, r + 0.035f, 0.0035f), p.Ink, 0.85f);
        return new CoverType(0.745f, 0.155f, false, d.Pick(LetterCut.Fine, LetterCut.Wide), p.Ink);
    }

    /// <summary>Samples a smooth field on a grid and reads between its points; per pixel it would be most of the cover's time.</summary>
    private static ArtPaint Coarse(ArtPaint paint)
    {
        const int cells = 100;
        var grid = new Vector3[(cells + 1) * (cells + 1)];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = paint(i % (cells + 1) / (float)cells, i / (cells + 1) / (float)cells);
        }

        return (x, y) =>
        {
            var (gx, gy) = (Math.Clamp(x, 0f, 0.9999f) * cells, Math.Clamp(y, 0f, 0.9999f) * cells);
            var (ix, iy) = ((int)gx, (int)gy);
            var at = (iy * (cells + 1)) + ix;
            var top = Vector3.Lerp(grid[at], grid[at + 1], gx - ix);
            var bottom = Vector3.Lerp(grid[at + cells + 1], grid[at + cells + 2], gx - ix);
            return Vector3.Lerp(top, bottom, gy - iy);
        };
    }

    public static CoverType Moire(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var (y, spread) = (d.Between(0.36f, 0.38f), d.Between(0.08f, 0.15f));
        var (count, reach) = (d.Whole(15, 20), 0.29f);
        var ground = p.Hush(0.5f);
        s.Canvas.Fill(new ArtShape().Rect(0f, 0f, 1f, 0.7f), ArtPaints.Shade(ground, p.Ground, new(0f, 0f), new(0f, 0.7f), s.Salt, 0.8f));
        for (var side = -1; side <= 1; side += 2)
        {
            var rings = new ArtShape();
            for (var i = 1; i <= count; i++)
            {
                rings.Ring(0.5f + (side * spread), y, reach * i / count, reach / count * 0.5f);
            }

            s.Canvas.Fill(rings, side < 0 ? p.A : p.B, side < 0 ? 1f : 0.88f);
        }

        return new CoverType(0.735f, 0.165f, false, d.Pick(LetterCut.Poster, LetterCut.Fine), p.Ink);
    }
}
