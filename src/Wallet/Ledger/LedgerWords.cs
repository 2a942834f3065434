namespace Marketplace.Wallet;

/// <summary>English for the codes of the ledger and of payments; pages translate it. An unknown code is shown as it is.</summary>
internal static class LedgerWords
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["deposit"] = "Deposit", ["withdraw"] = "Withdrawal", ["hold"] = "Order paid", ["release"] = "Released", ["sale"] = "Sale",
        ["commission"] = "Affiliate commission", ["fee"] = "Fee", ["refund"] = "Refund", ["dispute"] = "Dispute", ["boost"] = "Boost",
        ["subscription"] = "Subscription", ["reseller"] = "Reseller order", ["adjustment"] = "Adjustment", ["points"] = "Points",
    };

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["capture"] = "Payment captured", ["topup"] = "Top-up captured", ["fund"] = "Order paid from the wallet", ["unfund"] = "Back in the wallet: the card did not pay", ["sale"] = "Sale split",
        ["release"] = "Hold released", ["refund"] = "Refund", ["refund_settled"] = "Refund arrived", ["adjustment"] = "Adjustment", ["dispute"] = "Dispute", ["dispute_taken"] = "Dispute: taken by the provider",
        ["dispute_won"] = "Dispute won", ["dispute_returned"] = "Dispute: returned by the provider", ["dispute_fee"] = "Fee of a dispute", ["dispute_fault"] = "Fee of a dispute, charged", ["psp_fee"] = "Processor's fee",
        ["payout_request"] = "Payout asked", ["payout_sent"] = "Payout sent", ["payout_paid"] = "Payout paid",
        ["payout_rejected"] = "Payout rejected", ["payout_cancelled"] = "Payout cancelled", ["payout_failed"] = "Payout failed", ["write_off"] = "Debt written off",
    };

    private static readonly Dictionary<string, string> Accounts = new(StringComparer.Ordinal)
    {
        ["user_available"] = "Available", ["user_pending"] = "Held", ["user_escrow"] = "In escrow", ["user_payout"] = "In payout",
        ["affiliate_locked"] = "Affiliate, locked", ["affiliate_extended"] = "Affiliate, extended lock", ["user_debt"] = "Debt",
        ["order_funding"] = "Order funding", ["psp_clearing"] = "Processor clearing", ["bank"] = "Bank", ["provider_prepaid"] = "Prepaid at providers",
        ["payout_transit"] = "Payouts in transit", ["refund_transit"] = "Refunds in transit", ["dispute_transit"] = "Disputes in transit",
        ["tax_payable"] = "Tax payable", ["deferred_boost"] = "Boosts not yet earned", ["deferred_subscription"] = "Subscriptions not yet earned",
        ["revenue_commission"] = "Commission earned", ["revenue_fee_recovered"] = "Processing fees recovered",
        ["revenue_withdrawal_fee"] = "Withdrawal fees earned", ["revenue_boost"] = "Boosts earned", ["revenue_subscription"] = "Subscriptions earned",
        ["revenue_reseller"] = "Reseller sales earned", ["expense_processing"] = "Processing fees", ["expense_affiliate"] = "Affiliate commissions",
        ["expense_provider"] = "Costs of providers", ["expense_coupon"] = "Coupons", ["expense_goodwill"] = "Goodwill", ["expense_dispute"] = "Lost disputes",
        ["expense_bad_debt"] = "Bad debt", ["expense_rounding"] = "Rounding", ["points_issued"] = "Points issued",
    };

    private static readonly Dictionary<string, string> Failures = new(StringComparer.Ordinal)
    {
        ["card_declined"] = "Your bank declined the card.", ["card_unknown"] = "The card is not known.",
        ["authentication_failed"] = "The payment was not confirmed.", ["action_expired"] = "The payment was not confirmed in time.",
        ["expired_card"] = "The card has expired.", ["incorrect_cvc"] = "The security code of the card is wrong.", ["authentication_required"] = "The bank wants the payer to confirm, and they were not there.",
        ["payment_voided"] = "The payment was looked at and not taken.", ["payment_method_gone"] = "The saved way to pay is not there any more.",
        ["refund_refused"] = "The bank did not take the money back.", ["refund_too_high"] = "The provider says that so much was never paid.",
    };

    public static IReadOnlyCollection<string> KnownKinds => Kinds.Keys;

    public static string Type(string code) => Types.GetValueOrDefault(code, code);

    public static string Kind(string code) => Kinds.GetValueOrDefault(code, code);

    /// <param name="code">Of the chart, or without its "user_".</param>
    public static string Account(string code) => Accounts.GetValueOrDefault(code) ?? Accounts.GetValueOrDefault($"user_{code}", code);

    public static string Class(string code) => code switch { "asset" => "Asset", "liability" => "Liability", "income" => "Income", "expense" => "Expense", _ => code };

    public static string Status(string code) => code switch { "open" => "Open", "debit_frozen" => "Frozen: takes, gives nothing", "closed" => "Closed", _ => code };

    public static string Failure(string code) => Failures.GetValueOrDefault(code, "The payment did not go through.");

    public static string Method(string key) => key switch
    {
        SandboxProvider.Method => "Card (sandbox)",
        StripeProvider.Method or PciVaultProvider.Method => "Card",
        PayPalProvider.Method => "PayPal",
        _ => key,
    };

    public static string Provider(string key) => key switch
    {
        SandboxProvider.Name => "Sandbox",
        StripeApi.Name => "Stripe",
        PayPalApi.Name => "PayPal",
        PciVaultApi.Name => "PCI Vault",
        _ => key,
    };

    /// <summary>A saved way to pay, as its owner knows it.</summary>
    public static string Brand(string brand) => brand switch
    {
        "paypal" => "PayPal",
        "visa" => "Visa",
        "mastercard" => "Mastercard",
        "amex" or "american_express" => "American Express",
        _ => brand.Length == 0 ? "Card" : char.ToUpperInvariant(brand[0]) + brand[1..].Replace('_', ' '),
    };
}
