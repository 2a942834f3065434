using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Users;

/// <summary>Usernames made from names: "Zoé Müller" becomes zoe-muller.</summary>
internal static class Usernames
{
    // Words that a person could mistake for the market itself, or that are addresses of it.
    private static readonly FrozenSet<string> Reserved = """
        about account accounts admin administrator affiliate anonymous api articles assets auth billing blog boost boosts cart catalog categories
        chat checkout communities community contact cookies courses css dashboard deleted demo dev developer developers docs download downloads
        error events everyone faq feed finance follow fonts forum groups guest health help home hubs icons images img inbox info invoice invoices
        jobs js legal library login logout mail market marketplace me media messages moderation moderator money new news notifications null oauth
        official orders owner pages pay payment payments payouts people policy posts preferences press privacy products profile purchase register
        reports reseller root rss sales search security sell seller sellers services sessions settings shop shops sign-in sign-out sign-up signin
        signout signup site sitemap spam staff stam static status store stores subscriptions superuser support swagger system team terms test
        trust undefined upload uploads user username users verified wallet webhooks webinars webmaster weokto www
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool IsReserved(string username) => Reserved.Contains(username) || Reserved.Contains(username.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal));

    /// <returns>A username of the right form; with four random characters at its end when it should avoid those that are taken.</returns>
    public static string From(string displayName, bool unlikely)
    {
        var made = new StringBuilder();
        foreach (var c in displayName.Normalize(NormalizationForm.FormD))
        {
            var letter = char.ToLowerInvariant(c);
            if (letter is (>= 'a' and <= 'z') or (>= '0' and <= '9')) made.Append(letter);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && made.Length > 0 && made[^1] != '-') made.Append('-');
        }

        var name = made.ToString(0, Math.Min(made.Length, 24)).Trim('-');
        if (name.Length == 0) (name, unlikely) = ("member", true);
        return unlikely || name.Length < 3 || IsReserved(name) ? $"{name}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 4)}" : name;
    }
}
