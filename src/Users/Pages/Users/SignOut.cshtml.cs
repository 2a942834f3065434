using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>For anyone: whose session has ended already still wants the cookie gone.</summary>
[AllowAnonymous]
internal sealed class SignOutPage(Caller caller, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, TimeProvider clock) : FormPage
{
    public async Task<IActionResult> OnPostAsync()
    {
        if (caller.Session is not null) await EndSessions.Current(caller, work, sessions, clock);
        cookie.Remove(HttpContext);
        return LocalRedirect("/");
    }
}
