namespace Marketplace.Catalog;

/// <summary>Loudness of a preview, each 0 to 1.</summary>
internal static class Peaks
{
    /// <summary>As they are drawn, each a digit to base 32. Lists have fewer of them, from <c>catalog.bars</c>.</summary>
    public static string Bars(float[] peaks) => string.Create(peaks.Length, peaks, static (bars, peaks) =>
    {
        for (var i = 0; i < bars.Length; i++) bars[i] = "0123456789abcdefghijklmnopqrstuv"[(int)((31 * Math.Clamp(peaks[i], 0, 1)) + 0.5f)];
    });
}
