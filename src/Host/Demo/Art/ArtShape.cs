using System.Numerics;

namespace Marketplace.Host;

/// <summary>
/// An area made of polygons under the non-zero rule, in units of the canvas (0..1, y downwards).
/// Everything that adds area turns the same way, so that overlapping parts unite; holes turn against it.
/// </summary>
internal sealed class ArtShape
{
    private readonly List<(Vector2 From, Vector2 To)> _edges = [];

    public IReadOnlyList<(Vector2 From, Vector2 To)> Edges => _edges;

    public ArtShape Polygon(ReadOnlySpan<Vector2> points, bool hole = false)
    {
        var area = 0f;
        for (var i = 0; i < points.Length; i++)
        {
            var (a, b) = (points[i], points[(i + 1) % points.Length]);
            area += (a.X * b.Y) - (b.X * a.Y);
        }

        var flip = area < 0f != hole;
        for (var i = 0; i < points.Length; i++)
        {
            var (a, b) = (points[i], points[(i + 1) % points.Length]);
            _edges.Add(flip ? (b, a) : (a, b));
        }

        return this;
    }

    public ArtShape Rect(float x, float y, float width, float height) =>
        Polygon([new(x, y), new(x + width, y), new(x + width, y + height), new(x, y + height)]);

    public ArtShape Circle(float x, float y, float radius, bool hole = false)
    {
        // Enough corners that a chord strays well under a tenth of a pixel at 800.
        var corners = Math.Clamp((int)(MathF.Sqrt(radius) * 260f), 16, 220);
        return Polygon(Arc(x, y, radius, 0f, MathF.Tau * (corners - 1) / corners, corners - 1), hole);
    }

    public ArtShape Ring(float x, float y, float radius, float width) =>
        Circle(x, y, radius + (width / 2f)).Circle(x, y, Math.Max(0f, radius - (width / 2f)), hole: true);

    /// <summary>A slice of a disc or, with an inner radius, of a ring.</summary>
    public ArtShape Sector(float x, float y, float inner, float outer, float from, float to)
    {
        var steps = Math.Max(4, (int)(MathF.Abs(to - from) * 40f));
        var rim = Arc(x, y, outer, from, to, steps);
        var back = inner > 0f ? Arc(x, y, inner, to, from, steps) : [new Vector2(x, y)];
        return Polygon([.. rim, .. back]);
    }

    public ArtShape Capsule(Vector2 from, Vector2 to, float width)
    {
        var angle = MathF.Atan2(to.Y - from.Y, to.X - from.X);
        var half = MathF.PI / 2f;
        return Polygon(
        [
            .. Arc(to.X, to.Y, width / 2f, angle - half, angle + half, 14),
            .. Arc(from.X, from.Y, width / 2f, angle + half, angle + half + MathF.PI, 14),
        ]);
    }

    /// <summary>A line of constant width along points that turn gently (curves cut into short steps).</summary>
    public ArtShape Ribbon(ReadOnlySpan<Vector2> centre, float width, float offset = 0f)
    {
        var left = new Vector2[centre.Length];
        var right = new Vector2[centre.Length];
        for (var i = 0; i < centre.Length; i++)
        {
            var along = Vector2.Normalize(centre[Math.Min(i + 1, centre.Length - 1)] - centre[Math.Max(i - 1, 0)]);
            var side = new Vector2(-along.Y, along.X);
            left[i] = centre[i] + (side * (offset - (width / 2f)));
            right[centre.Length - 1 - i] = centre[i] + (side * (offset + (width / 2f)));
        }

        return Polygon([.. left, .. right]);
    }

    public static Vector2[] Arc(float x, float y, float radius, float from, float to, int steps)
    {
        var points = new Vector2[steps + 1];
        for (var i = 0; i <= steps; i++)
        {
            var (sin, cos) = MathF.SinCos(from + ((to - from) * i / steps));
            points[i] = new Vector2(x + (cos * radius), y + (sin * radius));
        }

        return points;
    }
}
