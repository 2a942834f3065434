using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Asks for a link to choose a password by.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class ForgotPasswordPage(ILookupNormalizer normalizer, PasswordLinks links, Throttle throttle, Writes writes, UnitOfWork work) : FormPage
{
    [BindProperty]
    public AskPasswordLink.Request Input { get; set; } = new("");

    [FromQuery(Name = "sent")]
    public bool Sent { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        await AskPasswordLink.Handle(Input, Visit.Of(HttpContext), normalizer, links, throttle, writes, work);
        return LocalRedirect("/forgot-password?sent=true");
    }
}
