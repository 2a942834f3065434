using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Has the browser make a passkey, and keeps what is public of it.</summary>
[Authorize, StepUp]
internal sealed class NewPasskeyPage(
    Caller caller, UsersDb db, PasskeyCeremony ceremony, PasskeySettings settings, AccountStore store, IAudit audit, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public AddPasskey.Request Input { get; set; } = new("", "", "");

    public string? Domain => settings.Domain;

    public override Task Load()
    {
        if (Input.Name is not { Length: > 0 }) Input = new AddPasskey.Request(Devices.NameOf(Request.Headers.UserAgent.ToString()) ?? "", "", "");
        return Task.CompletedTask;
    }

    public async Task<IActionResult> OnGetOptionsAsync()
    {
        Response.Headers.CacheControl = "no-store";
        return new JsonResult(await ceremony.AskToRegister(await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == caller.Account), HttpContext), JsonStyle.Options);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await AddPasskey.Handle(Input, caller, HttpContext, ceremony, store, db, audit, work, clock);
        this.Toast(texts["Your passkey is ready."]);
        return LocalRedirect("/account/passkeys");
    }
}
