using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Users;

/// <summary>A cookie that no script reads. <c>__Host-</c> binds it to this host and to TLS, which a developer's loopback has not.</summary>
internal abstract class HostCookie(IHostEnvironment environment, string name)
{
    public string Name { get; } = environment.IsDevelopment() ? name : $"__Host-{name}";

    public string? Read(HttpRequest request) => request.Cookies[Name];

    public void Write(HttpContext http, string token, TimeSpan age) => http.Response.Cookies.Append(Name, token, Options(http, TimeSpan.FromSeconds(Math.Ceiling(age.TotalSeconds))));

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
