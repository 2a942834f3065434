using Marketplace.Kernel;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Host;

/// <summary>Theme and language: two cookies, for guests too, set by the small forms in the footer.</summary>
internal static class Preferences
{
    public const string CultureCookie = "culture", ThemeCookie = "theme";

    public static void MapPreferences(this WebApplication app) =>
        app.MapPost("/preferences", ([FromForm] string? theme, [FromForm] string? culture, [FromForm(Name = "return_url")] string? returnUrl, HttpContext http) =>
        {
            if (culture is not null && MarketHost.Cultures.Contains(culture, StringComparer.Ordinal))
                Set(http, CultureCookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)));
            if (theme is "day" or "night") Set(http, ThemeCookie, theme);
            else if (theme is "auto") http.Response.Cookies.Delete(ThemeCookie);
            return Results.LocalRedirect(IsLocal(returnUrl) ? returnUrl! : "/");
        }).ForAnyone().WithMetadata(new WriteRoute(null, 302, false, true)).ExcludeFromDescription();

    private static void Set(HttpContext http, string name, string value) => http.Response.Cookies.Append(name, value,
        new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = http.Request.IsHttps, IsEssential = true });

    private static bool IsLocal(string? url) => url is ['/', ..] && url is not ['/', '/' or '\\', ..];
}
