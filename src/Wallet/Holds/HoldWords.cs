namespace Marketplace.Wallet;

/// <summary>English for the rules of holds; pages translate it. An unknown rule is shown as it is.</summary>
internal static class HoldWords
{
    private static readonly Dictionary<string, (string Name, string Why, string Else)> Rules = new(StringComparer.Ordinal)
    {
        [HoldTerms.AfterSale] = (
            "Time for refunds", "The money of a sale is held for some days, so that a refund can be paid from it. Then it becomes available by itself.",
            "Nothing releases it sooner. A refund of this sale is taken from it first."),
    };

    public static string Name(string rule) => Rules.TryGetValue(rule, out var words) ? words.Name : rule;

    /// <summary>Why the money waits.</summary>
    public static string Why(string rule) => Rules.TryGetValue(rule, out var words) ? words.Why : rule;

    /// <summary>What could release it sooner, or stop it.</summary>
    public static string Else(string rule) => Rules.TryGetValue(rule, out var words) ? words.Else : "";
}
