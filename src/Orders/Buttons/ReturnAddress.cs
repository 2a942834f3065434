using System.Globalization;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// Addresses to which a shop's buyers may be sent. A shop names exact origins; an address is good when it is one of them, letter by letter, and goes on
/// with a path or a question. Nothing is parsed where a browser might read it differently: what is unusual is refused.
/// </summary>
internal static class ReturnAddress
{
    public const int Longest = 500;

    /// <returns>The origin as browsers write it; null for what is none: another scheme, a path, a name without a dot, an address of numbers, user names.</returns>
    public static string? Origin(string? text)
    {
        text = text?.Trim().TrimEnd('/').ToLowerInvariant();
        if (text is null || !text.StartsWith("https://", StringComparison.Ordinal) || !IsPlain(text)) return null;
        var host = text["https://".Length..];
        var port = "";
        if (host.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            (host, port) = (host[..colon], host[(colon + 1)..]);
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535 || number.ToString(CultureInfo.InvariantCulture) != port) return null;
        }

        return IsName(host) ? $"https://{host}{(port is "" or "443" ? "" : ":" + port)}" : null;
    }

    /// <param name="origins">Of the shop, as <see cref="Origin"/> writes them.</param>
    public static bool IsAllowed(string address, IEnumerable<string> origins) => address.Length <= Longest && IsPlain(address) && !address.Contains('#', StringComparison.Ordinal)
        && origins.Any(origin => address.StartsWith(origin, StringComparison.Ordinal) && (address.Length == origin.Length || address[origin.Length] is '/' or '?'));

    /// <summary>The same address with the order's number for the seller's page.</summary>
    public static string With(string address, long order) => $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}order={order.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>For people: "shop.example".</summary>
    public static string HostOf(string address) => new Uri(address).Host;

    // Printable ASCII without what a browser would drop, turn or take for a user's name.
    private static bool IsPlain(string text) => text.All(c => c is > ' ' and < '\u007f' and not ('\\' or '@' or '"' or '<' or '>' or '`' or '{' or '}' or '|' or '^' or '\''));

    private static bool IsName(string host)
    {
        var labels = host.Split('.');
        return host.Length is >= 4 and <= 253 && labels.Length >= 2 && labels[^1].Length >= 2 && labels[^1].All(char.IsAsciiLetterLower)
            && labels.All(l => l.Length is >= 1 and <= 63 && l.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && l[0] != '-' && l[^1] != '-')
            && labels[^1] is not ("local" or "internal" or "localhost" or "invalid" or "onion");
    }
}
