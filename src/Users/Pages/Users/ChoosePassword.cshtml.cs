using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Where a mailed link leads. Opening it uses up nothing; only the button does.</summary>
[AllowAnonymous, WritesInSteps]
internal sealed class ChoosePasswordPage(
    PasswordLinks links, GuestAccounts guests, Passwords passwords, ILookupNormalizer normalizer, Throttle throttle, Caller caller, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ChoosePassword.Request Input { get; set; } = new("", "");

    [FromQuery(Name = "token")]
    public string? Token { get; set; }

    /// <summary>Null when the link leads nowhere any more.</summary>
    public LinkedAccount? Account { get; private set; }

    public override async Task Load()
    {
        // The address of this page is a secret: it is told to nobody and kept nowhere.
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl) = ("no-referrer", "no-store");
        if (Input.Token.Length == 0 && Token is not null) Input = Input with { Token = Token };
        Account = await links.Find(Input.Token);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var account = await Marketplace.Users.ChoosePassword.Handle(Input, Visit.Of(HttpContext), caller, links, passwords, normalizer, throttle, audit, writes, work, sessions, clock);
        var next = caller.AccountOrNull == account ? "/account" : await guests.SignIn(account, Way.MailedLink, "/account", HttpContext);
        this.Toast(texts["Your password is set. You are signed out everywhere else."]);
        return LocalRedirect(next);
    }
}
