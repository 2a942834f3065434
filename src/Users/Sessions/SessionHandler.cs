using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Users;

/// <summary>
/// Says who asks. Pages: the cookie. API: <c>Authorization: Bearer</c> with a session's token or an API key; the cookie is good for reading only, because a write that
/// a browser sends by itself could be another site's idea.
/// </summary>
internal sealed class SessionHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, LiveSessions sessions, LiveKeys keys, SessionCookie cookie)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Token() is not { Length: > 0 } token) return AuthenticateResult.NoResult();
        if (token.StartsWith(KeyFormat.Beginning, StringComparison.Ordinal))
        {
            // A browser is no program: no cookie carries a key.
            return Problems.IsApi(Context) && Request.Headers.Authorization.Count > 0 && await keys.Find(token, Context.Connection.RemoteIpAddress, Context.RequestAborted) is { } key
                ? AuthenticateResult.Success(new AuthenticationTicket(key.Principal(Name), Name))
                : AuthenticateResult.NoResult();
        }

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
