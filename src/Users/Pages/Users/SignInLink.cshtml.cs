using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Where a mailed link leads. Opening it uses up nothing, for programs open links, too; only the button does.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class SignInLinkPage(MailedLinks links, LinkCookie cookie, Entrance entrance, FrontDoor door, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ConfirmEmail.Request Input { get; set; } = new("");

    [FromQuery(Name = "token")]
    public string? Token { get; set; }

    public bool IsFromHere => cookie.Read(Request) is not null;

    public override Task Load()
    {
        // The address of this page is a secret: it is told to nobody and kept nowhere.
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl) = ("no-referrer", "no-store");
        if (Input.Token is not { Length: > 0 } && Token is not null) Input = new ConfirmEmail.Request(Token);
        return Task.CompletedTask;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var asked = new ConsumeMagicLink.Request(Input.Token, cookie.Read(Request) ?? "");
        var (entered, returnUrl) = await ConsumeMagicLink.Handle(asked, Visit.Of(HttpContext), links, entrance, throttle, writes, work, clock);
        cookie.Remove(HttpContext);
        return LocalRedirect(await door.Let(entered, returnUrl, HttpContext));
    }
}
