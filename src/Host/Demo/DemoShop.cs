using System.Globalization;

namespace Marketplace.Host;

/// <summary>A shop of the demo with all that it will ever sell.</summary>
/// <param name="Handle">Before the @ of its seller's address.</param>
/// <param name="Opens">Day of the month, from 0.</param>
/// <param name="Face">What its covers have in common.</param>
internal sealed record DemoShop(string Seller, string Handle, string Name, string Currency, int Opens, CoverFace Face, string About, params DemoProduct[] Products);

/// <param name="Day">When it comes out, from 0.</param>
/// <param name="Price">Minor units of the shop's currency, for the smallest licence.</param>
/// <param name="Appeal">How much more often than others it is bought.</param>
internal sealed record DemoProduct(int Day, string Title, string Genre, int Tempo, string Key, long Price, float Appeal, string About, string Tags)
{
    public string Kind { get; init; } = "beat";

    /// <summary>What becomes of it: on sale, or still a draft, or taken off sale a few days later.</summary>
    public DemoFate Fate { get; init; }

    public string[] TagList => Tags.Split(", ");

    public object Details => new { tempo = Tempo, key = Key, genre = Genre };

    /// <summary>The licences: twice the freedom costs three times as much, and ends like a price.</summary>
    public object[] Offers(string currency) =>
    [
        new { licence = "personal", price = new { amount = Price, currency } },
        new { licence = "commercial", price = new { amount = Dearer(currency), currency } },
    ];

    public long Dearer(string currency) => currency == "JPY" ? Price * 3 : (((Price * 3 / 100) + 1) * 100) - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Title} ({Kind})");
}

internal enum DemoFate
{
    OnSale,
    Draft,
    Paused,
}
