using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>One's own sessions; each can be ended, or all but this one.</summary>
[Authorize]
internal sealed class SessionsPage(Caller caller, UsersDb db, UnitOfWork work, LiveSessions live, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<OwnSession> Sessions { get; private set; } = [];

    public override async Task Load() => Sessions = await OwnSessions.Handle(caller, db, work, clock);

    public async Task<IActionResult> OnPostEndAsync(Guid id)
    {
        await EndSessions.One(id, caller, work, live, clock);
        return LocalRedirect("/account/sessions");
    }

    public async Task<IActionResult> OnPostOthersAsync()
    {
        await EndSessions.Others(caller, work, live, clock);
        this.Toast(texts["You are signed in here only."]);
        return LocalRedirect("/account/sessions");
    }
}
