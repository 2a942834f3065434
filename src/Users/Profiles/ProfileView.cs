using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A talent of the list, named in the language of the request.</summary>
internal sealed record Named(string Slug, string Name);

internal sealed record ChosenTalents(IReadOnlyList<Named> Categories, IReadOnlyList<Named> Skills, IReadOnlyList<Named> Genres)
{
    public bool None => Categories.Count + Skills.Count + Genres.Count == 0;
}

/// <summary>A profile as its owner sees it.</summary>
internal sealed record OwnProfile(
    string Username, string DisplayName, string Bio, Experience? Experience, string? Website, string? SmartLink, ProfileVisibility Visibility, bool Mentoring,
    string? AvatarUrl, string? BannerUrl, OwnProfile.Place? Location, LocationVisibility LocationVisibility, ChosenTalents Talents, SellerTier Tier, bool Verified, bool Partner, bool Introduced, int Version)
{
    public sealed record Place(string? Country, string? City, double? Latitude, double? Longitude, LocationSource Source, DateTimeOffset At);

    /// <summary>Joins the transaction when one is open.</summary>
    public static async Task<OwnProfile> Read(Caller caller, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop = default)
    {
        var row = await ProfileRow.Read("a.id = $2", caller.Account, work, source, stop) ?? throw Refused.NotFound();
        return new OwnProfile(
            row.Username, row.DisplayName, row.Bio, row.Experience, row.Website, row.SmartLink, row.Visibility, row.Mentoring, row.AvatarUrl, row.BannerUrl,
            row.Source is { } from ? new Place(row.Country, row.City, row.Latitude, row.Longitude, from, row.LocationAt!.Value) : null, row.LocationVisibility,
            row.Talents, row.Tier, row.Verified, row.Partner, row.Introduced, row.Version);
    }
}

/// <summary>A profile as others see it: what its owner hides is not in it.</summary>
internal sealed record PublicProfile(
    Guid Account, string Username, string DisplayName, string Bio, Experience? Experience, string? Website, string? SmartLink, bool Mentoring,
    string? AvatarUrl, string? BannerUrl, PublicProfile.Place? Location, ChosenTalents Talents, bool Verified, DateTimeOffset Since)
{
    /// <param name="Country">Two letters.</param>
    /// <param name="Latitude">Only for who shows the exact place.</param>
    public sealed record Place(string? Country, string? City, double? Latitude, double? Longitude);

    /// <exception cref="Refused">404: nobody of that name, or not for the caller.</exception>
    public static async Task<PublicProfile> Read(string username, Caller caller, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop = default)
    {
        if (username.Contains('\0', StringComparison.Ordinal)) throw Refused.NotFound();
        var row = await ProfileRow.Read("a.username = lower($2)", username, work, source, stop);
        if (row is null || !row.ShownTo(caller)) throw Refused.NotFound();
        var exact = row.LocationVisibility == LocationVisibility.Exact;
        var place = row.Source is null || row.LocationVisibility == LocationVisibility.Hidden ? null : new Place(
            row.Country, row.LocationVisibility == LocationVisibility.Country ? null : row.City, exact ? row.Latitude : null, exact ? row.Longitude : null);
        return new PublicProfile(
            row.Account, row.Username, row.DisplayName, row.Bio, row.Experience, row.Website, row.SmartLink, row.Mentoring, row.AvatarUrl, row.BannerUrl,
            place, row.Talents, row.Verified, row.Since);
    }
}

/// <summary>Account, profile and talents in one query; who has no profile yet has a blank one.</summary>
internal sealed record ProfileRow(
    Guid Account, string Username, string DisplayName, AccountStatus Status, SellerTier Tier, DateTimeOffset Since, string Bio, Experience? Experience, string? Website, string? SmartLink,
    ProfileVisibility Visibility, bool Mentoring, string? AvatarVersion, string? BannerVersion, string? City, string? Country, double? Latitude, double? Longitude, LocationSource? Source,
    LocationVisibility LocationVisibility, DateTimeOffset? LocationAt, bool Verified, bool Partner, bool Introduced, int Version, ChosenTalents Talents)
{
    public string? AvatarUrl => ProfilePictures.Url(Account, ProfilePicture.Avatar, AvatarVersion);

    public string? BannerUrl => ProfilePictures.Url(Account, ProfilePicture.Banner, BannerVersion);

    /// <summary>To its owner always, to staff who look after people, to others as its owner wishes; of who may not trade just now nobody sees anything.</summary>
    public bool ShownTo(Caller caller) =>
        Status != AccountStatus.Deleted && (caller.AccountOrNull == Account || caller.Has(Rights.People) || caller.Has(Rights.Moderation)
            || (Status == AccountStatus.Active && Visibility switch { ProfileVisibility.Public => true, ProfileVisibility.MembersOnly => caller.IsSignedIn, _ => false }));

    /// <param name="where">Of the account <c>a</c>; its value is <c>$2</c>.</param>
    public static async Task<ProfileRow?> Read(string where, object value, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop)
    {
        var sql =
            $"""
            SELECT a.id, a.username, a.display_name, a.status, {TierRules.EffectiveTier}, a.created_at, coalesce(p.bio, ''), p.experience, p.website, p.smart_link,
                   coalesce(p.visibility, 'public'), coalesce(p.mentoring, false), p.avatar_version, p.banner_version, p.city, p.country, p.latitude, p.longitude, p.location_source,
                   coalesce(p.location_visibility, 'city'), p.location_at, p.verified_at IS NOT NULL, coalesce(p.partner, false), p.introduced_at IS NOT NULL, coalesce(p.version, 1),
                   (SELECT json_agg(json_build_object('slug', t.slug, 'name', {NameOf("t")}) ORDER BY t.position) FROM users.profile_categories c JOIN users.talent_categories t ON t.slug = c.category WHERE c.account = a.id),
                   (SELECT json_agg(json_build_object('slug', t.slug, 'name', {NameOf("t")}) ORDER BY {NameOf("t")}, t.slug) FROM users.profile_skills c JOIN users.skills t ON t.slug = c.skill WHERE c.account = a.id),
                   (SELECT json_agg(json_build_object('slug', t.slug, 'name', {NameOf("t")}) ORDER BY {NameOf("t")}, t.slug) FROM users.profile_genres c JOIN users.genres t ON t.slug = c.genre WHERE c.account = a.id)
            FROM users.accounts a LEFT JOIN users.profiles p ON p.account = a.id
            WHERE {where}
            """;
        var rows = await (work.IsOpen ? work.Command(sql, Languages.Current, value) : source.Command(sql, Languages.Current, value)).List(Of, stop);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>SQL of a talent's name in the language that <c>$1</c> says.</summary>
    public static string NameOf(string table) => $"CASE WHEN $1 = 'fr' THEN coalesce({table}.name_fr, {table}.name) ELSE {table}.name END";

    private static ProfileRow Of(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3).ReadChoice<AccountStatus>()!.Value, r.GetString(4).ReadChoice<SellerTier>()!.Value, r.GetFieldValue<DateTimeOffset>(5),
        r.GetString(6), Text(r, 7).ReadChoice<Experience>(), Text(r, 8), Text(r, 9), r.GetString(10).ReadChoice<ProfileVisibility>()!.Value, r.GetBoolean(11), Text(r, 12), Text(r, 13), Text(r, 14), Text(r, 15),
        r.IsDBNull(16) ? null : r.GetDouble(16), r.IsDBNull(17) ? null : r.GetDouble(17), Text(r, 18).ReadChoice<LocationSource>(), r.GetString(19).ReadChoice<LocationVisibility>()!.Value,
        r.IsDBNull(20) ? null : r.GetFieldValue<DateTimeOffset>(20), r.GetBoolean(21), r.GetBoolean(22), r.GetBoolean(23), r.GetInt32(24), new ChosenTalents(List(r, 25), List(r, 26), List(r, 27)));

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static IReadOnlyList<Named> List(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? [] : JsonSerializer.Deserialize<List<Named>>(r.GetString(column), JsonStyle.Options)!;
}
