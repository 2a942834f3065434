using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One dispute of the seller's sales, and what they say about it.</summary>
[Authorize("can:can_sell")]
internal sealed class SellDisputePage(NpgsqlDataSource source, Subjects subjects, UnitOfWork work, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public ReadDisputes.Reply Dispute { get; private set; } = null!;

    public string? Refused => TempData[DisputeRoutes.RefusedKey] as string;

    public override async Task Load() => Dispute = await ReadDisputes.One(Id, caller, source, subjects, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostSayAsync()
    {
        await Load();
        var request = new DisputeEvidence.Request(Input.Text ?? "");
        new DisputeEvidence.Validator().MustAccept(request);
        await DisputeEvidence.Say(Id, request, caller, work, clock);
        this.Toast(texts["Added."]);
        return LocalRedirect($"/sell/disputes/{Id}#evidence");
    }

    public sealed class Form
    {
        public string? Text { get; set; }
    }
}
