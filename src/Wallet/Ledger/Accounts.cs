using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>The name of an account of the chart: kind, whose it is, what it is for. The currency comes with the amount.</summary>
internal readonly record struct Account(string Kind, Guid? Owner = null, string? Reference = null)
{
    public static Account Available(Guid owner) => new("user_available", owner);

    public static Account Pending(Guid owner) => new("user_pending", owner);

    /// <summary>What the owner owes the market: 0 or negative.</summary>
    public static Account Debt(Guid owner) => new("user_debt", owner);

    /// <summary>Asked out, and not yet sent.</summary>
    public static Account Payout(Guid owner) => new("user_payout", owner);

    /// <summary>Sent and not yet arrived.</summary>
    public static Account PayoutTransit { get; } = new("payout_transit");

    public static Account WithdrawalFee { get; } = new("revenue_withdrawal_fee");

    public static Account Bank { get; } = new("bank");

    public static Account Goodwill { get; } = new("expense_goodwill");

    public static Account LostDisputes { get; } = new("expense_dispute");

    public static Account BadDebt { get; } = new("expense_bad_debt");

    public static Account OrderFunding(Guid order) => new("order_funding", Reference: order.ToString());

    public static Account Clearing(string provider) => new("psp_clearing", Reference: provider);

    public static Account Commission { get; } = new("revenue_commission");

    public static Account FeeRecovered { get; } = new("revenue_fee_recovered");

    /// <summary>Taken back from sales and not yet with the buyer.</summary>
    public static Account RefundTransit { get; } = new("refund_transit");

    /// <summary>Taken by providers for disputes and not yet from those who were paid, or the other way round.</summary>
    public static Account DisputeTransit { get; } = new("dispute_transit");

    /// <summary>Fees of disputes, and what nobody had left to give.</summary>
    public static Account DisputeExpense { get; } = new("expense_dispute");

    public static Account CouponExpense { get; } = new("expense_coupon");

    /// <summary>What providers really take.</summary>
    public static Account Processing { get; } = new("expense_processing");

    public static Account TaxPayable(string place) => new("tax_payable", Reference: place);

    /// <summary>A leg that adds to the account: positive credits, negative debits.</summary>
    public Leg Plus(Money amount) => new(this, amount);

    public Leg Minus(Money amount) => new(this, -amount);
}

/// <param name="Amount">Positive credits the account, negative debits it.</param>
internal sealed record Leg(Account Account, Money Amount);

/// <summary>One balanced transaction to be posted.</summary>
/// <param name="Key">Permanent and structured: <c>sale:{item}</c>. The same key and content again changes nothing.</param>
/// <param name="Kind">One of wallet.transaction_kinds: says how statements call it.</param>
/// <param name="Reference">What it is about: an order, a payment.</param>
internal sealed record Posting(string Key, string Kind, Guid? Reference, params IReadOnlyList<Leg> Legs);
