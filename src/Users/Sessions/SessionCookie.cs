using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Users;

/// <summary>A cookie that no script reads. <c>__Host-</c> binds it to this host and to TLS, which a developer's loopback has not.</summary>
internal abstract class HostCookie(IHostEnvironment environment, string name)
{
    public string Name { get; } = environment.IsDevelopment() ? name : $"__Host-{name}";

    public string? Read(HttpRequest request) => request.Cookies[Name];

    public void Write(HttpContext http, string token, TimeSpan age) => http.Response.Cookies.Append(Name, token, Options(http, TimeSpan.FromSeconds(Math.Ceiling(age.TotalSeconds))));

    /// <summary>Looks through another's eyes: one's own session waits beside.</summary>
    public void PutAside(HttpContext http, string eyes, TimeSpan age)
    {
        if (Read(http.Request) is { } own) http.Response.Cookies.Append(Name + "-own", own, Options(http, age + TimeSpan.FromHours(12)));
        Write(http, eyes, age);
    }

    /// <summary>Back to one's own session, or to none.</summary>
    public void TakeBack(HttpContext http)
    {
        if (http.Request.Cookies[Name + "-own"] is not { } own) return;
        Write(http, own, TimeSpan.FromHours(12));
        http.Response.Cookies.Delete(Name + "-own", Options(http, null));
    }

    public void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    private CookieOptions Options(HttpContext http, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps || !environment.IsDevelopment(),
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}

/// <summary>The cookie of pages.</summary>
internal sealed class SessionCookie(IHostEnvironment environment) : HostCookie(environment, "session");

/// <summary>By which a mailed link knows the browser that asked for it.</summary>
internal sealed class LinkCookie(IHostEnvironment environment) : HostCookie(environment, "mailed-link");

/// <summary>Holds the challenge of who owes a code.</summary>
internal sealed class PendingCookie(IHostEnvironment environment) : HostCookie(environment, "pending");
