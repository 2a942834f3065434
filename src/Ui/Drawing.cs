using System.Globalization;
using System.Text;

namespace Marketplace.Ui;

/// <summary>Peaks as one SVG path: bars of two units with a gap of one, mirrored around the middle of 40 units.</summary>
internal static class Drawing
{
    internal const int Step = 3, Height = 40;

    internal static string Bars(IReadOnlyList<double> peaks)
    {
        var path = new StringBuilder(peaks.Count * 18);
        for (var i = 0; i < peaks.Count; i++)
        {
            var half = Math.Clamp(peaks[i], 0.04, 1) * (Height / 2d);
            path.Append(CultureInfo.InvariantCulture, $"M{i * Step} {Height / 2d - half:0.#}h2v{half * 2:0.#}h-2z");
        }

        return path.ToString();
    }

    /// <summary>The same picture with at most so many bars: the highest of each group.</summary>
    internal static double[] Fewer(double[] peaks, int most)
    {
        if (peaks.Length <= most) return peaks;
        var fewer = new double[most];
        for (var i = 0; i < most; i++) fewer[i] = peaks[(i * peaks.Length / most)..((i + 1) * peaks.Length / most)].Max();
        return fewer;
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
