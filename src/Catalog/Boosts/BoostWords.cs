namespace Marketplace.Catalog;

/// <summary>English words of what boosts say in codes.</summary>
internal static class BoostWords
{
    public static string Of(BoostState state) => state switch
    {
        BoostState.Active => "Running",
        BoostState.Scheduled => "Scheduled",
        BoostState.Expired => "Over",
        BoostState.Cancelled => "Cancelled",
        _ => "Stopped",
    };

    public static string Place(string place) => place switch
    {
        SponsoredPlaces.Search => "Search and categories",
        SponsoredPlaces.Home => "Front page",
        _ => "List of people",
    };

    /// <summary>Why the market itself ended one; null: what staff wrote says it.</summary>
    public static string? Why(string? reason) => reason switch
    {
        "off_sale" => "It could not be bought any more.",
        "on_vacation" => "Your shop is on vacation.",
        "suspended" => "Your account was suspended.",
        "never_on_sale" => "Its product did not come on sale in time.",
        _ => null,
    };
}
