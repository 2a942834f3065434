namespace Marketplace.Host;

internal enum BassKind { Long808, Round, Pumping, Log, Drone }

internal enum ChordKind { DarkPad, Keys, Stabs, WarmPad, Plucks, Wash }

internal enum LeadKind { Bell, Keys, Pluck, Marimba, None }

/// <summary>
/// What makes a genre itself. Drum lines are sixteenths of one or two bars: x full, o soft, r a roll;
/// progressions are scale degrees, one a bar.
/// </summary>
internal sealed record BeatStyle(
    string Kick, string Snare, string Hat, string Extra, float Swing,
    BassKind Bass, string BassLine, ChordKind Chords, int Voices, LeadKind Lead, float LeadDensity,
    float Drive, float Room, float Cutoff, float Duck, float Dust, bool HalfTime, float KickTone)
{
    private static readonly Dictionary<string, BeatStyle> Known = new(StringComparer.Ordinal)
    {
        ["trap"] = new("x......x..x.....x.x....x..x..o..", "........x...............x.......", "x.x.x.x.x.xrx.x.x.x.xrx.x.x.r.xr", "..............o.", 0f,
            BassKind.Long808, "x......x..x.....x.x....x..x.....", ChordKind.DarkPad, 3, LeadKind.Bell, 0.42f, 1.5f, 0.24f, 16000f, 0.2f, 0f, true, 52f),
        ["lofi"] = new("x......x..x.....", "....x.......x..o", "x.o.x.o.x.o.x.oo", "", 0.3f,
            BassKind.Round, "x.....ox..x...o.", ChordKind.Keys, 4, LeadKind.Keys, 0.3f, 1.25f, 0.2f, 4600f, 0.15f, 1f, false, 58f),
        ["drill"] = new("x.....x...x.....x..x......x...x.", "........x...............x...x...", "x..x..x.x..x..x.x..x..xrx..x.rx.", "......o.......o.", 0f,
            BassKind.Long808, "x.....x...x.....x..x......x...x.", ChordKind.Plucks, 3, LeadKind.Pluck, 0.4f, 1.7f, 0.2f, 15000f, 0.2f, 0f, true, 54f),
        ["house"] = new("x...x...x...x...", "....x.......x...", "..x...x...x...x.", "oo.ooo.ooo.ooo.o", 0.08f,
            BassKind.Pumping, "..x...x..xx...x.", ChordKind.Stabs, 4, LeadKind.Pluck, 0.22f, 1.4f, 0.16f, 17000f, 0.75f, 0f, false, 56f),
        ["rnb"] = new("x.....x..x......x.....x....x.o..", "....x.......x...", "o.oxo.o.o.oxo.or", "..o.......o.....", 0.22f,
            BassKind.Round, "x.....x..x....o.", ChordKind.WarmPad, 5, LeadKind.Keys, 0.26f, 1.2f, 0.26f, 11000f, 0.2f, 0f, false, 50f),
        ["afrobeats"] = new("x.....x.x.....x.x...x.x.x.....x.", "...x..x....x..x.", "o.xoo.xoo.xoo.xo", "x..x...x..x..x..", 0.12f,
            BassKind.Log, "x..x..x...x.x...", ChordKind.Plucks, 3, LeadKind.Marimba, 0.5f, 1.3f, 0.14f, 16000f, 0.25f, 0f, false, 62f),
        ["ambient"] = new("", "", "", "", 0f,
            BassKind.Drone, "x...............", ChordKind.Wash, 5, LeadKind.Bell, 0.16f, 1f, 0.6f, 7000f, 0f, 0.35f, false, 50f),
    };

    private static readonly Dictionary<string, (int[][] Minor, int[][] Major)> Roads = new(StringComparer.Ordinal)
    {
        ["trap"] = ([[0, 5, 0, 4], [0, 0, 5, 6], [0, 3, 5, 4]], [[0, 5, 3, 4], [5, 3, 0, 4]]),
        ["lofi"] = ([[3, 6, 2, 5], [0, 3, 6, 2], [5, 4, 0, 0]], [[1, 4, 0, 5], [3, 2, 1, 0], [0, 5, 1, 4]]),
        ["drill"] = ([[0, 0, 5, 4], [0, 5, 3, 4], [0, 6, 5, 4]], [[5, 3, 1, 2], [5, 5, 3, 2]]),
        ["house"] = ([[0, 5, 2, 6], [0, 6, 5, 6], [3, 0, 5, 6]], [[1, 4, 2, 5], [3, 4, 5, 5], [0, 2, 3, 3]]),
        ["rnb"] = ([[5, 4, 0, 2], [3, 4, 0, 0], [0, 5, 3, 4]], [[3, 2, 5, 0], [1, 2, 3, 4], [0, 2, 5, 3]]),
        ["afrobeats"] = ([[0, 5, 2, 6], [5, 6, 0, 0], [0, 2, 6, 5]], [[0, 4, 5, 3], [3, 4, 5, 0], [5, 3, 0, 4]]),
        ["ambient"] = ([[0, 5, 2, 6], [0, 2, 5, 3]], [[0, 3, 5, 3], [3, 0, 4, 5]]),
    };

    public static string Normalise(string genre)
    {
        var letters = string.Concat(genre.Where(char.IsAsciiLetter)).ToUpperInvariant();
        return letters switch
        {
            _ when letters.Contains("TRAP", StringComparison.Ordinal) => "trap",
            _ when letters.Contains("DRILL", StringComparison.Ordinal) => "drill",
            _ when letters.Contains("HOUSE", StringComparison.Ordinal) => "house",
            _ when letters.Contains("AFRO", StringComparison.Ordinal) => "afrobeats",
            _ when letters.Contains("AMBIENT", StringComparison.Ordinal) => "ambient",
            "RB" or "RNB" or "RANDB" or "SOUL" => "rnb",
            _ => "lofi",
        };
    }

    public static BeatStyle Of(string genre) => Known[Normalise(genre)];

    public static int[] Progression(string genre, bool minor, ArtDice dice)
    {
        var (inMinor, inMajor) = Roads[Normalise(genre)];
        return dice.Pick<int[]>(minor ? inMinor : inMajor);
    }
}
