using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

internal static class PaymentWords
{
    /// <summary>Why a payment failed, for its payer.</summary>
    public static string Failure(this IStringLocalizer texts, string? code) => code switch
    {
        "card_declined" => texts["Your bank declined the card. Nothing was taken."],
        "authentication_failed" => texts["The payment was not confirmed. Nothing was taken."],
        "action_expired" => texts["The payment was not confirmed in time. Nothing was taken."],
        "payment_voided" => texts["The payment was looked at and not taken. Nothing was charged."],
        _ => texts["The payment did not work. Nothing was taken."],
    };
}

/// <param name="Title">Of the line that it is about.</param>
internal sealed record HappeningModel(OrderHappening What, string? Detail, string? Title);
