namespace Marketplace.Wallet;

/// <summary>English for what holds wait for; pages translate it. A rule that is not listed is shown as it is.</summary>
internal static class HoldWords
{
    private static readonly Dictionary<string, string> Rules = new(StringComparer.Ordinal)
    {
        ["after_sale"] = "Time for refunds", ["after_download"] = "After the download", ["after_delivery"] = "After delivery", ["after_acceptance"] = "After acceptance",
        ["after_attendance"] = "After the event", ["after_completion"] = "After completion",
    };

    /// <summary>The seeded reasons; what staff write is shown as they wrote it.</summary>
    public static readonly IReadOnlyList<string> Reasons =
    [
        "The money of a sale is held for some days, so that a refund can be paid from it. Then it becomes available by itself.",
        "Held until the buyer has had the files for some days, so that a refund can be paid from it.",
        "Held until the parcel has arrived and could be looked at.",
        "Held until the buyer accepts the work.",
        "Held until the event has taken place.",
        "Held until the order is completed.",
    ];

    public static string Name(string rule) => Rules.GetValueOrDefault(rule, rule);

    /// <summary>What could release it sooner, or stop it; {0} are days.</summary>
    public static string Sooner(HoldBasis basis) => !basis.Waits
        ? "Nothing releases it sooner. A refund of this sale is taken from it first."
        : basis.Event switch
        {
            SaleEvent.Downloaded => "Sooner: {0} days after the buyer first downloads it.",
            SaleEvent.Delivered => "Sooner: {0} days after it is delivered.",
            SaleEvent.Accepted => "Sooner: {0} days after the buyer accepts it.",
            SaleEvent.Attended => "Sooner: {0} days after the event has taken place.",
            _ => "Sooner: {0} days after it is completed.",
        };

    public static string Event(SaleEvent happened) => happened switch
    {
        SaleEvent.Sold => "It is sold", SaleEvent.Downloaded => "The buyer first downloads it", SaleEvent.Delivered => "It is delivered", SaleEvent.Accepted => "The buyer accepts it",
        SaleEvent.Attended => "The event has taken place", _ => "It is completed",
    };

    public static string Risk(RiskLevel level) => level switch { RiskLevel.Low => "Low risk", RiskLevel.High => "High risk", _ => "Normal risk" };

    public static string Tone(RiskLevel level) => level switch { RiskLevel.Low => "good", RiskLevel.High => "warn", _ => "" };
}
