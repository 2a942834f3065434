using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>An instrumental: files to download, a preview to hear, tempo, key and genre to find it by.</summary>
internal sealed class BeatKind : IProductKind
{
    public const int SlowestTempo = 40, FastestTempo = 300;

    private static readonly IReadOnlyList<FileFormat> Originals = [Wav.Format, Mp3.Format, Flac.Format];
    private static readonly IReadOnlyList<FileFormat> Previews = [Wav.Format, Mp3.Format];
    private static readonly IReadOnlyList<FileFormat> Covers = [Png.Format, Jpeg.Format, WebP.Format];

    public string Key => "beat";

    public string FormView => "/Pages/Sell/Catalog/_BeatForm.cshtml";

    public object FormModel(JsonElement details) => Pages.BeatForm.Of(details);

    public JsonElement Accept(JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Object) throw Refused.Invalid(new FieldError("/details", "type", "Details are an object with tempo, key and genre."));
        var clean = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var errors = new List<FieldError>();
        foreach (var member in details.EnumerateObject())
        {
            switch (member.Name)
            {
                case "tempo" or "key" or "genre" when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "tempo" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var tempo) && tempo is >= SlowestTempo and <= FastestTempo:
                    clean["tempo"] = tempo;
                    break;
                case "tempo":
                    errors.Add(new FieldError("/details/tempo", "tempo_out_of_range", "The tempo is a whole number from 40 to 300 beats per minute."));
                    break;
                case "key" when Text(member.Value) is { } key && MusicalKeys.TryRead(key, out var known):
                    clean["key"] = known;
                    break;
                case "key":
                    errors.Add(new FieldError("/details/key", "unknown_key", "A key is a note and major or minor, like \"F# minor\"."));
                    break;
                case "genre" when Text(member.Value) is { } genre && Genres.TryRead(genre, out var known):
                    clean["genre"] = known;
                    break;
                case "genre":
                    errors.Add(new FieldError("/details/genre", "unknown_genre", "Choose a genre of the list."));
                    break;
                default:
                    throw new Refused("unknown_field", 400, "The body has a member that this route does not know.") { Errors = [new FieldError("/details/" + member.Name, "unknown_field", "Unknown member.")] };
            }
        }

        return errors.Count == 0 ? JsonSerializer.SerializeToElement(clean) : throw Refused.Invalid([.. errors]);
    }

    public JsonElement Accept(IReadOnlyDictionary<string, string?> form)
    {
        var said = form.Where(f => !string.IsNullOrWhiteSpace(f.Value)).ToDictionary(
            f => f.Key,
            f => f.Key == "tempo" && int.TryParse(f.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var tempo) ? (object)tempo : f.Value!.Trim(),
            StringComparer.Ordinal);
        return Accept(JsonSerializer.SerializeToElement(said));
    }

    public IEnumerable<Missing> Missing(Readiness product)
    {
        if (!product.HasFile) yield return new Missing("/files", "file_missing", "Upload the file that buyers receive.");
        if (!product.HasPreview) yield return new Missing("/preview", "preview_missing", "Upload a preview, or a WAV file from which we can make one.");
        if (!product.HasCover) yield return new Missing("/cover", "cover_missing", "Add a cover.");
        if (!product.HasOffer) yield return new Missing("/offers", "offer_missing", "Offer at least one licence with a price.");
        if (!product.Details.TryGetProperty("genre", out _)) yield return new Missing("/details/genre", "genre_missing", "Choose a genre.");
        if (!product.Details.TryGetProperty("tempo", out _)) yield return new Missing("/details/tempo", "tempo_missing", "Say the tempo.");
    }

    public string? FactLine(JsonElement details, Func<string, string> say)
    {
        var facts = new[] { Tempo(details), KeyOf(details, say) }.OfType<string>().ToList();
        return facts.Count == 0 ? Member(details, "genre") : string.Join(" · ", facts);
    }

    public IEnumerable<(string Label, string Value)> Facts(JsonElement details, Func<string, string> say)
    {
        if (Tempo(details) is { } tempo) yield return (say("Tempo"), tempo);
        if (KeyOf(details, say) is { } key) yield return (say("Key"), key);
        if (Member(details, "genre") is { } genre) yield return (say("Genre"), genre);
    }

    public IReadOnlyList<FileFormat> Formats(FileRole role) => role switch
    {
        FileRole.Original => Originals,
        FileRole.Preview => Previews,
        _ => Covers,
    };

    private static string? Tempo(JsonElement details) => details.TryGetProperty("tempo", out var tempo) ? $"{tempo.GetInt32()} BPM" : null;

    private static string? KeyOf(JsonElement details, Func<string, string> say) => Member(details, "key") is { } key ? MusicalKeys.Say(key, say) : null;

    private static string? Member(JsonElement details, string name) => details.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
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

/// <summary>Genres of beats, in the order of the alphabet.</summary>
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

    private static string Plain(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
