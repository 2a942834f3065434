using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

internal static class PlanWords
{
    /// <summary>"9.00 € a month".</summary>
    public static string Every(this IStringLocalizer texts, string interval, Money price) => interval switch
    {
        "month" => texts["{0} a month", price],
        "quarter" => texts["{0} a quarter", price],
        _ => texts["{0} a year", price],
    };

    public static string Way(this IStringLocalizer texts, string method, string? brand, string? last4) => method == PaymentMethod.Wallet
        ? texts["Your wallet"]
        : last4 is null ? Name(brand) ?? texts["A card"] : texts["{0} ending in {1}", Name(brand) ?? texts["A card"].Value, last4];

    /// <summary>Why a period could not be paid, and what to do.</summary>
    public static string Unpaid(this IStringLocalizer texts, string? code) => code switch
    {
        "insufficient_funds" => texts["There was not enough money in your wallet or on your card."],
        "authentication_required" => texts["Your bank wants you to confirm the payment yourself."],
        "payment_method_gone" or "expired_card" => texts["The way to pay is not there any more, or has expired. Choose another."],
        _ => texts["Your bank declined the payment."],
    };

    public static string Ended(this IStringLocalizer texts, EndReason? reason) => reason switch
    {
        EndReason.Completed => texts["All payments of this plan are made."],
        EndReason.Unpaid => texts["It was not paid."],
        EndReason.Refunded => texts["Its last payment was given back."],
        EndReason.Withdrawn => texts["The shop does not offer it any more."],
        EndReason.Staff => texts["The market’s team has ended it."],
        _ => texts["It was cancelled."],
    };

    public static string About(this IStringLocalizer texts, ChargeKind kind) => kind switch
    {
        ChargeKind.First => texts["The beginning"],
        ChargeKind.Change => texts["Change of plan"],
        _ => texts["Renewal"],
    };

    private static string? Name(string? brand) => string.IsNullOrEmpty(brand) ? null : brand == "paypal" ? "PayPal" : char.ToUpperInvariant(brand[0]) + brand[1..].Replace('_', ' ');
}
