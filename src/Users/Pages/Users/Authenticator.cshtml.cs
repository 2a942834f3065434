using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>The authenticator app: on, off, and new recovery codes, which are shown in the answer itself and nowhere else.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class AuthenticatorPage(Caller caller, Authenticators authenticators, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    public FactorState Factor { get; private set; } = null!;

    public IReadOnlyList<string>? Codes { get; private set; }

    public override async Task Load() => Factor = await authenticators.State(caller.Account);

    public async Task<IActionResult> OnPostBeginAsync()
    {
        await writes.Run(() => ManageAuthenticator.Begin(caller, authenticators, clock));
        return LocalRedirect("/account/authenticator/setup");
    }

    public async Task<IActionResult> OnPostRenewAsync()
    {
        Codes = (await writes.Run(() => ManageAuthenticator.Renew(caller, authenticators, audit, work, clock))).Codes;
        Response.Headers.CacheControl = "no-store";
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostOffAsync()
    {
        await writes.Run(() => ManageAuthenticator.TurnOff(caller, authenticators, audit, work, clock));
        return LocalRedirect("/account/security");
    }
}
