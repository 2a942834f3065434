namespace Marketplace.Users;

/// <param name="Latitude">Degrees north, −90 to 90.</param>
/// <param name="Longitude">Degrees east, −180 to 180.</param>
internal readonly record struct Position(double Latitude, double Longitude)
{
    private const double EarthRadius = 6371;

    /// <summary>As the crow flies, in kilometres.</summary>
    public double DistanceTo(Position other)
    {
        static double Radians(double degrees) => degrees * Math.PI / 180;
        var north = Math.Sin(Radians(other.Latitude - Latitude) / 2);
        var east = Math.Sin(Radians(other.Longitude - Longitude) / 2);
        var chord = (north * north) + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * east * east);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }
}

/// <summary>
/// Where somebody is, blurred for good: the middle of a square of some 22 km on a grid that lies differently for each person. All who
/// measure measure from there, so that a thousand questions from a thousand places tell the square and nothing inside it; and moving
/// within the square changes nothing.
/// </summary>
/// <param name="North">Of a square's height, how far the person's grid is moved: 0 to below 1. Never told to anybody.</param>
/// <param name="East">The same of its width.</param>
internal readonly record struct Grid(double North, double East)
{
    /// <summary>Height of a square in degrees: 22.2 km.</summary>
    public const double Side = 0.2;

    public Position Blur(Position exact)
    {
        var latitude = Math.Clamp(Middle(exact.Latitude, Side, North), -90, 90);
        // Degrees of longitude grow narrow towards the poles: squares stay square by the row they are in.
        var width = Side / Math.Max(Math.Cos(latitude * Math.PI / 180), 0.05);
        var longitude = Middle(exact.Longitude, width, East);
        return new Position(latitude, longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude);
    }

    private static double Middle(double degrees, double side, double moved) => (Math.Floor((degrees / side) + moved) + 0.5 - moved) * side;
}
