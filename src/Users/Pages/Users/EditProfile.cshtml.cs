using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Who one is to others: words, links, place, pictures, and who may see it.</summary>
[Authorize]
internal sealed class EditProfilePage(
    Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, Tiers tiers, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public EditProfile.Request Input { get; set; } = new();

    /// <summary>The version that the form was made of.</summary>
    [BindProperty]
    public int Version { get; set; }

    public OwnProfile Profile { get; private set; } = null!;

    public bool HasAddress { get; private set; }

    public string? PictureRefused { get; private set; }

    public bool GpsAllowed => tiers.Of(Profile.Tier).Perks.Contains(Perks.GpsLocation);

    public IEnumerable<SelectListItem> Levels => new SelectListItem(texts["I would rather not say"], "")
        .Then(Enum.GetValues<Experience>().Select(level => new SelectListItem(texts[PeopleWords.Of(level)], level.ToText())));

    public IEnumerable<SelectListItem> Visibilities =>
    [
        new(texts["Everybody"], "public"), new(texts["Who is signed in"], "members_only"), new(texts["Only me"], "private"),
    ];

    public IEnumerable<SelectListItem> PlaceVisibilities =>
    [
        new(texts["City and country"], "city"), new(texts["The country only"], "country"), new(texts["The exact place"], "exact"), new(texts["Nothing"], "hidden"),
    ];

    public static IEnumerable<SelectListItem> CountryChoices(string none) => new SelectListItem(none, "").Then(Countries.All.Select(c => new SelectListItem(c.Name, c.Code)));

    public override async Task Load()
    {
        Profile = await OwnProfile.Read(caller, work, source);
        HasAddress = await AddressBook.Usual(caller.Account, db, work) is not null;
        PictureRefused = TempData[ProfilePictures.RefusedKey] as string;
        if (!Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) return;
        Version = Profile.Version;
        Input = new EditProfile.Request(
            Profile.Bio, Profile.Experience?.ToText(), Profile.Website, Profile.SmartLink, Profile.Visibility.ToText(), Profile.Mentoring,
            new EditProfile.Place(null, Profile.Location?.Country, Profile.Location?.City, Visibility: Profile.LocationVisibility.ToText()));
    }

    /// <param name="fromAddress">The button that takes the place from the address book.</param>
    public async Task<IActionResult> OnPostAsync([FromForm] bool fromAddress)
    {
        Profile = await OwnProfile.Read(caller, work, source);
        // An empty box takes away; in the API what is missing stays.
        var request = Input with
        {
            Bio = Input.Bio ?? "",
            Experience = Input.Experience ?? "",
            Website = Input.Website ?? "",
            SmartLink = Input.SmartLink ?? "",
            Location = Place(Input.Location ?? new EditProfile.Place(), fromAddress),
        };
        await EditProfile.Handle(request, Version, caller, db, work, source, tiers, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/profile");
    }

    public async Task<IActionResult> OnPostRemovePictureAsync([FromForm] string picture, [FromServices] Blobs blobs)
    {
        await ProfilePictures.Remove(picture, caller, db, work, blobs, source, clock);
        this.Toast(texts["Picture removed"]);
        return LocalRedirect("/account/profile#pictures");
    }

    // What the device said stays as long as nobody types another place.
    private EditProfile.Place Place(EditProfile.Place typed, bool fromAddress)
    {
        if (fromAddress) return new EditProfile.Place("address", Visibility: typed.Visibility);
        if (typed is { Source: "gps", Latitude: not null, Longitude: not null }) return typed;
        if (typed.Country is null && typed.City is not null) throw Refused.Invalid(new FieldError("/location/country", "country", "Choose a country."));
        if (typed.Country == Profile.Location?.Country && Words.Line(typed.City ?? "") == (Profile.Location?.City ?? "")) return new EditProfile.Place(Visibility: typed.Visibility);
        return new EditProfile.Place(typed.Country is null ? "" : "typed", typed.Country, typed.City, Visibility: typed.Visibility);
    }
}

/// <summary>What choices are called where people read them: keys of <see cref="Texts"/>.</summary>
internal static class PeopleWords
{
    public static string Of(Experience level) => level switch
    {
        Experience.Beginner => "Beginner",
        Experience.Intermediate => "Intermediate",
        Experience.Professional => "Professional",
        _ => "Veteran",
    };

    public static string Of(SellerTier tier) => tier switch
    {
        SellerTier.Basic => "Basic",
        SellerTier.Standard => "Standard",
        SellerTier.Premium => "Premium",
        _ => "Ultimate",
    };

    public static string Of(string perk) => perk switch
    {
        Perks.GpsLocation => "Say where you are by your device",
        Perks.CoHosts => "Co-hosts in your webinars",
        Perks.VerifiedGroups => "Verified groups",
        _ => perk,
    };

    public static IEnumerable<SelectListItem> Then(this SelectListItem first, IEnumerable<SelectListItem> rest) => rest.Prepend(first);
}
