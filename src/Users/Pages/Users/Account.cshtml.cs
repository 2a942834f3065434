using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>One's own name and username, and the way to one's sessions.</summary>
[Authorize]
internal sealed class AccountPage(Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ChangeProfile.Request Input { get; set; } = new();

    public AccountView Account { get; private set; } = null!;

    public int Devices { get; private set; }

    public override async Task Load()
    {
        Account = await AccountView.Read(caller.Account, db);
        Devices = (await OwnSessions.Handle(caller, db, clock)).Count;
        if (Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) Input = new ChangeProfile.Request(Account.DisplayName, Account.Username);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangeProfile.Handle(Input, caller, db, work, sessions);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account");
    }
}
