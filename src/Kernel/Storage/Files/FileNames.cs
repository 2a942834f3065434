using System.Globalization;

namespace Marketplace.Kernel;

/// <summary>Names of uploaded files: the last part of a path, without what would deceive whoever reads it.</summary>
public static class FileNames
{
    public const int Length = 120;

    private static readonly HashSet<string> Active = new(StringComparer.OrdinalIgnoreCase)
    {
        "apk", "app", "asp", "aspx", "bat", "cgi", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "htm", "html", "iso", "jar", "js", "jse", "jsp", "lnk",
        "mhtml", "mjs", "msi", "php", "php3", "php5", "phtml", "pif", "pl", "ps1", "py", "rb", "reg", "scr", "sh", "shtml", "svg", "svgz", "swf", "vb", "vbe",
        "vbs", "wsf", "xhtml", "xml", "zip", "rar", "7z",
    };

    /// <returns>The clean name and its extension in small letters.</returns>
    /// <exception cref="Refused">422 <c>file_name_missing</c>, <c>file_name_deceptive</c>.</exception>
    public static (string Name, string Extension) Clean(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var clean = Words.Line(new string(last.Where(IsShown).ToArray())).Trim('"', '.', ' ');
        var parts = clean.Split('.');
        if (parts.Length < 2 || parts[0].Length == 0) throw new Refused("file_name_missing", 422, "The file needs a name with an ending, like beat.wav.");
        if (parts[1..^1].Any(p => Active.Contains(p.Trim()))) throw new Refused("file_name_deceptive", 422, "The file's name has two endings. Rename it.");
        var extension = parts[^1].ToLowerInvariant();
        var stem = clean[..^(extension.Length + 1)];
        return ($"{(stem.Length > Length - 10 ? stem[..(Length - 10)].TrimEnd() : stem)}.{extension}", extension);
    }

    // Control and format characters (U+202E turns "gpj.exe" round), and what file systems refuse.
    private static bool IsShown(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && c is not ('<' or '>' or ':' or '|' or '?' or '*');
}
