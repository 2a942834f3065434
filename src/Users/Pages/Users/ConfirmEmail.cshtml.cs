using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Where a link that was mailed to an address leads: the button says that it arrived.</summary>
[AllowAnonymous]
internal sealed class ConfirmEmailPage(
    MailedLinks links, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ConfirmEmail.Request Input { get; set; } = new("");

    [FromQuery(Name = "token")]
    public string? Token { get; set; }

    /// <summary>The address that it is about; null when the link leads nowhere any more.</summary>
    public string? Email { get; private set; }

    public override async Task Load()
    {
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl) = ("no-referrer", "no-store");
        if (Input.Token is not { Length: > 0 } && Token is not null) Input = new ConfirmEmail.Request(Token);
        Email = (await links.Find(Input.Token, LinkPurpose.VerifyEmail, LinkPurpose.ChangeEmail))?.Email;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ConfirmEmail.Handle(Input, links, normalizer, audit, work, sessions, clock);
        this.Toast(texts["Your address is confirmed."]);
        return LocalRedirect("/account/security");
    }
}
