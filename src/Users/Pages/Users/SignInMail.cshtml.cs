using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>"Mail me a link". The browser gets the nonce that the link wants to see again.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class SignInMailPage(ILookupNormalizer normalizer, MailedLinks links, LinkCookie cookie, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    [BindProperty]
    public AskMagicLink.Request Input { get; set; } = new("");

    [FromQuery(Name = "return_url")]
    public string? ReturnUrl { get; set; }

    [FromQuery(Name = "sent")]
    public bool Sent { get; set; }

    public string? Next => LocalUrls.IsLocal(Input.ReturnUrl ?? ReturnUrl) ? Input.ReturnUrl ?? ReturnUrl : null;

    public async Task<IActionResult> OnPostAsync()
    {
        var asked = Input with { Platform = Platform.Market };
        var reply = await AskMagicLink.Handle(asked, cookie.Read(Request), Visit.Of(HttpContext), normalizer, links, throttle, writes, work, clock);
        cookie.Write(HttpContext, reply.Nonce, AskMagicLink.Life);
        return LocalRedirect("/sign-in/mail?sent=true");
    }
}
