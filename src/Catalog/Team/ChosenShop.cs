using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// The shop in which somebody works just now, for pages: a cookie that is only a wish. Each request looks anew whether the person works there;
/// else it is their own shop, or the first that they joined.
/// </summary>
internal static class ChosenShop
{
    public const string Cookie = "shop";

    public static async Task<Workplace?> Of(HttpContext http, Caller caller, ShopPermission permission, NpgsqlDataSource source)
    {
        var all = (await All(http, caller, source)).Where(w => w.Allows(permission)).ToList();
        return all.Find(w => w.Id == Wish(http)) ?? all.FirstOrDefault();
    }

    /// <summary>The same, whatever they may do there.</summary>
    public static async Task<Workplace?> Any(HttpContext http, Caller caller, NpgsqlDataSource source)
    {
        var all = await All(http, caller, source);
        return all.Find(w => w.Id == Wish(http)) ?? all.FirstOrDefault();
    }

    /// <exception cref="Refused">404: they do not work there.</exception>
    public static async Task Choose(Guid shop, HttpContext http, Caller caller, NpgsqlDataSource source)
    {
        if (!(await All(http, caller, source)).Exists(w => w.Id == shop)) throw Refused.NotFound();
        http.Response.Cookies.Append(Cookie, shop.ToString(), new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = http.Request.IsHttps, IsEssential = true });
    }

    /// <summary>The switch of the workspace, where there is anything to choose.</summary>
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        var (caller, source) = (http.RequestServices.GetRequiredService<Caller>(), http.RequestServices.GetRequiredService<NpgsqlDataSource>());
        if (!caller.IsSignedIn) return null;
        var all = await All(http, caller, source);
        return all.Count < 2 ? null : new ShopSwitch(all, (all.Find(w => w.Id == Wish(http)) ?? all[0]).Id);
    }

    private static Guid? Wish(HttpContext http) => Guid.TryParse(http.Request.Cookies[Cookie], out var id) ? id : null;

    // The menu and the page ask: one query a request.
    private static async Task<List<Workplace>> All(HttpContext http, Caller caller, NpgsqlDataSource source)
    {
        if (http.Items[typeof(ChosenShop)] is List<Workplace> known) return known;
        var all = await ShopAccess.Of(caller.Account, source, http.RequestAborted);
        http.Items[typeof(ChosenShop)] = all;
        return all;
    }
}

internal sealed record ShopSwitch(IReadOnlyList<Workplace> Shops, Guid Chosen);
