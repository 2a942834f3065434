using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Tier, badge and partner flag of one person.</summary>
[Authorize("right:people")]
[StepUp]
internal sealed class PersonStandingPage(
    Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public ChangeStanding.Request Input { get; set; } = new();

    public ChangeStanding.Standing Standing { get; private set; } = null!;

    public IEnumerable<SelectListItem> TierChoices => Enum.GetValues<SellerTier>().Select(t => new SelectListItem(texts[PeopleWords.Of(t)], t.ToText()));

    public override async Task Load()
    {
        Standing = await ChangeStanding.Standing.Read(Id, work, source, HttpContext.RequestAborted);
        if (Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) Input = new ChangeStanding.Request(Standing.Tier.ToText(), Standing.Verified, Standing.Partner);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangeStanding.Handle(Id, Input with { Verified = Input.Verified == true, Partner = Input.Partner == true }, caller, db, work, source, users, audit, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect($"/admin/people/{Id}/standing");
    }
}
