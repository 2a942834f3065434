using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Users;

/// <summary>The cookie of pages. <c>__Host-</c> binds it to this host and to TLS, which a developer's loopback has not.</summary>
internal sealed class SessionCookie(IHostEnvironment environment)
{
    public string Name { get; } = environment.IsDevelopment() ? "session" : "__Host-session";

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
