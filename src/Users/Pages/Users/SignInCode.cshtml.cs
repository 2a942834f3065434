using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>The second half of a sign-in.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class SignInCodePage(Entrance entrance, Authenticators authenticators, PendingCookie pending, FrontDoor door, IAudit audit, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ManageAuthenticator.Request Input { get; set; } = new("");

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    /// <summary>This browser has given the first half.</summary>
    public bool IsWaited { get; private set; }

    public override async Task Load() => IsWaited = await entrance.Waiting(pending.Read(Request)) is not null;

    public async Task<IActionResult> OnPostAsync()
    {
        var entry = await EnterCode.Handle(new EnterCode.Request(pending.Read(Request) ?? "", Input.Code), Visit.Of(HttpContext), entrance, authenticators, audit, throttle, writes, work, clock);
        return LocalRedirect(await door.Let(new Entered(entry, null), ReturnUrl, HttpContext));
    }
}
