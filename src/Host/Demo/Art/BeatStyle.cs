namespace Marketplace.Host;

internal enum BassKind { Long808, Round, Pumping, Log, Drone }

internal enum ChordKind { DarkPad, Keys, Stabs, WarmPad, Plucks, Wash, Strings }

internal enum LeadKind { Bell, Keys, Pluck, Marimba, Cowbell, None }

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
        ["phonk"] = new("x.....x...x..x..", "....x.......x...", "x.x.x.x.x.x.xrx.", "", 0f,
            BassKind.Long808, "x.....x...x..x..", ChordKind.DarkPad, 3, LeadKind.Cowbell, 0.62f, 2.7f, 0.22f, 11000f, 0.55f, 0.4f, false, 50f),
        ["cinematic"] = new("x...............x.........x.x...", "", "", "..........o.o...", 0f,
            BassKind.Drone, "x...............", ChordKind.Strings, 4, LeadKind.Keys, 0.14f, 1.1f, 0.52f, 12000f, 0f, 0f, true, 44f),
        ["synthwave"] = new("x.......x.......", "....x.......x...", "x.x.x.x.x.x.x.x.", "", 0f,
            BassKind.Pumping, "x.x.x.x.x.x.x.x.", ChordKind.WarmPad, 3, LeadKind.Pluck, 0.5f, 1.5f, 0.38f, 14000f, 0.35f, 0f, false, 54f),
        ["boombap"] = new("x..x......x.....x......x..x...o.", "....x.......x...", "x.x.x.xox.x.x.xx", "", 0.24f,
            BassKind.Round, "x..x......x...o.", ChordKind.Keys, 4, LeadKind.Pluck, 0.2f, 1.7f, 0.14f, 7500f, 0.1f, 0.45f, false, 60f),
        ["drumbass"] = new("x.........x.....", "....x.......x..o", "x.x.x.x.x.x.x.x.", "...o...o.....o..", 0f,
            BassKind.Long808, "x.........x.....", ChordKind.DarkPad, 4, LeadKind.Bell, 0.25f, 1.8f, 0.28f, 17000f, 0.3f, 0f, false, 58f),
        ["garage"] = new("x.........x.....x..x......x.....", "....x.......x...", "..x...x..xx...x.", "x.oxx.oxx.oxx.ox", 0.22f,
            BassKind.Pumping, "x..x...x..x.....", ChordKind.Stabs, 4, LeadKind.Keys, 0.25f, 1.4f, 0.2f, 16000f, 0.4f, 0f, false, 56f),
        ["jersey"] = new("x...x...x..x..x.", "....x.......x...", "..x...x...x...x.", "x.......x.......", 0f,
            BassKind.Long808, "x...x...x..x..x.", ChordKind.Stabs, 3, LeadKind.Bell, 0.4f, 1.6f, 0.18f, 16000f, 0.5f, 0f, false, 60f),
        ["techno"] = new("x...x...x...x...", "............o...", "..x...x...x...x.", "oxoxoxoxoxoxoxox", 0f,
            BassKind.Pumping, ".xxx.xxx.xxx.xxx", ChordKind.DarkPad, 2, LeadKind.Pluck, 0.12f, 2f, 0.34f, 13000f, 0.85f, 0f, false, 52f),
        ["amapiano"] = new("x...x...x...x...", "......x.......x.", "o.x.o.x.o.x.o.xo", "xoxoxoxoxoxoxoxo", 0.1f,
            BassKind.Log, "..x..x....x..xx.", ChordKind.Keys, 4, LeadKind.Marimba, 0.18f, 1.3f, 0.26f, 15000f, 0.35f, 0f, false, 56f),
        ["electronic"] = new("x.....x...x.....", "....x.......x...", "x.oxx.oxx.oxx.ox", "", 0f,
            BassKind.Round, "x.x...x.x...x.x.", ChordKind.Plucks, 4, LeadKind.Bell, 0.3f, 1.3f, 0.34f, 15000f, 0.4f, 0f, false, 54f),
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
        ["cinematic"] = ([[0, 5, 2, 6], [0, 3, 5, 4], [0, 0, 3, 5]], [[0, 4, 5, 3], [5, 3, 0, 4]]),
        ["techno"] = ([[0, 0, 0, 5], [0, 0, 6, 0]], [[0, 0, 3, 0]]),
        ["synthwave"] = ([[0, 5, 2, 6], [5, 6, 0, 0], [0, 3, 5, 6]], [[0, 4, 5, 3], [3, 4, 5, 0]]),
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
            "PHONK" or "MEMPHIS" => "phonk",
            "BOOMBAP" or "HIPHOP" => "boombap",
            "ELECTRONIC" or "EXPERIMENTAL" => "electronic",
            "JERSEYCLUB" => "jersey",
            "CINEMATIC" or "SYNTHWAVE" or "DRUMBASS" or "GARAGE" or "TECHNO" or "AMAPIANO" => letters.ToLowerInvariant(),
            "RB" or "RNB" or "RANDB" or "SOUL" or "NEOSOUL" or "GOSPEL" => "rnb",
            _ => "lofi",
        };
    }

    public static BeatStyle Of(string genre) => Known[Normalise(genre)];

    public static int[] Progression(string genre, bool minor, ArtDice dice)
    {
        // Neighbours in style walk the same roads.
        var (inMinor, inMajor) = Roads[Normalise(genre) switch
        {
            "phonk" or "jersey" => "trap",
            "boombap" => "lofi",
            "drumbass" => "drill",
            "garage" or "electronic" => "rnb",
            "amapiano" => "afrobeats",
            var own => own,
        }];
        return dice.Pick<int[]>(minor ? inMinor : inMajor);
    }
}
