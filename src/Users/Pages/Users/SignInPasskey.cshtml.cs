using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Gives the browser its question, and takes the answer.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class SignInPasskeyPage(PasskeyCeremony ceremony, PasskeySettings settings, Entrance entrance, FrontDoor door, Throttle throttle, Writes writes) : FormPage
{
    [BindProperty]
    public SignInByPasskey.Request Input { get; set; } = new("", "");

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public string? Domain => settings.Domain;

    public async Task<IActionResult> OnGetOptionsAsync()
    {
        Response.Headers.CacheControl = "no-store";
        return new JsonResult(await ceremony.Ask(PasskeyUse.SignIn, null, HttpContext), JsonStyle.Options);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var entered = await SignInByPasskey.Handle(Input, Visit.Of(HttpContext), HttpContext, ceremony, entrance, throttle, writes);
        return LocalRedirect(await door.Let(entered, ReturnUrl, HttpContext));
    }
}
