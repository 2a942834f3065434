using System.Globalization;
using System.Text;

namespace Marketplace.Catalog;

/// <summary>Two bars a day, one before the other: who saw it, and who opened it; as SVG paths in a field of <see cref="Height"/> units.</summary>
internal sealed record BoostChart(int Width, string Seen, string Opened)
{
    public const int Height = 100;
    private const int Step = 10, Bar = 8;

    public static BoostChart Of(IReadOnlyList<BoostDay> days)
    {
        // Days on which nothing happened have no row, and a place all the same.
        var all = Enumerable.Range(0, days[^1].Day.DayNumber - days[0].Day.DayNumber + 1).Select(i => days.FirstOrDefault(d => d.Day == days[0].Day.AddDays(i))).ToList();
        var most = Math.Max(1, days.Max(d => d.Impressions));
        return new BoostChart(all.Count * Step, Path(all.Select(d => d?.Impressions ?? 0), most), Path(all.Select(d => d?.Clicks ?? 0), most));
    }

    private static string Path(IEnumerable<int> values, int most)
    {
        var path = new StringBuilder();
        foreach (var (value, i) in values.Select((v, i) => (v, i)).Where(v => v.v > 0))
        {
            var tall = Math.Max(2, value * (double)Height / most);
            path.Append(CultureInfo.InvariantCulture, $"M{(i * Step) + 1} {Height - tall:0.#}h{Bar}v{tall:0.#}h-{Bar}z");
        }

        return path.ToString();
    }
}
