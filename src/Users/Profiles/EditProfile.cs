using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A person says who they are. What is not given stays; an empty text takes away.</summary>
internal static class EditProfile
{
    /// <param name="Experience">beginner, intermediate, professional, veteran.</param>
    /// <param name="Visibility">public, members_only, private.</param>
    public sealed record Request(
        string? Bio = null, string? Experience = null, string? Website = null, string? SmartLink = null, string? Visibility = null, bool? Mentoring = null, Place? Location = null);

    /// <summary>
    /// Where one is. Without a source only what others see of it changes. A country, and a city if one likes, may be typed; a device
    /// gives coordinates, for paid tiers; the address book gives city and country.
    /// </summary>
    /// <param name="Source">typed, gps, address; empty forgets the location.</param>
    /// <param name="Visibility">exact, city, country, hidden.</param>
    public sealed record Place(string? Source = null, string? Country = null, string? City = null, double? Latitude = null, double? Longitude = null, string? Visibility = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Bio).MaximumLength(Profile.BioLength).Sound();
            RuleFor(r => r.Experience).OneOf<Request, Experience>();
            RuleFor(r => r.Website).WebsiteForm();
            RuleFor(r => r.SmartLink).SmartLinkForm();
            RuleFor(r => r.Visibility).OneOf<Request, ProfileVisibility>();
            RuleFor(r => r.Location!.Source).OneOf<Request, LocationSource>().When(r => r.Location is not null);
            RuleFor(r => r.Location!.Visibility).OneOf<Request, LocationVisibility>().When(r => r.Location is not null);
            RuleFor(r => r.Location!.Country).Must(Countries.Exists).WithErrorCode("country").WithMessage("Choose a country.").When(r => !string.IsNullOrEmpty(r.Location?.Country));
            RuleFor(r => r.Location!.Country).NotEmpty().WithErrorCode("country").WithMessage("Choose a country.").When(r => r.Location?.Source == "typed");
            RuleFor(r => r.Location!.City).MaximumLength(Profile.CityLength).Sound().When(r => r.Location is not null);
            RuleFor(r => r.Location!.Latitude).NotNull().InclusiveBetween(-90, 90).When(r => r.Location?.Source == "gps");
            RuleFor(r => r.Location!.Longitude).NotNull().InclusiveBetween(-180, 180).When(r => r.Location?.Source == "gps");
        }
    }

    /// <param name="expected">The version that the editor saw.</param>
    /// <exception cref="Refused">412 <c>stale</c>; 403 <c>tier_required</c>; 409 <c>address_missing</c>; 422 <c>invalid</c>.</exception>
    public static async Task<OwnProfile> Handle(Request request, int expected, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, Tiers tiers, TimeProvider clock)
    {
        var profile = await db.Locked(caller.Account, work, clock);
        Versions.MustBe(expected, profile.Version);
        profile.Describe(
            request.Bio ?? profile.Bio, request.Experience is null ? profile.Experience : request.Experience.ReadChoice<Experience>(), request.Website ?? profile.Website, request.SmartLink ?? profile.SmartLink,
            request.Visibility.ReadChoice<ProfileVisibility>() ?? profile.Visibility, request.Mentoring ?? profile.Mentoring);
        if (request.Location is { } place) await Locate(profile, place, db, work, tiers, clock.GetUtcNow());
        profile.Saved(clock.GetUtcNow());
        await work.Flush();
        return await OwnProfile.Read(caller, work, source);
    }

    private static async Task Locate(Profile profile, Place place, UsersDb db, UnitOfWork work, Tiers tiers, DateTimeOffset now)
    {
        if (place.Visibility.ReadChoice<LocationVisibility>() is { } visibility) profile.ShowLocation(visibility);
        if (place.Source is null) return;
        var city = Words.Line(place.City ?? "") is { Length: > 0 } named ? named : null;
        switch (place.Source.ReadChoice<LocationSource>())
        {
            case null:
                profile.ForgetLocation();
                break;
            case LocationSource.Typed:
                profile.Locate(place.Country!, city, await Cities.Find(place.Country!, city, work), LocationSource.Typed, now);
                break;
            case LocationSource.Gps:
                await TierRules.MustHave(profile.Account, Perks.GpsLocation, tiers, work);
                var exact = new Position(place.Latitude!.Value, place.Longitude!.Value);
                var near = string.IsNullOrEmpty(place.Country) ? await Cities.Nearest(exact, work) : (Country: place.Country, City: city);
                if (near.Country is null) throw Refused.Invalid(new FieldError("/location/country", "country", "Choose a country."));
                profile.Locate(near.Country, near.City, exact, LocationSource.Gps, now);
                break;
            case LocationSource.Address:
                var address = await AddressBook.Usual(profile.Account, db, work) ?? throw new Refused("address_missing", 409, "There is no address in your address book yet.");
                profile.Locate(address.Country, address.City, await Cities.Find(address.Country, address.City, work), LocationSource.Address, now);
                break;
        }
    }
}
