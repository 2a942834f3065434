using System.Globalization;
using System.Text;

namespace Marketplace.Wallet;

/// <summary>Bars of one number a period, above and below a line, as two SVG paths in a field of <see cref="Height"/> units.</summary>
internal sealed record EarningsChart(int Width, int Baseline, string Above, string Below)
{
    public const int Height = 120, Step = 10, Bar = 8;

    public static EarningsChart Of(IReadOnlyList<long> values)
    {
        long most = Math.Max(0, values.DefaultIfEmpty().Max()), least = Math.Min(0, values.DefaultIfEmpty().Min());
        var range = Math.Max(1m, (decimal)most - least);
        var baseline = (int)Math.Round(Height * most / range);
        var (above, below) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] == 0) continue;
            var tall = Math.Max(1m, Math.Abs((decimal)values[i]) / range * Height);
            (values[i] > 0 ? above : below).Append(CultureInfo.InvariantCulture, $"M{(i * Step) + 1} {(values[i] > 0 ? baseline - tall : baseline):0.#}h{Bar}v{tall:0.#}h-{Bar}z");
        }

        return new EarningsChart(Math.Max(1, values.Count) * Step, baseline, above.ToString(), below.ToString());
    }
}
