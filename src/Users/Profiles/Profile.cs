using System.Security.Cryptography;
using Marketplace.Kernel;

namespace Marketplace.Users;

internal enum ProfileVisibility
{
    Public,

    /// <summary>For who is signed in.</summary>
    MembersOnly,

    /// <summary>For its owner.</summary>
    Private,
}

internal enum LocationVisibility
{
    Exact,
    City,
    Country,
    Hidden,
}

/// <summary>Where a location comes from.</summary>
internal enum LocationSource
{
    /// <summary>Of the address book, because the person said so.</summary>
    Address,

    /// <summary>Of the device; for paid tiers.</summary>
    Gps,

    Typed,
}

internal enum Experience
{
    Beginner,
    Intermediate,
    Professional,
    Veteran,
}

/// <summary>Who somebody is to others. Its row is made when it is first needed.</summary>
internal sealed class Profile
{
    public const int BioLength = 1000, CityLength = 80;

    private Profile()
    {
    }

    public Guid Account { get; private set; }

    public string Bio { get; private set; } = "";

    public Experience? Experience { get; private set; }

    public string? Website { get; private set; }

    public string? SmartLink { get; private set; }

    public ProfileVisibility Visibility { get; private set; }

    public bool Mentoring { get; private set; }

    public string? AvatarKey { get; private set; }

    public string? AvatarType { get; private set; }

    public string? AvatarVersion { get; private set; }

    public string? BannerKey { get; private set; }

    public string? BannerType { get; private set; }

    public string? BannerVersion { get; private set; }

    public string? City { get; private set; }

    public string? Country { get; private set; }

    public double? Latitude { get; private set; }

    public double? Longitude { get; private set; }

    public LocationSource? LocationSource { get; private set; }

    public LocationVisibility LocationVisibility { get; private set; }

    public DateTimeOffset? LocationAt { get; private set; }

    public double GridNorth { get; private set; }

    public double GridEast { get; private set; }

    public double? AreaLatitude { get; private set; }

    public double? AreaLongitude { get; private set; }

    /// <summary>Has what ultimate has, without paying for it.</summary>
    public bool Partner { get; private set; }

    public DateTimeOffset? VerifiedAt { get; private set; }

    /// <summary>When its person first saved it; before that nobody finds it among people.</summary>
    public DateTimeOffset? IntroducedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public int Version { get; private set; }

    /// <summary>What everybody has before they say anything.</summary>
    public static Profile Blank(Guid account, DateTimeOffset now) => new()
    {
        Account = account,
        Visibility = ProfileVisibility.Public,
        LocationVisibility = LocationVisibility.City,
        GridNorth = Fraction(),
        GridEast = Fraction(),
        ChangedAt = now,
        Version = 1,
    };

    public void Describe(string bio, Experience? experience, string? website, string? smartLink, ProfileVisibility visibility, bool mentoring)
    {
        (Bio, Experience, Visibility, Mentoring) = (Words.Text(bio), experience, visibility, mentoring);
        Website = ProfileLinks.Website(website);
        SmartLink = ProfileLinks.SmartLink(smartLink);
    }

    /// <param name="at">Null when nobody knows where the city lies: then nobody is near it.</param>
    public void Locate(string country, string? city, Position? at, LocationSource source, DateTimeOffset now)
    {
        (Country, City, LocationSource, LocationAt) = (country, city, source, now);
        Place(at);
    }

    public void ForgetLocation()
    {
        (Country, City, LocationSource, LocationAt) = (null, null, null, null);
        Place(null);
    }

    public void ShowLocation(LocationVisibility visibility) => LocationVisibility = visibility;

    /// <returns>The key of the picture that was there.</returns>
    public string? Show(ProfilePicture picture, Blob? blob)
    {
        var version = blob is null ? null : Convert.ToHexStringLower(blob.Sha256, 0, 8);
        if (picture == ProfilePicture.Avatar)
        {
            var old = AvatarKey;
            (AvatarKey, AvatarType, AvatarVersion) = (blob?.Key, blob?.ContentType, version);
            return old;
        }
        else
        {
            var old = BannerKey;
            (BannerKey, BannerType, BannerVersion) = (blob?.Key, blob?.ContentType, version);
            return old;
        }
    }

    /// <summary>Its person saved it: it is theirs now, and others may find it.</summary>
    public void Saved(DateTimeOffset now)
    {
        IntroducedAt ??= now;
        ChangedAt = now;
        Version++;
    }

    /// <returns>Whether that is news.</returns>
    public bool Befriend(bool partner)
    {
        var news = Partner != partner;
        Partner = partner;
        return news;
    }

    /// <returns>Whether that is news.</returns>
    public bool Verify(bool verified, DateTimeOffset now)
    {
        if (VerifiedAt is not null == verified) return false;
        VerifiedAt = verified ? now : null;
        return true;
    }

    /// <summary>Nothing of the person stays.</summary>
    public void Erase(DateTimeOffset now)
    {
        Describe("", null, null, null, ProfileVisibility.Private, false);
        ForgetLocation();
        ShowLocation(LocationVisibility.Hidden);
        (GridNorth, GridEast, IntroducedAt, VerifiedAt, Partner) = (0, 0, null, null, false);
        ChangedAt = now;
        Version++;
    }

    private void Place(Position? at)
    {
        (Latitude, Longitude) = (at?.Latitude, at?.Longitude);
        var area = at is { } exact ? new Grid(GridNorth, GridEast).Blur(exact) : (Position?)null;
        (AreaLatitude, AreaLongitude) = (area?.Latitude, area?.Longitude);
    }

    private static double Fraction() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
}
