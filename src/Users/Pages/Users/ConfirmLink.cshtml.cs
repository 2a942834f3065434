using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Where a link to prove oneself leads: the session that asked for it, and no other, is proved by the button.</summary>
[Authorize, WritesInSteps]
internal sealed class ConfirmLinkPage(
    Caller caller, NpgsqlDataSource source, Passwords passwords, Authenticators authenticators, PasskeyCeremony passkeys, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ConfirmEmail.Request Input { get; set; } = new("");

    [FromQuery(Name = "token")]
    public string? Token { get; set; }

    public override Task Load()
    {
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl) = ("no-referrer", "no-store");
        if (Input.Token is not { Length: > 0 } && Token is not null) Input = new ConfirmEmail.Request(Token);
        return Task.CompletedTask;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var returnUrl = (await links.Find(Input.Token, LinkPurpose.Proof))?.ReturnUrl;
        var proof = await ProveYourself.Handle(new ProveYourself.Request(Link: Input.Token), caller, HttpContext, source, passwords, authenticators, passkeys, links, throttle, writes, work, sessions, clock);
        cookie.Write(HttpContext, proof.Token, proof.ExpiresAt - clock.GetUtcNow());
        return LocalRedirect(returnUrl ?? "/account/security");
    }
}
