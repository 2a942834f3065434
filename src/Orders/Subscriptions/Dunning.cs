using System.Collections.Frozen;

namespace Marketplace.Orders;

/// <summary>What happens to a period that could not be paid. Source of the rule: tries after 2, 5, 7 and 7 days, benefits for a week, then patience for another.</summary>
internal static class Dunning
{
    /// <summary>Days from each failure to the next try.</summary>
    public static readonly IReadOnlyList<int> Days = [2, 5, 7, 7];

    /// <summary>Members stay members for so long after the day on which it was due.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>After the last try the member may still pay by themselves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    // No later try can succeed: the card is gone, or its bank wants to ask somebody who is not there.
    private static readonly FrozenSet<string> Hard = new[]
    {
        "authentication_required", "payment_method_gone", "payment_method_unknown", "card_unknown", "expired_card", "lost_card", "stolen_card", "pickup_card", "restricted_card", "fraudulent",
        "invalid_account", "card_not_supported", "currency_not_supported", "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order", "closed_card",
        "currency_not_payable", "amount_not_payable",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsHard(string code) => Hard.Contains(code);

    /// <param name="tries">How many have failed.</param>
    /// <returns>Null: no more.</returns>
    public static DateTimeOffset? NextTry(int tries, string code, DateTimeOffset now) => IsHard(code) || tries > Days.Count ? null : now.AddDays(Days[tries - 1]);
}
