using System.Globalization;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Ranges in which a number is counted, as <c>catalog.product_tokens</c> writes them: <c>tempo:3</c>, <c>price:EUR:0</c>. Both ends belong to a band; the first and the last are open.</summary>
/// <param name="Starts">Of the second band and those after.</param>
/// <param name="Least">Where the first begins; null for anywhere.</param>
internal sealed record Bands(string Prefix, IReadOnlyList<long> Starts, long? Least)
{
    public const string Free = "price:free";

    public static Bands Tempo { get; } = new("tempo:", [80, 100, 120, 140, 160], null);

    /// <summary>In minor units.</summary>
    public static Bands Price(string currency)
    {
        var unit = (long)Math.Pow(10, Currency.Of(currency).Exponent);
        return new Bands($"price:{currency}:", [10 * unit, 25 * unit, 50 * unit, 100 * unit], 1);
    }

    public IEnumerable<(string Token, long? Min, long? Max)> All =>
        Enumerable.Range(0, Starts.Count + 1).Select(band => (Prefix + band.ToString(CultureInfo.InvariantCulture), band == 0 ? Least : Starts[band - 1], band == Starts.Count ? (long?)null : Starts[band] - 1));

    /// <summary>Of the band with exactly these ends; null for any other range.</summary>
    public string? Token(long? min, long? max) => All.Where(b => b.Min == min && b.Max == max).Select(b => b.Token).FirstOrDefault();
}
