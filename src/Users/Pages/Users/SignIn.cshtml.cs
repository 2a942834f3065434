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
    ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, Entrance entrance, FrontDoor door, Writes writes, UnitOfWork work, PasskeySettings passkeys, Caller caller) : FormPage
{
    [BindProperty]
    public SignIn.Request Input { get; set; } = new("", "");

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public string? SignedInAs => caller.Name;

    public string SignUpUrl => With("/sign-up");

    public string MailUrl => With("/sign-in/mail");

    public string? PasskeyDomain => passkeys.Domain;

    public async Task<IActionResult> OnPostAsync()
    {
        var entered = await Marketplace.Users.SignIn.Handle(Input, Visit.Of(HttpContext), normalizer, source, passwords, throttle, entrance, writes, work);
        return LocalRedirect(await door.Let(entered, ReturnUrl, HttpContext));
    }

    private string With(string page) => page + (LocalUrls.IsLocal(ReturnUrl) ? QueryString.Create("return_url", ReturnUrl!) : QueryString.Empty);
}
