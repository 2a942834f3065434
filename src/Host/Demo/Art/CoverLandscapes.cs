using System.Numerics;

namespace Marketplace.Host;

/// <summary>Places that do not exist: hills, a sun cut into slices, a gate.</summary>
internal static class CoverLandscapes
{
    public static CoverType Hills(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var sky = p.Hush(0.75f);
        s.Canvas.Clear(ArtPaints.Shade(p.Ground, sky, new(0f, 0.3f), new(0f, 0.95f), s.Salt, 0.7f));
        var (cx, cy, r) = (d.Between(0.34f, 0.7f), d.Between(0.51f, 0.55f), d.Between(0.17f, 0.21f));
        s.Canvas.Fill(new ArtShape().Circle(cx, cy, r), ArtPaints.Shade(p.B, p.A, new(cx, cy - r), new(cx, cy + r), s.Salt + 1));
        var deep = p.IsDark ? ArtColour.Mix(p.Ground, default, 0.35f) : p.Ink;
        var layers = d.Whole(4, 5);
        for (var i = 0; i < layers; i++)
        {
            var depth = i / (layers - 1f);
            var line = 0.54f + (depth * 0.29f);
            var (phase, pace, swell) = (d.Between(0f, 6.3f), d.Between(3f, 6f), d.Between(0.02f, 0.055f));
            float Ridge(float x) => line + (MathF.Sin((x * pace) + phase) * swell) + (MathF.Sin((x * pace * 2.3f) + (phase * 1.7f)) * swell * 0.35f);
            var points = new List<Vector2> { new(1.01f, 1.01f), new(-0.01f, 1.01f) };
            for (var x = -0.01f; x <= 1.01f; x += 0.01f)
            {
                points.Add(new Vector2(x, Ridge(x)));
            }

            var crest = ArtColour.Mix(p.A, p.C, depth);
            var foot = ArtColour.Mix(p.C, deep, Math.Min(1f, 0.25f + depth));
            s.Canvas.Fill(new ArtShape().Polygon([.. points]), ArtPaints.Stipple(crest, foot, (x, y) => ((y - Ridge(x)) * 6.5f) + (depth * 0.35f), s.Salt + 2 + i));
        }

        return new CoverType(0.06f, 0.2f, true, d.Pick(LetterCut.Grotesque, LetterCut.Poster), p.Ink) { FootInk = ArtColour.Mix(p.Ground, new Vector3(1f), p.IsDark ? 0.9f : 0.2f) };
    }

    public static CoverType SlicedSun(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        s.Canvas.Clear(ArtPaints.Shade(p.Ground, p.Hush(0.7f), new(0f, 0.1f), new(0f, 1.1f), s.Salt, 0.75f));
        const float cy = 0.365f;
        var (cx, r) = (0.5f, d.Between(0.28f, 0.3f));
        var slices = d.Whole(5, 9);
        var lean = d.Between(0.07f, 0.13f) * d.Pick(-1f, 1f);
        for (var i = 0; i < slices; i++)
        {
            var (from, to) = (cy - r + (2f * r * i / slices), cy - r + (2f * r * (i + 1) / slices));
            var shift = lean * ((2f * i / (slices - 1f)) - 1f);
            var (near, far) = i % 2 == 0 ? (p.A, p.B) : (p.B, p.A);
            var right = new List<Vector2>();
            var left = new List<Vector2>();
            for (var k = 0; k <= 24; k++)
            {
                var y = from + ((to - from) * k / 24f);
                var half = MathF.Sqrt(MathF.Max(0f, (r * r) - ((y - cy) * (y - cy))));
                right.Add(new Vector2(cx + shift + half, y));
                left.Insert(0, new Vector2(cx + shift - half, y));
            }

            s.Canvas.Fill(new ArtShape().Polygon([.. right, .. left]), ArtPaints.Shade(near, far, new(cx + shift - r, from), new(cx + shift + (r * 0.9f), from), s.Salt + i));
        }

        return new CoverType(0.72f, 0.19f, false, d.Pick(LetterCut.Wide, LetterCut.Grotesque), p.Ink);
    }

    public static CoverType Portal(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        const float floor = 0.7f;
        var cx = d.Pick(0.5f, 0.64f, 0.36f);
        var count = d.Whole(4, 6);
        var (wide, tall) = (d.Between(0.3f, 0.34f), 0.61f);
        Vector3[] wheel = [p.C, p.A, p.B];
        for (var i = 0; i < count; i++)
        {
            var t = 1f - (i / (count + 0.4f));
            var half = wide * t;
            var top = floor - (tall * (0.25f + (0.75f * t))) + half;
            var arch = ArtShape.Arc(cx, top, half, MathF.PI, MathF.Tau, 60);
            var side = i % 2 == 0 ? 1f : -1f;
            var colour = wheel[i % 3];
            s.Canvas.Fill(
                new ArtShape().Polygon([.. arch, new(cx + half, floor), new(cx - half, floor)]),
                ArtPaints.Shade(colour, ArtColour.Mix(colour, p.IsDark ? p.Ground : p.Ink, 0.65f), new(cx - (side * half * 0.3f), 0f), new(cx + (side * half * 1.15f), 0.05f), s.Salt + i));
        }

        var ball = wide * 0.3f;
        var bx = cx + (d.Pick(-1f, 1f) * wide * 0.62f);
        s.Canvas.Fill(new ArtShape().Circle(bx, floor - ball, ball), ArtPaints.Ball(p.IsDark ? p.Ink : p.B, p.A, bx, floor - ball, ball, s.Salt + 9));
        s.Canvas.Fill(new ArtShape().Rect(0f, floor, 1f, 0.004f), p.Ink);
        return new CoverType(0.75f, 0.155f, false, d.Pick(LetterCut.Poster, LetterCut.Grotesque), p.Ink);
    }
}
