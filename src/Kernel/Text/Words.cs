using System.Globalization;
using System.Text;
using FluentValidation;

namespace Marketplace.Kernel;

/// <summary>Text that people typed, made fit to be kept.</summary>
public static class Words
{
    /// <summary>One line: spaces at the ends and double ones inside go.</summary>
    public static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Several lines, with line feeds only.</summary>
    public static string Text(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim();

    /// <summary>What a search box sent; null when nothing is left. PostgreSQL knows no U+0000.</summary>
    public static string? Typed(string? text, int length = 100)
    {
        var clean = text is null ? "" : Line(new string(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).ToArray()));
        return clean.Length == 0 ? null : clean.Length > length ? clean[..length] : clean;
    }

    /// <summary>No control characters other than line breaks and tabs, and no half characters.</summary>
    public static bool AreSound(string? text)
    {
        if (text is null) return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t')) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])) return false;
        }

        return true;
    }

    public static IRuleBuilderOptions<T, string?> Sound<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(AreSound).WithErrorCode("control_characters").WithMessage("This contains characters that cannot be shown.");
}

/// <summary>Readable addresses: "Été sans fin" is <c>ete-sans-fin</c>.</summary>
public static class Slugs
{
    /// <returns>Empty when no letter of the text has a Latin form.</returns>
    public static string From(string text, int length)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            var letter = char.ToLowerInvariant(c);
            var latin = letter switch { 'ß' => "ss", 'æ' => "ae", 'œ' => "oe", 'ø' => "o", 'ł' => "l", 'đ' => "d", 'ı' => "i", '&' => "and", '#' => "sharp", '\'' or '’' => "", _ => null };
            if (latin is not null) slug.Append(latin);
            else if (char.IsAsciiLetterOrDigit(letter)) slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString(0, Math.Min(slug.Length, length)).Trim('-');
    }

    /// <summary>The random end of an id: makes a slug unique that would not be.</summary>
    public static string Tail(Guid id) => id.ToString("N")[^6..];
}
