using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

internal static class AccessWords
{
    /// <summary>What is opened, for people.</summary>
    public static string Name(this IStringLocalizer texts, AccessKind kind) => kind switch
    {
        AccessKind.Membership => texts["Membership"],
        AccessKind.Community => texts["Community"],
        AccessKind.Course => texts["Course"],
        AccessKind.Channel => texts["Channel"],
        AccessKind.Module => texts["Module of a course"],
        AccessKind.SellerTier => texts["Seller tier"],
        AccessKind.Download => texts["Files"],
        _ => texts["Seat in a webinar"],
    };

    public static string Icon(AccessKind kind) => kind switch
    {
        AccessKind.Download => "download",
        AccessKind.WebinarSeat => "ticket",
        AccessKind.Course or AccessKind.Module => "graduation-cap",
        AccessKind.SellerTier => "store",
        _ => "key-round",
    };
}
