using System.Globalization;

namespace Marketplace.Users;

/// <summary>The languages in which the market writes to people.</summary>
internal static class Languages
{
    public const string English = "en", French = "fr";

    public static readonly IReadOnlyList<string> All = [English, French];

    /// <summary>Of who asks just now, as their pages are shown; English when nobody asks in a language that we write.</summary>
    public static string Current => All.FirstOrDefault(l => l == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? English;
}
