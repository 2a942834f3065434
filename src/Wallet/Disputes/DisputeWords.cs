namespace Marketplace.Wallet;

/// <summary>English for disputes; pages translate it. A reason that is not known is "another reason".</summary>
internal static class DisputeWords
{
    public static string State(DisputeState state) => state switch
    {
        DisputeState.NeedsResponse => "Needs an answer",
        DisputeState.UnderReview => "Under review",
        DisputeState.Won => "Won",
        _ => "Lost",
    };

    public static string? Tone(DisputeState state) => state switch
    {
        DisputeState.NeedsResponse => "warn",
        DisputeState.UnderReview => "info",
        DisputeState.Won => "good",
        _ => "bad",
    };

    public static string Reason(string code) => code switch
    {
        "fraudulent" => "The payer says that they did not pay",
        "product_not_received" => "Not received",
        "product_unacceptable" => "Not as described",
        "duplicate" => "Paid twice",
        "credit_not_processed" => "A refund did not arrive",
        "subscription_canceled" => "A subscription was cancelled",
        "unrecognized" => "The payer does not recognise it",
        _ => "Another reason",
    };
}
