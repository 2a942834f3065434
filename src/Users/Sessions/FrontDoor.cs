using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Users;

/// <summary>The same end to every sign-in by a page: who was signed in here before is signed out, the browser gets its cookie, or is asked for a code.</summary>
internal sealed class FrontDoor(SessionCookie cookie, PendingCookie pending, Caller caller, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
{
    /// <returns>The page to go to.</returns>
    public async Task<string> Let(Entered entered, string? returnUrl, HttpContext http)
    {
        if (entered.Entry is not { } entry)
        {
            pending.Write(http, entered.Challenge!, Entrance.Patience);
            return "/sign-in/code" + (LocalUrls.IsLocal(returnUrl) ? QueryString.Create("return_url", returnUrl!) : QueryString.Empty);
        }

        if (caller.Session is { } before) await writes.Run(() => EndSessions.One(before, caller, work, sessions, clock));
        if (pending.Read(http.Request) is not null) pending.Remove(http);
        cookie.Write(http, entry.Token, entry.ExpiresAt - clock.GetUtcNow());
        return LocalUrls.OrHome(returnUrl);
    }
}
