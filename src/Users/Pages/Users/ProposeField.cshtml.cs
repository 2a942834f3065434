using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>A skill or genre is missing: propose it, and see what became of what one proposed.</summary>
[Authorize]
internal sealed class ProposeFieldPage(Caller caller, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public ProposeField.Request Input { get; set; } = new("skill", "");

    public IReadOnlyList<FieldProposal> Proposals { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Kinds => [new(texts["A skill"], "skill"), new(texts["A genre"], "genre")];

    public IEnumerable<SelectListItem> Categories { get; private set; } = [];

    public override async Task Load()
    {
        Proposals = await ListFields.Own(caller, source, HttpContext.RequestAborted);
        Categories = new SelectListItem(texts["None: it is a genre"], "").Then((await TalentList.Read(source, HttpContext.RequestAborted)).Categories.Select(c => new SelectListItem(c.Name, c.Slug)));
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var made = await ProposeField.Handle(Input, caller, work, clock);
        this.Toast(made.State == FieldState.AutoApproved ? texts["{0} is in the list now.", made.Value] : texts["Noted. We tell you what becomes of it."]);
        return LocalRedirect("/account/talents/propose");
    }
}
