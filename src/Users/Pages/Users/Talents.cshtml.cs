using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>What one does and in which music: everything there is to choose from, what is chosen open.</summary>
[Authorize]
internal sealed class TalentsPage(Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ChooseTalents.Request Input { get; set; } = new();

    public TalentList All { get; private set; } = null!;

    public override async Task Load()
    {
        All = await TalentList.Read(source, HttpContext.RequestAborted);
        if (!Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) return;
        var chosen = (await OwnProfile.Read(caller, work, source)).Talents;
        Input = new ChooseTalents.Request(chosen.Categories.Select(c => c.Slug).ToList(), chosen.Skills.Select(s => s.Slug).ToList(), chosen.Genres.Select(g => g.Slug).ToList());
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ChooseTalents.Handle(Input, caller, db, work, source, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/talents");
    }
}
