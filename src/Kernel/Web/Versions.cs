using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Kernel;

/// <summary>Edits by several hands: who saves what another has changed meanwhile is told.</summary>
public static class Versions
{
    /// <summary>The version that an edit was made from: <c>If-Match: "3"</c>.</summary>
    /// <exception cref="Refused">428 <c>if_match_missing</c>, 412 <c>stale</c> when it is no version of ours.</exception>
    public static int Expected(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0) throw new Refused("if_match_missing", 428, "Send If-Match with the version that you have read.");
        var number = header.Trim().Trim('"').Split('.')[0];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw Stale();
    }

    /// <summary>The same where it may be left out.</summary>
    public static int? Seen(HttpContext http) => http.Request.Headers.IfMatch.Count == 0 ? null : Expected(http);

    /// <exception cref="Refused">412 <c>stale</c>.</exception>
    public static void MustBe(int expected, int actual)
    {
        if (expected != actual) throw Stale();
    }

    /// <summary>Says the version; 304 when the client has it already.</summary>
    public static IResult Tagged<T>(HttpContext http, T value, string version)
    {
        var tag = $"\"{version}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Authorization";
        return http.Request.Headers.IfNoneMatch.ToString() == tag ? Results.StatusCode(304) : Results.Ok(value);
    }

    private static Refused Stale() => new("stale", 412, "Somebody has changed this meanwhile. Look at it again before you save.");
}
