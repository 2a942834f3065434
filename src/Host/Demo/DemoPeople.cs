namespace Marketplace.Host;

/// <summary>What somebody of the demo says of themselves.</summary>
/// <param name="Day">When they do, from 0.</param>
internal sealed record DemoProfile(string Handle, int Day, string City, string Country, string Level, string Bio, string Skills, string Genres)
{
    public bool Mentor { get; init; }

    /// <summary>Who may see it: public, members_only.</summary>
    public string Visibility { get; init; } = "public";

    public string? SmartLink { get; init; }
}

internal static class DemoPeople
{
    public static IReadOnlyList<DemoProfile> All { get; } =
    [
        new("nova", 0, "Lisbon", "PT", "professional", "Night drives, broken pianos and 808s that behave. I answer every message, if slowly.", "beat-making drum-programming mixing", "trap drill r-and-b") { SmartLink = "rolink.me/nova-reyes" },
        new("delia", 0, "Lyon", "FR", "veteran", "Twenty years behind a console, ten of them in other people’s studios. I cut to tape when nobody looks, and I like to explain why.", "mixing mastering recording production-lessons", "house lo-fi soul") { Mentor = true },
        new("ruben", 1, "Amsterdam", "NL", "veteran", "My daughter hits them, I mike them. Drums, nothing but drums.", "drums percussion recording", "boom-bap funk breakbeat"),
        new("maelle", 1, "Brest", "FR", "intermediate", "Slow music for long coasts.", "synthesizer sound-design film-scoring", "ambient downtempo lo-fi"),
        new("priya", 2, "Bristol", "GB", "professional", "I build synthesizers that misbehave and write down how. Questions about modulation are always welcome.", "synthesizer-building sound-design preset-design workshops", "techno drum-and-bass ambient") { Mentor = true },
        new("ingrid", 3, "Oslo", "NO", "veteran", "Strings, brass and silence for pictures. Conservatory in Bergen, since then mostly trains and night shifts.", "cello arranging film-scoring composition-lessons", "film-music contemporary-classical") { Mentor = true },
        new("ren", 5, "Tokyo", "JP", "professional", "Tapes, dust, and a cat that walks over the keys.", "sampling beat-making", "lo-fi boom-bap city-pop"),
        new("salome", 6, "Strasbourg", "FR", "professional", "Two banks of one river: songs on one, beats on the other.", "lead-vocals songwriting vocal-production", "chanson r-and-b afrobeats"),
        new("ana", 0, "Lisbon", "PT", "intermediate", "I write over other people’s beats until they are mine. Looking for a producer nearby.", "rap songwriting lead-vocals", "trap drill"),
        new("june", 1, "London", "GB", "professional", "Singer, Lagos by way of Peckham.", "lead-vocals harmonies topline-writing", "afrobeats amapiano neo-soul"),
        new("theo", 2, "Paris", "FR", "intermediate", "Club nights on the canal, every second Friday.", "djing event-organisation", "house techno garage"),
        new("mika", 3, "Tokyo", "JP", "beginner", "First guitar at thirty-four. Be kind.", "guitar", "lo-fi ambient"),
        new("dario", 3, "Milan", "IT", "professional", "I cut films and always need eight more bars.", "video-editing sound-for-video", "film-music ambient"),
        new("camille", 5, "Lille", "FR", "professional", "Sleeves, posters, the odd neon sign.", "cover-art illustration graphic-design", "electronic"),
        new("freya", 6, "Gothenburg", "SE", "veteran", "Music lawyer. I read the contract so that you need not.", "music-law licensing music-publishing", "folk jazz") { Mentor = true, Visibility = "members_only" },
    ];

    /// <summary>Whose address is proven, from the day on that is named: a cart that they forget is mailed about.</summary>
    public static IReadOnlyList<(string Handle, int Day)> Reachable { get; } = [("ana", 1), ("june", 1), ("theo", 1), ("salome", 7)];

    /// <summary>Two people miss the same: it waits for a third, or for staff.</summary>
    public static (string Kind, string Value, string Category, string[] Handles) Missed { get; } = ("skill", "Handpan", "musicians", ["mika", "june"]);
}
