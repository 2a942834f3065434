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

    public DemoFate Fate { get; init; }

    /// <summary>Which part of the band a sample is: drums, bass, or all that is in tune; "presets" for a bank of them.</summary>
    public string Part { get; init; } = "";

    /// <summary>How many are in a kit.</summary>
    public int Sounds { get; init; }

    /// <summary>What its kind asks beyond genre, tempo and key.</summary>
    public Dictionary<string, object> Facts { get; init; } = [];

    /// <summary>Of what is read.</summary>
    public (string Name, string Text)[] Pages { get; init; } = [];

    public string[] TagList => Tags.Split(", ");

    public object Details => Kind switch
    {
        "beat" or "sample" => new Dictionary<string, object>(Facts) { ["tempo"] = Tempo, ["key"] = Key, ["genre"] = Genre },
        "kit" => new Dictionary<string, object>(Facts) { ["sounds"] = Sounds, ["genre"] = Genre },
        _ => Facts,
    };

    /// <summary>A loop of four bars.</summary>
    public static DemoProduct Loop(int day, string title, string genre, int tempo, string key, long price, string part, string instrument, string about, string tags) =>
        new(day, title, genre, tempo, key, price, 0.8f, about, tags) { Kind = "sample", Part = part, Facts = { ["type"] = "loop", ["instrument"] = instrument } };

    public static DemoProduct Kit(int day, string title, string genre, int tempo, string key, long price, string type, int sounds, string about, string tags) =>
        new(day, title, genre, tempo, key, price, 1.1f, about, tags) { Kind = "kit", Sounds = sounds, Part = type == "preset_bank" ? "presets" : "", Facts = { ["type"] = type } };

    /// <param name="price">The least; the buyer may give more.</param>
    public static DemoProduct Paper(int day, string title, long price, string format, string about, string tags, params (string Name, string Text)[] pages) =>
        new(day, title, "", 0, "", price, 4f, about, tags) { Kind = "digital", Facts = { ["format"] = format }, Pages = pages };

    /// <summary>What it is offered in where that is no licence: option, part of the price (percent) and the facts of each.</summary>
    public (string Option, int Percent, object Facts)[] Ways { get; init; } = [];

    /// <summary>It is looked at: the demo's buyers buy what is downloaded.</summary>
    public bool IsShownOnly => Kind is "service" or "membership" or "course" or "webinar";

    public static DemoProduct Other(string kind, int day, string title, long price, string about, string tags, Dictionary<string, object> facts, params (string Option, int Percent, object Facts)[] ways) =>
        new(day, title, "Ambient", 80, "A minor", price, 0, about, tags) { Kind = kind, Facts = facts, Ways = ways.Length > 0 ? ways : [("", 100, new { })] };

    /// <summary>The licences: twice the freedom costs three times as much, and ends like a price.</summary>
    public object[] Offers(string currency) => Ways.Length > 0
        ? [.. Ways.Select(way => (object)new { licence = "standard", option = way.Option, price = new { amount = Price * way.Percent / 100, currency }, details = way.Facts })]
        : Kind == "digital"
        ? [new { licence = "standard", price = new { amount = Price, currency }, names_price = true }]
        :
        [
            new { licence = "personal", price = new { amount = Price, currency } },
            new { licence = "commercial", price = new { amount = Dearer(currency), currency } },
        ];

    public long Dearer(string currency) => currency == "JPY" ? Price * 3 : (((Price * 3 / 100) + 1) * 100) - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Title} ({Kind})");
}

/// <summary>What becomes of a product.</summary>
internal enum DemoFate
{
    OnSale,
    Draft,

    /// <summary>Taken off sale after a few days.</summary>
    Paused,

    /// <summary>Nobody has judged it yet, where somebody has to.</summary>
    Waiting,

    /// <summary>The moderator wants it changed.</summary>
    SentBack,
}
