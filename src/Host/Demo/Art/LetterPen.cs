using System.Globalization;
using System.Numerics;

namespace Marketplace.Host;

/// <summary>
/// Turns a letter's centre lines into areas: mitred corners, ends that reach the cap height and base line,
/// and a level cut there, so that A, V and N stand as firmly as H.
/// </summary>
internal sealed class LetterPen(ArtShape shape, Vector2 origin, float scale, float stretch, float half)
{
    public void Write(string strokes, float weight = 1f)
    {
        var points = new List<Vector2>();
        var (cut, closed, endsStraight, startsStraight) = (false, false, true, true);
        var pen = half * weight;
        foreach (var token in Tokens(strokes))
        {
            switch (token.Verb)
            {
                case 'M' or 'm':
                    Flush();
                    (cut, closed) = (token.Verb == 'M', false);
                    points.Add(Place(token.To));
                    break;
                case 'Z':
                    closed = true;
                    break;
                default:
                    endsStraight = token.Verb == 'L';
                    startsStraight = points.Count == 1 ? endsStraight : startsStraight;
                    Curve(points, token.Verb, token.Control, token.To);
                    break;
            }
        }

        Flush();

        void Flush()
        {
            if (points.Count > 1)
            {
                Stroke([.. points], pen, cut, closed, cut && startsStraight, cut && endsStraight);
            }

            points.Clear();
        }
    }

    private Vector2 Place(Vector2 unit) => new(unit.X * stretch, unit.Y);

    private void Curve(List<Vector2> points, char verb, Vector2 control, Vector2 to)
    {
        var (from, end) = (points[^1], Place(to));
        if (verb == 'L')
        {
            points.Add(end);
            return;
        }

        // Fuller than a true ellipse: squarer shoulders keep counters open in heavy, narrow settings.
        const float fullness = 0.62f;
        Vector2 a, b;
        if (verb == 'Q')
        {
            (a, b) = (Vector2.Lerp(from, Place(control), 2f / 3f), Vector2.Lerp(end, Place(control), 2f / 3f));
        }
        else
        {
            var corner = verb == 'H' ? new Vector2(end.X, from.Y) : new Vector2(from.X, end.Y);
            (a, b) = (Vector2.Lerp(from, corner, fullness), Vector2.Lerp(end, corner, fullness));
        }

        for (var i = 1; i <= 14; i++)
        {
            var t = i / 14f;
            var s = 1f - t;
            points.Add((from * (s * s * s)) + (a * (3f * s * s * t)) + (b * (3f * s * t * t)) + (end * (t * t * t)));
        }
    }

    private void Stroke(Vector2[] p, float pen, bool cut, bool closed, bool capStart, bool capEnd)
    {
        if (capStart)
        {
            p[0] = Reach(p[0], Vector2.Normalize(p[0] - p[1]), pen);
        }

        if (capEnd)
        {
            p[^1] = Reach(p[^1], Vector2.Normalize(p[^1] - p[^2]), pen);
        }

        for (var i = 0; i + 1 < p.Length; i++)
        {
            var side = Side(p[i], p[i + 1]) * pen;
            Add([p[i] + side, p[i + 1] + side, p[i + 1] - side, p[i] - side], cut);
            var next = i + 2 < p.Length ? p[i + 2] : closed ? p[1] : p[i + 1];
            if (next != p[i + 1])
            {
                Join(p[i + 1], side, Side(p[i + 1], next) * pen, cut);
            }
        }
    }

    private void Join(Vector2 at, Vector2 a, Vector2 b, bool cut)
    {
        var sum = a + b;
        if (sum.LengthSquared() < 1e-9f)
        {
            return;
        }

        var outer = (a.X * b.Y) - (a.Y * b.X) > 0f ? -1f : 1f;
        var tip = sum * (2f * a.LengthSquared() / sum.LengthSquared());
        Add([at, at + (a * outer), at + (tip * outer), at + (b * outer)], cut);
    }

    /// <summary>How far an end must run on for both its corners to pass the level where it will be cut.</summary>
    private static Vector2 Reach(Vector2 end, Vector2 along, float pen)
    {
        var upright = MathF.Abs(along.Y) < 0.05f || MathF.Abs(along.X) < 0.05f;
        var atLevel = end.Y is < 0.02f or > 0.98f;
        return upright ? end + (along * pen)
            : atLevel ? end + (along * (pen * (1f + MathF.Abs(along.X)) / MathF.Abs(along.Y)))
            : end;
    }

    private static Vector2 Side(Vector2 from, Vector2 to)
    {
        var along = Vector2.Normalize(to - from);
        return new Vector2(-along.Y, along.X);
    }

    private void Add(Vector2[] polygon, bool cut)
    {
        if (cut)
        {
            polygon = Clip(Clip(polygon, -half, 1f), 1f + half, -1f);
        }

        if (polygon.Length > 2)
        {
            shape.Polygon(Array.ConvertAll(polygon, v => origin + ((v + new Vector2(half, half)) * scale)));
        }
    }

    private static Vector2[] Clip(Vector2[] polygon, float level, float sign)
    {
        var kept = new List<Vector2>();
        for (var i = 0; i < polygon.Length; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Length]);
            var (da, db) = ((a.Y - level) * sign, (b.Y - level) * sign);
            if (da >= 0f)
            {
                kept.Add(a);
            }

            if (da >= 0f != db >= 0f)
            {
                kept.Add(Vector2.Lerp(a, b, da / (da - db)));
            }
        }

        return [.. kept];
    }

    private static IEnumerable<(char Verb, Vector2 Control, Vector2 To)> Tokens(string strokes)
    {
        var words = strokes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length;)
        {
            var verb = words[i][0];
            if (verb == 'Z')
            {
                i++;
                yield return (verb, default, default);
                continue;
            }

            var first = new Vector2(Number(words[i][1..]), Number(words[i + 1]));
            i += 2;
            if (verb == 'Q')
            {
                yield return (verb, first, new Vector2(Number(words[i]), Number(words[i + 1])));
                i += 2;
            }
            else
            {
                yield return (verb, default, first);
            }
        }
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
