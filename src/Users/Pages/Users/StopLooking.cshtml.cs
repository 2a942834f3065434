using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Back to one's own session. For anyone: the half hour may be over already.</summary>
[AllowAnonymous, WhileImpersonating]
internal sealed class StopLookingPage(Caller caller, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, IAudit audit, TimeProvider clock) : FormPage
{
    public async Task<IActionResult> OnPostAsync()
    {
        await Impersonate.Stop(caller, work, sessions, audit, clock);
        cookie.TakeBack(HttpContext);
        return LocalRedirect(caller.AccountOrNull is { } person && caller.Impersonator is not null ? $"/admin/people/{person}" : "/");
    }
}
