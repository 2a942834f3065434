namespace Marketplace.Wallet;

/// <summary>English for the codes of payouts; pages translate it. An unknown code is shown as it is.</summary>
internal static class PayoutWords
{
    public static string Way(string key) => key switch { ByBank.Name => "Bank transfer", "paypal" => "PayPal", "stripe" => "Stripe", SandboxProvider.Name => "Sandbox", _ => key };

    /// <summary>What a state means to the one whose money it is.</summary>
    public static string Means(PayoutState state) => state switch
    {
        PayoutState.Requested => "The market’s team looks at it. You can still cancel it.",
        PayoutState.Approved => "The team said yes. It is sent next.",
        PayoutState.Sending => "It is being handed over to the provider.",
        PayoutState.Unknown => "The provider has not answered yet. We ask until it does; the money is safe.",
        PayoutState.Sent => "It is on its way. A bank takes one to three working days.",
        PayoutState.Paid => "It has arrived.",
        PayoutState.Rejected => "The team said no, and says why. The money is back in your wallet.",
        PayoutState.Cancelled => "You took it back. The money is in your wallet.",
        PayoutState.Returned => "It had arrived, and the bank sent it back. All of it is in your wallet again, with the fee.",
        _ => "It did not arrive. All of it is back in your wallet, with the fee.",
    };

    public static string Failure(string? code) => code switch
    {
        "returned_by_bank" => "The bank sent it back.",
        "destination_refused" => "The destination did not take it.",
        "destination_closed" => "The account is closed.",
        _ => "The provider could not pay it out.",
    };

    public static string Category(AdjustmentCategory category) => category switch
    {
        AdjustmentCategory.Goodwill => "Goodwill",
        AdjustmentCategory.Correction => "Correction",
        AdjustmentCategory.Commission => "Commission",
        AdjustmentCategory.Fee => "Fee",
        _ => "Dispute",
    };
}
