using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>The QR code and the first code. The recovery codes are shown in the answer itself and nowhere else.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class AuthenticatorSetupPage(Caller caller, Authenticators authenticators, UsersDb db, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ManageAuthenticator.Request Input { get; set; } = new("");

    public ManageAuthenticator.Setup? Setup { get; private set; }

    public IReadOnlyList<string>? Codes { get; private set; }

    public override async Task Load()
    {
        Response.Headers.CacheControl = "no-store";
        Setup = caller.IsFresh(clock) ? await ManageAuthenticator.Shown(caller, authenticators, db) : null;
    }

    public override async Task OnGetAsync()
    {
        await Load();
        if (Setup is null) throw Refused.NotFound();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Response.Headers.CacheControl = "no-store";
        Codes = (await writes.Run(() => ManageAuthenticator.Confirm(Input, caller, authenticators, audit, work, clock))).Codes;
        return Page();
    }
}
