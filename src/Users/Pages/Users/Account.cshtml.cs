using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>One's own name, username and language, and the way to one's sessions.</summary>
[Authorize]
internal sealed class AccountPage(Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ChangeProfile.Request Input { get; set; } = new();

    public AccountView Account { get; private set; } = null!;

    public static IReadOnlyList<SelectListItem> LanguageChoices { get; } = [new("English", Languages.English), new("Français", Languages.French)];

    public int Devices { get; private set; }

    public override async Task Load()
    {
        Account = await AccountView.Read(caller.Account, db);
        Devices = (await OwnSessions.Handle(caller, db, work, clock)).Count;
        if (Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) Input = new ChangeProfile.Request(Account.DisplayName, Account.Username, Account.Language);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangeProfile.Handle(Input, caller, db, work, sessions);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account");
    }
}
