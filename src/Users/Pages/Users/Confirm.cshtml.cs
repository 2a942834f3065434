using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Step-up: on the way to a page that wants a fresh proof.</summary>
[Authorize, WritesInSteps]
internal sealed class ConfirmPage(
    Caller caller, NpgsqlDataSource source, UsersDb db, Passwords passwords, Authenticators authenticators, PasskeyCeremony passkeys, PasskeySettings settings, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ProveYourself.Request Input { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public Proofs Proofs { get; private set; } = new(true, false, false);

    public string Email { get; private set; } = "";

    public string? Domain => settings.Domain;

    public override async Task Load()
    {
        Proofs = await Proofs.Of(caller.Account, source);
        Email = (await AccountView.Read(caller.Account, db)).Email;
    }

    public async Task<IActionResult> OnGetOptionsAsync()
    {
        Response.Headers.CacheControl = "no-store";
        return new JsonResult(await passkeys.Ask(PasskeyUse.Proof, await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == caller.Account), HttpContext), JsonStyle.Options);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var proof = await ProveYourself.Handle(Input, caller, HttpContext, source, passwords, authenticators, passkeys, links, throttle, writes, work, sessions, clock);
        cookie.Write(HttpContext, proof.Token, proof.ExpiresAt - clock.GetUtcNow());
        return LocalRedirect(LocalUrls.IsLocal(ReturnUrl) ? ReturnUrl! : "/account/security");
    }
}
