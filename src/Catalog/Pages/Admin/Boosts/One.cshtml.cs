using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>One boost, and how staff stops it.</summary>
[Authorize("right:moderation")]
internal sealed class StaffBoostPage(
    Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IWallet wallet, IAudit audit, IValidator<EndBoost.StopRequest> validator, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public BoostDetail Detail { get; private set; } = null!;

    public string? Owner { get; private set; }

    public override async Task Load()
    {
        Detail = await ListBoosts.One(Id, null, source, HttpContext.RequestAborted);
        Owner = (await users.People([Detail.OwnerId], HttpContext.RequestAborted)).GetValueOrDefault(Detail.OwnerId)?.DisplayName;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new EndBoost.StopRequest(Input.Reason ?? "");
        validator.MustAccept(request);
        var boost = await EndBoost.Stop(Id, request, caller, db, work, wallet, audit, clock);
        this.Toast(texts["Stopped. {0} went back.", boost.Refunded]);
        return LocalRedirect($"/admin/boosts/{Id}");
    }

    internal sealed class Form
    {
        public string? Reason { get; set; }
    }
}
