using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Another password, or a first one.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class PasswordPage(Caller caller, Passwords passwords, UsersDb db, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ChangePassword.Request Input { get; set; } = new("");

    public string Email { get; private set; } = "";

    public override async Task Load() => Email = (await AccountView.Read(caller.Account, db)).Email;

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangePassword.Handle(Input, caller, passwords, db, audit, writes, work, sessions, clock);
        this.Toast(texts["Your password is set. You are signed out everywhere else."]);
        return LocalRedirect("/account/security");
    }
}
