using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Larger cities and where they lie.</summary>
internal static class Cities
{
    /// <summary>How far somebody may be from the middle of a city that is named for them.</summary>
    private const double Reach = 60;

    /// <returns>Null for a city that is not in the list.</returns>
    public static async Task<Position?> Find(string country, string? city, UnitOfWork work)
    {
        if (city is null) return null;
        var found = await work.Command(
            "SELECT latitude, longitude FROM users.cities WHERE country = $1 AND users.plain($2) IN (normal, normal_fr)", country, city).List(r => new Position(r.GetDouble(0), r.GetDouble(1)));
        return found.Count == 0 ? null : found[0];
    }

    /// <returns>Nulls when none is near.</returns>
    public static async Task<(string? Country, string? City)> Nearest(Position exact, UnitOfWork work)
    {
        // A degree of latitude is 111 km; the list is short.
        var around = await work.Command(
            "SELECT country, name, latitude, longitude FROM users.cities WHERE latitude BETWEEN $1 - 0.6 AND $1 + 0.6", exact.Latitude)
            .List(r => (Country: r.GetString(0), City: r.GetString(1), Distance: exact.DistanceTo(new Position(r.GetDouble(2), r.GetDouble(3)))));
        return around.Where(c => c.Distance <= Reach).OrderBy(c => c.Distance).Select(c => ((string?)c.Country, (string?)c.City)).FirstOrDefault();
    }
}
