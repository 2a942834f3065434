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

internal static class LineWords
{
    /// <summary>What a line of an order is called: a product as its shop named it, what is asked for sending in the reader's language.</summary>
    public static string? TitleOf(this IStringLocalizer texts, string? kind, string? title) => kind == Sending.Kind && title is not null ? texts[title] : title;
}

/// <param name="Title">Of the line that it is about, see <see cref="LineWords"/>.</param>
internal sealed record HappeningModel(OrderHappening What, string? Detail, string? Title);
