namespace Marketplace.Users;

/// <summary>Addresses to which somebody is sent after signing in: pages of this market and nothing else.</summary>
internal static class LocalUrls
{
    public static bool IsLocal(string? url) =>
        url is { Length: >= 1 and <= 500 } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);

    public static string OrHome(string? url) => IsLocal(url) ? url! : "/";
}
