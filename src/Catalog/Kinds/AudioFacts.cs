using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What is known of music, for beats, samples and kits alike: search filters by these three.</summary>
internal static class AudioFacts
{
    public const int SlowestTempo = 40, FastestTempo = 300;

    public static Fact Tempo(string? asked = "Say the tempo.", Func<System.Text.Json.JsonElement, bool>? isAsked = null) => new NumberFact("tempo", "Tempo", "{0} BPM", SlowestTempo, FastestTempo)
    {
        Help = "Beats per minute, 40 to 300.", Asked = asked, IsAsked = isAsked ?? (_ => true), OnCards = true,
        Wrong = "The tempo is a whole number from 40 to 300 beats per minute.",
    };

    public static Fact Key { get; } = new KeyFact { OnCards = true, Wrong = "A key is a note and major or minor, like \"F# minor\"." };

    public static Fact Genre { get; } = new ChoiceFact("genre", "Genre", Genres.All.Select(g => (g, g)).ToList(), text => Genres.TryRead(text, out var genre) ? genre : null)
    {
        Asked = "Choose a genre.", Wrong = "Choose a genre of the list.",
    };

    private sealed class KeyFact() : ChoiceFact("key", "Key", MusicalKeys.All.Select(k => (k, k)).ToList(), text => MusicalKeys.TryRead(text, out var key) ? key : null)
    {
        public override string Choice(string value, Func<string, string> say) => MusicalKeys.Say(value, say);
    }
}

/// <summary>The 24 keys, each under one name, so that "Gb minor" finds "F# minor".</summary>
internal static class MusicalKeys
{
    private static readonly string[] Notes = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

    public static IReadOnlyList<string> All { get; } = Notes.SelectMany(n => new[] { $"{n} major", $"{n} minor" }).ToList();

    public static bool TryRead(string text, out string key)
    {
        key = "";
        var word = text.Trim();
        if (word.Length is 0 or > 20) return false;
        var step = "C D EF G A B".IndexOf(char.ToUpperInvariant(word[0]), StringComparison.Ordinal);
        if (step < 0 || word[0] == ' ') return false;
        var rest = word[1..];
        var shift = rest.Length == 0 ? 0 : rest[0] switch { '#' or '♯' => 1, 'b' or '♭' => -1, _ => 0 };
        var mode = (shift == 0 ? rest : rest[1..]).TrimStart(' ', '-');
        var minor = mode is "m" || mode.Equals("minor", StringComparison.OrdinalIgnoreCase) || mode.Equals("min", StringComparison.OrdinalIgnoreCase);
        var major = mode is "" or "M" || mode.Equals("major", StringComparison.OrdinalIgnoreCase) || mode.Equals("maj", StringComparison.OrdinalIgnoreCase);
        if (!minor && !major) return false;
        key = $"{Notes[(step + shift + 12) % 12]} {(minor ? "minor" : "major")}";
        return true;
    }

    public static string Say(string key, Func<string, string> say)
    {
        var space = key.IndexOf(' ', StringComparison.Ordinal);
        return $"{key[..space].Replace("b", "♭", StringComparison.Ordinal).Replace('#', '♯')} {say(key[(space + 1)..])}";
    }
}

/// <summary>Genres, in the order of the alphabet.</summary>
internal static class Genres
{
    public static IReadOnlyList<string> All { get; } =
    [
        "Afrobeats", "Alternative", "Amapiano", "Ambient", "Boom Bap", "Cinematic", "Cloud", "Country", "Dancehall", "Detroit", "Drill", "Drum & Bass",
        "Dubstep", "Electronic", "Experimental", "Funk", "Garage", "Gospel", "Grime", "Hip-Hop", "House", "Hyperpop", "Indie", "Jazz", "Jersey Club", "K-Pop",
        "Latin", "Lo-Fi", "Memphis", "Metal", "Neo Soul", "Phonk", "Plugg", "Pop", "R&B", "Rage", "Reggae", "Reggaeton", "Rock", "Soul", "Synthwave", "Techno",
        "Trance", "Trap", "Zouk",
    ];

    /// <summary>Those that the front page offers.</summary>
    public static IReadOnlyList<string> Popular { get; } = ["Trap", "Drill", "R&B", "Afrobeats", "Lo-Fi", "House", "Boom Bap", "Ambient"];

    public static bool TryRead(string text, out string genre)
    {
        genre = All.FirstOrDefault(g => Plain(g).Equals(Plain(text), StringComparison.OrdinalIgnoreCase)) ?? "";
        return genre.Length > 0;
    }

    /// <summary>In the address of its page: "R&amp;B" is <c>r-and-b</c>.</summary>
    public static string Slug(string genre) => Slugs.From(genre.Replace("&", " and ", StringComparison.Ordinal), 60);

    private static string Plain(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
