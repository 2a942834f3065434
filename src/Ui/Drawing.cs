using System.Globalization;
using System.Text;

namespace Marketplace.Ui;

internal static class Drawing
{
    internal const int Step = 3, Height = 64;

    // From the middle up, around, and on to where the next bar stands. player.js draws the same.
    private static readonly string[] Bar = [.. Enumerable.Range(1, 32).Select(half => string.Create(CultureInfo.InvariantCulture, $"m0-{half}h2v{half * 2}h-2zm{Step} {half}"))];

    /// <summary>Bars of two units with a gap of one, mirrored around the middle, as one SVG path.</summary>
    /// <param name="bars">Loudness from left to right, each a digit to base 32.</param>
    internal static string Bars(string bars)
    {
        var path = new StringBuilder("M0 32", 16 + (bars.Length * 20));
        foreach (var digit in bars) path.Append(Bar[digit <= '9' ? digit - '0' : digit - 'a' + 10]);
        return path.ToString();
    }

    internal static string IconOf(string kind) => kind switch
    {
        "beat" => "disc-3",
        "sample" => "audio-lines",
        "kit" => "layers",
        "service" => "handshake",
        "physical" => "package",
        "membership" => "users",
        "course" => "graduation-cap",
        "webinar" => "video",
        "reseller" => "megaphone",
        _ => "file-text",
    };

    internal static string Initials(string name)
    {
        var words = name.Split([' ', '-', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
        var letters = words.Length switch { 0 => "?", 1 => words[0][..1], _ => words[0][..1] + words[^1][..1] };
        return letters.ToUpperInvariant();
    }
}
