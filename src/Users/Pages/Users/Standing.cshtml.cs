using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>What staff did to one's account and why, and the appeal against it.</summary>
[Authorize]
internal sealed class StandingPage(Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public MakeAppeal.Request Input { get; set; } = new("");

    public IReadOnlyList<SanctionView> Sanctions { get; private set; } = [];

    public SanctionView? Open => Sanctions.FirstOrDefault(s => s.LiftedAt is null);

    public override async Task Load() => Sanctions = await Standing.Of(caller.Account, db, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        await MakeAppeal.Handle(Input, caller, db, work, clock);
        this.Toast(texts["Sent. Staff reads it and answers here."]);
        return LocalRedirect("/account/standing");
    }
}
