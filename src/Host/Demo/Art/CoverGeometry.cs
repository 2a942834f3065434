using System.Numerics;

namespace Marketplace.Host;

/// <summary>Compass and ruler: rings around corners, tiles, planets.</summary>
internal static class CoverGeometry
{
    public static CoverType Arcs(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var (cx, rings) = (d.Pick(0f, 1f), d.Whole(5, 7));
        Vector3[] wheel = [p.A, p.C, p.B, p.Ink];
        var shift = d.Below(4);
        for (var i = rings; i >= 1; i--)
        {
            var r = 0.74f * i / rings;
            var colour = wheel[(i + shift) % 4];
            s.Canvas.Fill(new ArtShape().Circle(cx, 1f, r), ArtPaints.Stipple(colour, ArtColour.Mix(colour, p.Ground, 0.7f), (x, y) => MathF.Abs(MathF.Atan2(1f - y, MathF.Abs(x - cx))) * (i % 2 == 0 ? 0.62f : -0.62f) + (i % 2 == 0 ? -0.2f : 0.75f), s.Salt + i, 0.35f));
        }

        var (ox, or) = (MathF.Abs(cx - 0.2f), d.Between(0.07f, 0.1f));
        s.Canvas.Fill(new ArtShape().Circle(ox, 0.4f, or), ArtPaints.Ball(p.B, p.A, ox, 0.4f, or, s.Salt + 30));

        // The foot line crosses the rings; a strip of ground keeps it readable.
        s.Canvas.Fill(new ArtShape().Rect(0f, 0.895f, 1f, 0.11f), p.Ground);
        return new CoverType(0.06f, 0.2f, true, d.Pick(LetterCut.Wide, LetterCut.Poster), p.Ink);
    }

    public static CoverType Tiles(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        var across = d.Pick(4, 5);
        var cell = 1f / across;
        var down = across - 1;
        Vector3[] colours = [p.Ground, p.A, p.B, p.C, p.Ink];
        for (var row = 0; row < down; row++)
        {
            for (var column = 0; column < across; column++)
            {
                var back = d.Below(4);
                var front = (back + 1 + d.Below(4)) % 5;
                Tile(s, column * cell, row * cell, cell, colours[back], colours[front], colours[(front + 2) % 5 == back ? (front + 1) % 5 : (front + 2) % 5]);
            }
        }

        var top = down * cell;
        s.Canvas.Fill(new ArtShape().Rect(0f, top, 1f, 1f - top), p.Ground);
        return new CoverType(top + 0.035f, 0.965f - top - 0.11f, true, d.Pick(LetterCut.Grotesque, LetterCut.Poster), p.Ink);
    }

    private static void Tile(CoverStage s, float x, float y, float cell, Vector3 back, Vector3 front, Vector3 third)
    {
        var (canvas, d) = (s.Canvas, s.Dice);
        canvas.Fill(new ArtShape().Rect(x, y, cell, cell), back);
        var (turn, half) = (d.Below(4), cell / 2f);
        var (qx, qy) = (x + (turn is 1 or 2 ? cell : 0f), y + (turn >= 2 ? cell : 0f));
        var start = MathF.PI / 2f * turn;
        var (mx, my) = (x + half, y + half);
        switch (d.Below(7))
        {
            case 0:
                canvas.Fill(new ArtShape().Sector(qx, qy, 0f, cell, start, start + (MathF.PI / 2f)), front);
                canvas.Fill(new ArtShape().Sector(qx, qy, 0f, half, start, start + (MathF.PI / 2f)), third);
                break;
            case 1:
                canvas.Fill(new ArtShape().Circle(mx, my, half), ArtPaints.Shade(front, back, new(x, y), new(x + (cell * 1.1f), y + (cell * 1.1f)), s.Salt));
                break;
            case 2:
                canvas.Fill(new ArtShape().Sector(mx, my, 0f, half, start, start + MathF.PI), front);
                canvas.Fill(new ArtShape().Circle(mx, my, cell * 0.16f), third);
                break;
            case 3:
                // Two quarters back to back make a leaf.
                canvas.Fill(new ArtShape().Sector(qx, qy, 0f, cell, start, start + (MathF.PI / 2f)), ArtPaints.Shade(front, third, new(x, y), new(x, y + cell), s.Salt));
                break;
            case 4:
                for (var i = 0; i < 4; i++)
                {
                    canvas.Fill(turn % 2 == 0 ? new ArtShape().Rect(x, y + (cell * i / 4f), cell, cell / 8f) : new ArtShape().Rect(x + (cell * i / 4f), y, cell / 8f, cell), front);
                }

                break;
            case 5:
                canvas.Fill(new ArtShape().Ring(mx, my, cell * 0.33f, cell * 0.17f), front);
                canvas.Fill(new ArtShape().Circle(mx, my, cell * 0.1f), third);
                break;
            default:
                canvas.Fill(new ArtShape().Sector(qx, qy, half, cell, start, start + (MathF.PI / 2f)), front);
                break;
        }
    }

    public static CoverType Orbits(CoverStage s)
    {
        var (p, d) = (s.Palette, s.Dice);
        s.Canvas.Clear(ArtPaints.Shade(p.Hush(0.55f), p.Ground, new(0.5f, 0f), new(0.5f, 0.7f), s.Salt, 0.8f));
        var (cx, cy) = (d.Between(0.5f, 0.68f), d.Between(0.34f, 0.4f));
        var sun = d.Between(0.11f, 0.15f);
        var rings = d.Whole(4, 6);

        // The outer rings run under the type: let them sink into the ground before they reach it.
        var faint = ArtColour.Mix(p.Ink, p.Ground, 0.25f);
        var thread = ArtPaints.Ramp(ArtColour.Ramp(faint, p.Ground), new(0f, 0.5f), new(0f, 0.71f));
        for (var i = 0; i < rings; i++)
        {
            s.Canvas.Fill(new ArtShape().Ring(cx, cy, sun + 0.07f + (i * 0.083f), 0.0032f), thread);
        }

        s.Canvas.Fill(new ArtShape().Circle(cx, cy, sun), ArtPaints.Ball(p.B, p.A, cx, cy, sun, s.Salt + 1));
        for (var i = 0; i < rings; i++)
        {
            var angle = 2.2f + (i * 2.4f) + d.Between(-0.5f, 0.5f);
            var (orbit, r) = (sun + 0.07f + (i * 0.083f), d.Between(0.014f, 0.032f) * (1f + (i * 0.22f)));
            var (x, y) = (cx + (MathF.Cos(angle) * orbit), cy + (MathF.Sin(angle) * orbit));
            y = y > 0.63f ? (2f * cy) - y : y; // none may set behind the type
            var (light, dark) = (i % 3) switch { 0 => (p.A, p.C), 1 => (p.Ink, p.A), _ => (p.B, p.C) };
            s.Canvas.Fill(new ArtShape().Circle(x, y, r + 0.01f), p.Hush(0.2f));
            s.Canvas.Fill(new ArtShape().Circle(x, y, r), ArtPaints.Ball(light, dark, x, y, r, s.Salt + 2 + i));
        }

        return new CoverType(0.74f, 0.15f, false, d.Pick(LetterCut.Fine, LetterCut.Wide), p.Ink, 0.7f);
    }
}
