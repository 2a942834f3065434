using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Where the mail to an address that was changed leads: the button undoes the change.</summary>
[AllowAnonymous]
internal sealed class RevertEmailPage(
    MailedLinks links, PasswordLinks passwords, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public RevertEmail.Request Input { get; set; } = new("");

    [FromQuery(Name = "token")]
    public string? Token { get; set; }

    /// <summary>The address that it is about; null when the link leads nowhere any more.</summary>
    public string? Email { get; private set; }

    public override async Task Load()
    {
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl) = ("no-referrer", "no-store");
        if (Input.Token is not { Length: > 0 } && Token is not null) Input = new RevertEmail.Request(Token);
        Email = (await links.Find(Input.Token, LinkPurpose.RevertEmail))?.Email;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await RevertEmail.Handle(Input, links, passwords, normalizer, audit, work, sessions, clock);
        this.Toast(texts["Your address is back. Look into your mail to choose a new password."]);
        return LocalRedirect("/sign-in");
    }
}
