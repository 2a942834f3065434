using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>Old and new of one change side by side, and the two verdicts. After one comes the next.</summary>
[Authorize("right:moderation")]
internal sealed class ReviewChangePage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, Caller caller, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<JudgeProduct.Approval> approval, IValidator<JudgeProduct.Rejection> rejection) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    public ProductKind Kind => kinds[Product.Kind];

    public ChangeView? Open => Product.Change is { State: ChangeState.Open } open ? open : null;

    public IReadOnlyList<DiffRow> Diff { get; private set; } = [];

    public bool IsMine { get; private set; }

    [BindProperty]
    public ReviewProductPage.Form Input { get; set; } = new();

    public override async Task Load()
    {
        (Product, var seller) = await ProductView.ForModerators(Id, caller, source, kinds, HttpContext.RequestAborted);
        IsMine = seller == caller.Account;
        if (Open is { } change) Diff = ChangeDiff.Of(Product, change, Kind, phrase => texts[phrase]);
    }

    public async Task<IActionResult> OnPostApproveAsync()
    {
        var request = new JudgeProduct.Approval(Input.Note);
        approval.MustAccept(request);
        await JudgeChange.Approve(Id, request, Input.Version, caller, db, work, blobs, kinds, audit, clock);
        return await Next(texts["Approved: buyers see it from now on."]);
    }

    public async Task<IActionResult> OnPostSendBackAsync()
    {
        var request = new JudgeProduct.Rejection(Input.Note ?? "");
        rejection.MustAccept(request);
        await JudgeChange.Reject(Id, request, Input.Version, caller, db, work, blobs, audit, clock);
        return await Next(texts["Sent back with your note."]);
    }

    private async Task<IActionResult> Next(string said)
    {
        this.Toast(said);
        await work.Flush();
        return await ChangeQueue.Next(caller.Account, work) is { } id ? RedirectToPage(new { id }) : LocalRedirect("/admin/products/changes");
    }
}
