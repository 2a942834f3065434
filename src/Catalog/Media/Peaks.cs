namespace Marketplace.Catalog;

/// <summary>The loudness of a preview, for small pictures of it.</summary>
internal static class Peaks
{
    /// <summary>At most so many: the highest of each group.</summary>
    public static double[] Fewer(float[] peaks, int most)
    {
        var count = Math.Min(most, peaks.Length);
        var fewer = new double[count];
        for (var i = 0; i < count; i++) fewer[i] = peaks[(i * peaks.Length / count)..((i + 1) * peaks.Length / count)].Max();
        return fewer;
    }
}
