namespace Marketplace.Users;

/// <summary>What people call the thing in front of them.</summary>
internal static class Devices
{
    // The first that fits: they all claim to be each other.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Null when it is none that we know.</summary>
    public static string? Browser(string agent) => Named(agent, Browsers);

    public static string? System(string agent) => Named(agent, Systems);

    /// <summary>"Firefox, Linux"; null for what is no browser.</summary>
    public static string? NameOf(string agent) => Browser(agent) is { } browser ? System(agent) is { } system ? $"{browser}, {system}" : browser : null;

    private static string? Named(string agent, (string Mark, string Name)[] names) => names.FirstOrDefault(n => agent.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
