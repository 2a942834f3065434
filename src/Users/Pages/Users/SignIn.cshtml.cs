using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Whoever was signed in here before is signed out by it.</summary>
[AllowAnonymous]
[WritesInSteps]
internal sealed class SignInPage(
    ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, UsersDb db, Writes writes, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, Caller caller, TimeProvider clock) : FormPage
{
    [BindProperty]
    public SignIn.Request Input { get; set; } = new("", "");

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public string? SignedInAs => caller.Name;

    public string SignUpUrl => "/sign-up" + (Url.IsLocalUrl(ReturnUrl) ? QueryString.Create("return_url", ReturnUrl!) : QueryString.Empty);

    public async Task<IActionResult> OnPostAsync()
    {
        var entry = await Marketplace.Users.SignIn.Handle(Input, Visit.Of(HttpContext), normalizer, source, passwords, throttle, db, writes, work, clock);
        if (caller.Session is { } before) await writes.Run(() => EndSessions.One(before, caller, work, sessions, clock));
        cookie.Write(HttpContext, entry.Token, entry.ExpiresAt - clock.GetUtcNow());
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : "/");
    }
}
