using System.Globalization;
using System.Numerics;

namespace Marketplace.Host;

/// <summary>One cut of the face: how wide, how heavy (half the pen against the letter's box), how loosely set.</summary>
internal sealed record LetterCut(float Stretch, float Half, float Gap)
{
    public static readonly LetterCut Poster = new(0.62f, 0.125f, 0.13f);
    public static readonly LetterCut Grotesque = new(0.92f, 0.115f, 0.17f);
    public static readonly LetterCut Wide = new(1.45f, 0.12f, 0.2f);
    public static readonly LetterCut Fine = new(1.15f, 0.045f, 0.3f);
    public static readonly LetterCut Small = new(0.95f, 0.075f, 0.34f);
}

/// <summary>Sets lines of type; sizes are cap heights in units of the canvas.</summary>
internal static class Lettering
{
    public static float Measure(string text, float size, LetterCut cut)
    {
        var unit = size / (1f + (2f * cut.Half));
        return Walk(text, cut, static (_, _, _) => { }) * unit;
    }

    public static void Draw(ArtShape shape, string text, float x, float top, float size, LetterCut cut)
    {
        var unit = size / (1f + (2f * cut.Half));
        _ = Walk(text, cut, (form, mark, at) =>
        {
            var width = Width(form) * cut.Stretch;
            var pen = new LetterPen(shape, new Vector2(x + (at * unit), top), unit, width, cut.Half);
            pen.Write(form[(form.IndexOf('|', StringComparison.Ordinal) + 1)..]);
            if (mark is not null)
            {
                // Accents keep a steady width: over a narrow I they would vanish, over a wide W they would fly apart.
                var span = 0.62f * MathF.Max(0.7f, cut.Stretch);
                var over = new Vector2(x + ((at + ((width - span) / 2f)) * unit), top);
                new LetterPen(shape, over, unit, span, cut.Half).Write(mark, 0.64f);
            }
        });
    }

    /// <summary>Breaks a title into at most <paramref name="maxLines"/> lines so that it sits as large as it can.</summary>
    public static (string[] Lines, float Size) Fit(string text, float width, float height, LetterCut cut, float leading, int maxLines = 4)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (string[] Lines, float Size) best = ([text], 0f);
        for (var count = 1; count <= Math.Min(maxLines, words.Length); count++)
        {
            var lines = Break(words, count, cut);
            var widest = lines.Max(line => Measure(line, 1f, cut));
            var size = Math.Min(width / widest, height / (1f + ((lines.Length - 1) * leading)));
            if (size > best.Size * 1.04f)
            {
                best = (lines, size);
            }
        }

        return best;
    }

    private static string[] Break(string[] words, int count, LetterCut cut)
    {
        // Titles are short: narrow the measure step by step until one line more would be needed.
        var whole = Measure(string.Join(' ', words), 1f, cut);
        string[] best = [string.Join(' ', words)];
        for (var measure = whole; measure > whole * 0.2f; measure *= 0.96f)
        {
            var lines = new List<string> { words[0] };
            foreach (var word in words.Skip(1))
            {
                var longer = lines[^1] + ' ' + word;
                if (Measure(longer, 1f, cut) <= measure)
                {
                    lines[^1] = longer;
                }
                else
                {
                    lines.Add(word);
                }
            }

            if (lines.Count > count)
            {
                break;
            }

            best = [.. lines];
        }

        return best;
    }

    private static float Walk(string text, LetterCut cut, Action<string, string?, float> place)
    {
        var (at, sides) = (0f, string.Empty);
        foreach (var character in text)
        {
            var (form, mark) = LetterForms.Of(character);
            var next = form.Substring(form.IndexOf('|', StringComparison.Ordinal) - 2, 2);
            if (sides.Length > 0)
            {
                at += cut.Gap * (Bearing(sides[1]) + Bearing(next[0])) / 2f;
            }

            place(form, mark, at);
            at += (Width(form) * cut.Stretch) + (2f * cut.Half);
            sides = next;
        }

        return at;
    }

    // Round and open sides bring white of their own; giving them less keeps the rhythm even.
    private static float Bearing(char side) => side switch { 's' => 1.15f, 'r' => 0.8f, _ => 0.45f };

    private static float Width(string form) =>
        float.Parse(form.AsSpan(0, form.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
