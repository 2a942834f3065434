namespace Marketplace.Host;

/// <summary>A key, and the notes and chords that belong to it; notes are MIDI numbers.</summary>
internal sealed record MusicKey(int Root, bool Minor)
{
    private static readonly int[] MinorScale = [0, 2, 3, 5, 7, 8, 10];
    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11];

    public static MusicKey Parse(string text)
    {
        var key = text.Trim();
        var letter = key.Length > 0 ? "C D EF G A B".IndexOf(char.ToUpperInvariant(key[0]), StringComparison.Ordinal) : -1;
        if (letter < 0 || key[0] == ' ')
        {
            return new MusicKey(9, Minor: true);
        }

        var rest = key[1..];
        var shift = rest.StartsWith('#') || rest.StartsWith('♯') ? 1 : rest.StartsWith('b') || rest.StartsWith('♭') ? -1 : 0;
        var mode = (shift == 0 ? rest : rest[1..]).TrimStart(' ', '-');
        var minor = mode.StartsWith("min", StringComparison.OrdinalIgnoreCase) || mode is "m" or "moll";
        return new MusicKey((letter + shift + 12) % 12, minor);
    }

    /// <summary>The note of a scale degree (0 is the root, 7 the octave) above a C of the given MIDI number.</summary>
    public int Note(int degree, int octaveC)
    {
        var scale = Minor ? MinorScale : MajorScale;
        var octave = (int)MathF.Floor(degree / 7f);
        return octaveC + Root + scale[degree - (octave * 7)] + (12 * octave);
    }

    /// <summary>A chord stacked in thirds and folded around a centre, so that chords follow each other in small steps.</summary>
    public int[] Chord(int degree, int voices, int centre)
    {
        var notes = new int[voices];
        for (var i = 0; i < voices; i++)
        {
            var note = Note(degree + (2 * i), 48);
            while (note > centre + 7)
            {
                note -= 12;
            }

            while (note < centre - 6)
            {
                note += 12;
            }

            notes[i] = note;
        }

        Array.Sort(notes);
        return notes;
    }

    public static float Hertz(float note) => 440f * MathF.Pow(2f, (note - 69f) / 12f);
}
