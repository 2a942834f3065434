using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// People, newest first; or by bands of distance from the caller or a city, where no two in one band are put in order by it. Only who has
/// introduced themselves, may trade and wants to be found is here, and only by what they show.
/// </summary>
internal static class FindPeople
{
    /// <param name="Q">Part of a name or username.</param>
    /// <param name="Talent">One of the eight categories.</param>
    /// <param name="Level">beginner, intermediate, professional, veteran.</param>
    /// <param name="Country">Two letters.</param>
    /// <param name="Mentor">Only who is open to mentoring.</param>
    /// <param name="Near"><c>me</c>, or a city.</param>
    public sealed record Query(
        [property: FromQuery(Name = "q")] string? Q = null, [property: FromQuery(Name = "talent")] string? Talent = null, [property: FromQuery(Name = "skill")] string? Skill = null,
        [property: FromQuery(Name = "genre")] string? Genre = null, [property: FromQuery(Name = "level")] string? Level = null, [property: FromQuery(Name = "country")] string? Country = null,
        [property: FromQuery(Name = "mentor")] bool? Mentor = null, [property: FromQuery(Name = "near")] string? Near = null);

    /// <param name="About">The beginning of what they say of themselves.</param>
    /// <param name="WithinKm">25, 50, 100, 250 or 500; null unless asked for.</param>
    public sealed record Card(
        string Username, string DisplayName, string? AvatarUrl, string About, string? City, string? Country, Experience? Experience, IReadOnlyList<string> Talents, bool Mentoring, bool Verified, int? WithinKm, Guid Account);

    /// <summary>Edges of the bands, in kilometres; nobody is near beyond the last.</summary>
    public static readonly IReadOnlyList<int> Bands = [25, 50, 100, 250, 500];

    /// <exception cref="Refused">401, 409 <c>location_missing</c>, 422 <c>invalid</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Card>> Handle(Query query, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        query = Checked(query);
        var most = Cursors.Limit(limit);
        var filters = new { list = "people", query, signedIn = caller.IsSignedIn, me = query.Near == "me" ? caller.AccountOrNull : null };
        var after = cursors.Read(cursor, filters);
        var question = Question(query, await Around(query, caller, source, stop), after is null ? null : (after[0].GetInt32(), after[1].GetGuid()), most, caller.IsSignedIn);
        var rows = await source.Command(question.Sql, question.Parameters).List(r => Of(r, query.Near is not null), stop);
        return cursors.Page(rows, most, filters, row => [row.WithinKm ?? 0, row.Account]);
    }

    /// <summary>How many people of this search each of the eight categories has.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> Counts(Query query, Caller caller, NpgsqlDataSource source, CancellationToken stop)
    {
        query = Checked(query) with { Talent = null };
        var parameters = new List<object?>();
        var (where, _) = Where(query, await Around(query, caller, source, stop), caller.IsSignedIn, parameters);
        return (await source.Command(
            $"""
            SELECT c.category, count(*) FROM users.profile_categories c JOIN users.profiles p ON p.account = c.account JOIN users.accounts a ON a.id = p.account
            WHERE {where} GROUP BY c.category
            """, [.. parameters]).List(r => (r.GetString(0), r.GetInt64(1)), stop)).ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal);
    }

    private static Query Checked(Query query)
    {
        var errors = new List<FieldError>();
        var level = Words.Typed(query.Level);
        var country = Words.Typed(query.Country)?.ToUpperInvariant();
        if (level is not null && level.ReadChoice<Experience>() is null) errors.Add(new FieldError("/level", "unknown_choice", "Choose one of the list."));
        if (country is not null && !Countries.Exists(country)) errors.Add(new FieldError("/country", "country", "Choose a country."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return new Query(Words.Typed(query.Q), Words.Typed(query.Talent), Words.Typed(query.Skill), Words.Typed(query.Genre), level, country, query.Mentor == true ? true : null, Words.Typed(query.Near));
    }

    // The asker stands in the middle of their own square.
    private static async Task<Position?> Around(Query query, Caller caller, NpgsqlDataSource source, CancellationToken stop)
    {
        if (query.Near is null) return null;
        if (query.Near == "me")
        {
            var mine = await source.Command("SELECT area_latitude, area_longitude FROM users.profiles WHERE account = $1 AND area_latitude IS NOT NULL", caller.Account).List(r => new Position(r.GetDouble(0), r.GetDouble(1)), stop);
            return mine.Count > 0 ? mine[0] : throw new Refused("location_missing", 409, "Say in your profile where you are, then we can look around you.");
        }

        var cities = await source.Command(
            "SELECT latitude, longitude FROM users.cities WHERE users.plain($1) IN (normal, normal_fr) AND ($2::text IS NULL OR country = $2) ORDER BY country LIMIT 1", query.Near, query.Country).List(r => new Position(r.GetDouble(0), r.GetDouble(1)), stop);
        return cities.Count > 0 ? cities[0] : throw Refused.Invalid(new FieldError("/near", "unknown_city", "We do not know where this city lies. Try a larger one near it."));
    }

    internal static (string Sql, object?[] Parameters) Question(Query query, Position? around, (int Band, Guid Account)? after, int limit, bool signedIn)
    {
        var parameters = new List<object?>();
        var (where, band) = Where(query, around, signedIn, parameters);
        string Add(object? value)
        {
            parameters.Add(value);
            return $"${parameters.Count}";
        }

        if (after is { } last) where += band is null ? $" AND p.account < {Add(last.Account)}" : $" AND ({band} > {Add(last.Band)} OR ({band} = ${parameters.Count} AND p.account < {Add(last.Account)}))";
        return (
            $"""
            SELECT a.username, a.display_name, p.avatar_version, left(p.bio, 160), p.shown_city, p.shown_country, p.experience,
                   ARRAY (SELECT {ProfileRow.NameOf("t").Replace("$1", Add(Languages.Current), StringComparison.Ordinal)} FROM users.profile_categories c JOIN users.talent_categories t ON t.slug = c.category WHERE c.account = p.account ORDER BY t.position),
                   p.mentoring, p.verified_at IS NOT NULL, {band ?? "NULL::int"}, p.account
            FROM users.profiles p JOIN users.accounts a ON a.id = p.account
            WHERE {where}
            ORDER BY {(band is null ? "" : band + ", ")}p.account DESC LIMIT {Add(limit + 1)}
            """, parameters.ToArray());
    }

    /// <returns>The condition, and SQL of the band when there is a middle to measure from.</returns>
    private static (string Sql, string? Band) Where(Query query, Position? around, bool signedIn, List<object?> parameters)
    {
        string Add(object? value)
        {
            parameters.Add(value);
            return $"${parameters.Count}";
        }

        // In words of the partial indexes, which serve both who is signed in and who is not.
        var where = "p.introduced_at IS NOT NULL AND p.visibility <> 'private' AND a.status = 'active'" + (signedIn ? "" : " AND p.visibility = 'public'");
        if (query.Q is { } q) where += $" AND users.plain(a.display_name || ' @' || a.username) LIKE '%' || users.plain({Add(q.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal))}) || '%'";
        if (query.Talent is { } talent) where += $" AND EXISTS (SELECT FROM users.profile_categories x WHERE x.account = p.account AND x.category = {Add(talent)})";
        if (query.Skill is { } skill) where += $" AND EXISTS (SELECT FROM users.profile_skills x WHERE x.account = p.account AND x.skill = {Add(skill)})";
        if (query.Genre is { } genre) where += $" AND EXISTS (SELECT FROM users.profile_genres x JOIN users.genres g ON g.slug = x.genre WHERE x.account = p.account AND {Add(genre)} IN (g.slug, g.parent))";
        if (query.Level is { } level) where += $" AND p.experience = {Add(level)}";
        if (query.Country is { } country && query.Near is null) where += $" AND p.shown_country = {Add(country)}";
        if (query.Mentor == true) where += " AND p.mentoring";
        if (around is not { } middle) return (where, null);

        var (latitude, longitude) = (Add(middle.Latitude), Add(middle.Longitude));
        var distance = $"users.distance({latitude}, {longitude}, p.shown_latitude, p.shown_longitude)";
        where += $" AND p.shown_latitude BETWEEN {latitude} - 4.6 AND {latitude} + 4.6 AND {distance} < {Bands[^1]}";      // 4.6 degrees are a little more than 500 km
        return (where, $"(CASE {string.Concat(Bands.Select(edge => $"WHEN {distance} < {edge} THEN {edge} "))}END)");
    }

    private static Card Of(NpgsqlDataReader r, bool near)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        var account = r.GetGuid(11);
        return new Card(
            r.GetString(0), r.GetString(1), ProfilePictures.Url(account, ProfilePicture.Avatar, Text(2)), r.GetString(3), Text(4), Text(5), Text(6).ReadChoice<Experience>(), r.GetFieldValue<string[]>(7),
            r.GetBoolean(8), r.GetBoolean(9), near ? r.GetInt32(10) : null, account);
    }
}
