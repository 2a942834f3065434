using System.Numerics;

namespace Marketplace.Host;

/// <summary>The colour of a point; coordinates are in units of the canvas.</summary>
internal delegate Vector3 ArtPaint(float x, float y);

/// <summary>
/// A square picture and a scanline filler. Coverage is exact across and sampled five times down each pixel,
/// which gives clean edges for one pass over the outline instead of many over the pixels.
/// </summary>
internal sealed class ArtCanvas(int size)
{
    private const int Lines = 5;
    private readonly float[] _part = new float[size + 2];
    private readonly float[] _whole = new float[size + 2];

    private struct Edge
    {
        public int First, Last, Turn;
        public float X, Step;
    }

    public int Size => size;

    public Vector3[] Pixels { get; } = new Vector3[size * size];

    public void Clear(ArtPaint paint)
    {
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                Pixels[(y * size) + x] = paint((x + 0.5f) / size, (y + 0.5f) / size);
            }
        }
    }

    public void Fill(ArtShape shape, Vector3 colour, float opacity = 1f) => Fill(shape, (_, _) => colour, opacity);

    public void Fill(ArtShape shape, ArtPaint paint, float opacity = 1f)
    {
        var edges = Prepare(shape);
        if (edges.Length == 0)
        {
            return;
        }

        var active = new List<int>();
        var crossings = new List<(float X, int Turn)>();
        var (next, line) = (0, edges[0].First);
        while (line < size * Lines && (next < edges.Length || active.Count > 0))
        {
            for (; next < edges.Length && edges[next].First <= line; next++)
            {
                active.Add(next);
            }

            crossings.Clear();
            for (var i = active.Count - 1; i >= 0; i--)
            {
                ref var edge = ref edges[active[i]];
                if (edge.Last < line)
                {
                    active[i] = active[^1];
                    active.RemoveAt(active.Count - 1);
                    continue;
                }

                crossings.Add((edge.X + ((line - edge.First) * edge.Step), edge.Turn));
            }

            Cover(crossings);
            line++;
            if (line % Lines == 0)
            {
                Blend((line / Lines) - 1, paint, opacity);
            }
        }

        if (line % Lines != 0)
        {
            Blend(line / Lines, paint, opacity);
        }
    }

    private Edge[] Prepare(ArtShape shape)
    {
        var edges = new List<Edge>(shape.Edges.Count);
        foreach (var (from, to) in shape.Edges)
        {
            var (top, bottom) = from.Y <= to.Y ? (from, to) : (to, from);
            var (y0, y1) = (top.Y * size * Lines, bottom.Y * size * Lines);
            var first = Math.Max(0, (int)MathF.Ceiling(y0 - 0.5f));
            var last = Math.Min((size * Lines) - 1, (int)MathF.Ceiling(y1 - 0.5f) - 1);
            if (last < first)
            {
                continue;
            }

            var step = (bottom.X - top.X) * size / (y1 - y0);
            edges.Add(new Edge
            {
                First = first,
                Last = last,
                Turn = from.Y <= to.Y ? 1 : -1,
                X = (top.X * size) + ((first + 0.5f - y0) * step),
                Step = step,
            });
        }

        edges.Sort(static (a, b) => a.First.CompareTo(b.First));
        return [.. edges];
    }

    private void Cover(List<(float X, int Turn)> crossings)
    {
        crossings.Sort(static (a, b) => a.X.CompareTo(b.X));
        var (winding, start) = (0, 0f);
        foreach (var (x, turn) in crossings)
        {
            if (winding == 0)
            {
                start = x;
            }

            winding += turn;
            if (winding == 0)
            {
                Span(Math.Clamp(start, 0f, size), Math.Clamp(x, 0f, size));
            }
        }
    }

    private void Span(float from, float to)
    {
        const float weight = 1f / Lines;
        var (i, j) = ((int)from, (int)to);
        if (i == j)
        {
            _part[i] += (to - from) * weight;
            return;
        }

        _part[i] += (i + 1 - from) * weight;
        _part[j] += (to - j) * weight;
        _whole[i + 1] += weight;
        _whole[j] -= weight;
    }

    private void Blend(int y, ArtPaint paint, float opacity)
    {
        var run = 0f;
        var row = Pixels.AsSpan(y * size, size);
        for (var x = 0; x < size; x++)
        {
            run += _whole[x];
            var cover = Math.Min(1f, run + _part[x]) * opacity;
            if (cover > 0.002f)
            {
                row[x] = Vector3.Lerp(row[x], paint((x + 0.5f) / size, (y + 0.5f) / size), cover);
            }
        }

        Array.Clear(_part);
        Array.Clear(_whole);
    }
}
