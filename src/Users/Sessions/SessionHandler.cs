using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Users;

/// <summary>
/// Says who asks. Pages: the cookie. API: <c>Authorization: Bearer</c>; the cookie is good for reading only, because a write that
/// a browser sends by itself could be another site's idea.
/// </summary>
internal sealed class SessionHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, LiveSessions sessions, SessionCookie cookie)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Token() is not { Length: > 0 } token) return AuthenticateResult.NoResult();
        return await sessions.Find(token, Context.RequestAborted) is { } session
            ? AuthenticateResult.Success(new AuthenticationTicket(session.Principal(Name), Name))
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Problems.IsApi(Context))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Bearer";
        }
        else
        {
            var query = HttpMethods.IsGet(Request.Method) ? Request.QueryString : QueryString.Empty;
            Response.Redirect("/sign-in" + QueryString.Create("return_url", $"{Request.PathBase}{Request.Path}{query}"));
        }

        return Task.CompletedTask;
    }

    private string? Token()
    {
        if (!Problems.IsApi(Context)) return cookie.Read(Request);
        if (Request.Headers.Authorization.ToString() is { Length: > 0 } header)
            return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
        return HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method) ? cookie.Read(Request) : null;
    }
}
