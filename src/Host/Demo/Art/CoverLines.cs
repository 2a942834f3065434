using System.Numerics;

namespace Marketplace.Host;

/// <summary>Lines in motion: flowing bands, a track that turns, a burst of levels around a centre.</summary>
internal static class CoverLines
{
    public static CoverType Flow(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var bands = d.Whole(9, 13);
        var ramp = ArtColour.Ramp(p.A, p.B, p.C, p.Ground);
        var (f1, f2, ph, drift) = (d.Between(3f, 5f), d.Between(6f, 9f), d.Between(0f, 6f), d.Between(0.12f, 0.3f));
        float Line(int i, float x) =>
            0.02f + (0.66f * i / bands)
            + (MathF.Sin((x * f1) + ph + (i * drift)) * 0.055f)
            + (MathF.Sin((x * f2) - (ph * 0.6f) + (i * drift * 1.6f)) * 0.022f);
        s.Canvas.Clear((_, _) => p.A);
        for (var i = 1; i <= bands; i++)
        {
            var band = i;
            var points = new List<Vector2>();
            for (var x = -0.01f; x <= 1.01f; x += 0.008f)
            {
                // Each band reaches just under the next; painting all of them to the foot would cost five times as much.
                points.Insert(points.Count / 2, new Vector2(x, Line(band, x)));
                points.Insert((points.Count + 1) / 2, new Vector2(x, i == bands ? 1.01f : Line(band + 1, x) + 0.02f));
            }

            var colour = ArtColour.At(ramp, i / (float)bands);
            var shade = i == bands ? colour : ArtColour.Mix(colour, i % 2 == 0 ? p.Ink : p.Ground, 0.38f);
            s.Canvas.Fill(new ArtShape().Polygon([.. points]), ArtPaints.Stipple(shade, colour, (x, y) => (y - Line(band, x)) * 22f, s.Salt + i));
        }

        return new CoverType(0.735f, 0.17f, false, d.Pick(LetterCut.Poster, LetterCut.Grotesque), p.Ink);
    }

    public static CoverType Racetrack(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var stripes = d.Whole(5, 6);
        var width = 0.3f / stripes;
        var (mirror, r) = (d.Chance(0.5f), 0.18f);
        var path = new List<Vector2>();
        Line(path, new(0.24f, -0.02f), new(0.24f, 0.3f));
        path.AddRange(ArtShape.Arc(0.24f + r, 0.3f, r, MathF.PI, MathF.PI / 2f, 40)[1..]);
        path.AddRange(ArtShape.Arc(0.24f + r + 0.02f, 0.3f, r, MathF.PI / 2f, 0f, 40)[1..]);
        path.AddRange(ArtShape.Arc(0.24f + (3f * r) + 0.02f, 0.3f, r, MathF.PI, MathF.PI * 1.5f, 40)[1..]);
        Line(path, path[^1] + new Vector2(0.004f, 0f), new(1.02f, path[^1].Y));
        Vector2[] centre = [.. path.Select(v => mirror ? new Vector2(1f - v.X, v.Y) : v)];
        Vector3[] wheel = [p.A, p.B, p.C, p.Ink, p.A, p.B];
        for (var i = 0; i < stripes; i++)
        {
            var colour = wheel[i];
            var offset = (i - ((stripes - 1) / 2f)) * width;
            s.Canvas.Fill(
                new ArtShape().Ribbon(centre, width * 0.86f, offset),
                ArtPaints.Stipple(colour, ArtColour.Mix(colour, p.Ground, 0.75f), (x, y) => (MathF.Sin((x * 5f) + (y * 6f)) * 0.7f) - 0.25f, s.Salt + i));
        }

        var (bx, by, ball) = (mirror ? 0.15f : 0.85f, 0.52f, d.Between(0.075f, 0.09f));
        s.Canvas.Fill(new ArtShape().Circle(bx, by, ball), ArtPaints.Ball(p.B, p.A, bx, by, ball, s.Salt + 9));
        return new CoverType(0.725f, 0.18f, false, d.Pick(LetterCut.Wide, LetterCut.Poster), p.Ink);

        static void Line(List<Vector2> path, Vector2 from, Vector2 to)
        {
            for (var i = 0; i <= 20; i++)
            {
                path.Add(Vector2.Lerp(from, to, i / 20f));
            }
        }
    }

    public static CoverType Burst(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        s.Canvas.Clear(ArtPaints.Stipple(p.Hush(0.6f), p.Ground, (x, y) => Vector2.Distance(new(x, y), new(0.5f, 0.4f)) * 1.9f, s.Salt, 0.8f));
        const float cx = 0.5f, cy = 0.395f;
        var (bars, inner) = (d.Pick(60, 72, 96), d.Between(0.11f, 0.15f));
        var ramp = ArtColour.Ramp(p.A, p.B, p.Ink, p.B, p.A);
        var (k1, k2, ph) = (d.Whole(2, 4), d.Whole(5, 8), d.Between(0f, 6f));
        for (var i = 0; i < bars; i++)
        {
            var angle = MathF.Tau * i / bars;
            var level = 0.42f + (0.26f * MathF.Sin((angle * k1) + ph)) + (0.16f * MathF.Sin((angle * k2) - ph)) + (d.Signed() * 0.14f);
            var (sin, cos) = MathF.SinCos(angle);
            var reach = inner + 0.03f + (Math.Max(0.14f, level) * (0.315f - inner));
            s.Canvas.Fill(
                new ArtShape().Capsule(new(cx + (cos * (inner + 0.03f)), cy + (sin * (inner + 0.03f))), new(cx + (cos * reach), cy + (sin * reach)), 0.55f / bars),
                ArtColour.At(ramp, i / (float)bars));
        }

        s.Canvas.Fill(new ArtShape().Circle(cx, cy, inner), ArtPaints.Ball(p.B, p.A, cx, cy, inner, s.Salt + 3));
        return new CoverType(0.745f, 0.16f, false, d.Pick(LetterCut.Wide, LetterCut.Fine), p.Ink);
    }
}
