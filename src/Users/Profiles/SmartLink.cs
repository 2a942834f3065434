using System.Text.RegularExpressions;
using FluentValidation;

namespace Marketplace.Users;

/// <summary>
/// Addresses that a profile may show. A smart link leads to rolink.me and nowhere else, whatever a browser makes of odd spellings: so it is
/// not parsed and judged but must be of one plain form.
/// </summary>
internal static partial class ProfileLinks
{
    public const int Length = 300;

    public const string SmartLinkHelp = "A smart link is an address at rolink.me, like rolink.me/ana.", WebsiteHelp = "Give the address of a page, like example.com.";

    /// <returns>The link with its scheme, host in small letters; null when it is none.</returns>
    public static string? SmartLink(string? typed)
    {
        var match = SmartLinkForm().Match(typed?.Trim(' ') ?? "");
        if (!match.Success || match.Length > Length) return null;
        var path = match.Groups["path"].Value;
        return $"{(match.Groups["scheme"].Length == 0 ? "https" : match.Groups["scheme"].Value.ToLowerInvariant())}://{match.Groups["www"].Value.ToLowerInvariant()}rolink.me{(path.Length == 0 || path[0] == '?' ? "/" + path : path)}";
    }

    /// <returns>The address with its scheme; null when it is none that a browser should be sent to from here.</returns>
    public static string? Website(string? typed)
    {
        var text = typed?.Trim(' ') ?? "";
        if (!text.Contains("://", StringComparison.Ordinal)) text = "https://" + text;
        if (text.Length > Length || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\' or '"' or '<' or '>' or '`' or '{' or '}')) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.IsDefaultPort
            && uri.HostNameType == UriHostNameType.Dns && uri.IdnHost.Contains('.', StringComparison.Ordinal) && !uri.IdnHost.StartsWith('.') && !uri.IdnHost.EndsWith('.')
            ? uri.AbsoluteUri is { Length: <= Length } address ? address : null
            : null;
    }

    public static IRuleBuilderOptions<T, string?> SmartLinkForm<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(typed => string.IsNullOrWhiteSpace(typed) || SmartLink(typed) is not null).WithErrorCode("smart_link").WithMessage(SmartLinkHelp);

    public static IRuleBuilderOptions<T, string?> WebsiteForm<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(typed => string.IsNullOrWhiteSpace(typed) || Website(typed) is not null).WithErrorCode("website").WithMessage(WebsiteHelp);

    // No port, user, fragment, backslash or letter beyond ASCII; percent codes of characters that could be taken for a part of the address neither,
    // nor empty or dotted segments, which some servers read as another address.
    [GeneratedRegex(
        @"\A(?:(?<scheme>https?)://)?(?<www>www\.)?rolink\.me(?<path>(?:/(?!/|\.{1,2}(?:/|\?|\z))(?:[a-z0-9._~!$&'()*+,;=:@-]|%(?!0|1|2f|5c|7f|2e)[0-9a-f]{2})*)*(?:\?(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%(?!0|1|5c|7f)[0-9a-f]{2})*)?)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex SmartLinkForm();
}
