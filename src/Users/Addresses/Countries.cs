using System.Collections.Concurrent;
using System.Globalization;

namespace Marketplace.Users;

/// <summary>Countries by their two letters (ISO 3166), with the names that the framework knows in the language of the request.</summary>
internal static class Countries
{
    // Two customs areas that locales have and ISO has not.
    private static readonly HashSet<string> Codes = CultureInfo.GetCultures(CultureTypes.SpecificCultures)
        .Select(c => c.Name.Split('-')[^1]).Where(r => r.Length == 2 && r.All(char.IsAsciiLetterUpper) && r is not ("EA" or "IC"))
        .ToHashSet(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, IReadOnlyList<(string Code, string Name)>> Lists = new(StringComparer.Ordinal);

    /// <summary>In the order of their names.</summary>
    public static IReadOnlyList<(string Code, string Name)> All => Lists.GetOrAdd(Languages.Current, language =>
        Codes.Select(code => (code, NameIn(language, code))).OrderBy(c => c.Item2, StringComparer.Create(CultureInfo.GetCultureInfo(language), true)).ToList());

    public static bool Exists(string? code) => code is not null && Codes.Contains(code);

    /// <summary>The code itself when it is of no country that is known here.</summary>
    public static string Name(string code) => Exists(code) ? NameIn(Languages.Current, code) : code;

    // A region remembers its display name in the language that asked first; the native name of "French in Germany" is always French.
    private static string NameIn(string language, string code) => new RegionInfo($"{language}-{code}").NativeName;
}
