using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>Everything that a moderator must judge of one product, and the two verdicts. After one comes the next.</summary>
[Authorize("right:moderation")]
internal sealed class ReviewProductPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, ProductKinds kinds, IUsers users, Caller caller, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<JudgeProduct.Approval> approval, IValidator<JudgeProduct.Rejection> rejection) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    public ProductKind Kind => kinds[Product.Kind];

    public ShopHistory Shop { get; private set; } = null!;

    public string Seller { get; private set; } = "";

    /// <summary>Nobody decides about their own.</summary>
    public bool IsMine { get; private set; }

    public (int Pending, int Rejected) Counts { get; private set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        (Product, var seller) = await ProductView.ForModerators(Id, caller, source, kinds, stop);
        IsMine = seller == caller.Account || await db.WorksIn(Product.Shop.Id, caller.Account);
        Shop = await ShopHistory.Of(Product.Shop.Id, source, stop);
        Seller = (await users.People([seller], stop)).GetValueOrDefault(seller)?.DisplayName ?? "";
        Counts = await ReviewQueue.Count(source, stop);
    }

    public async Task<IActionResult> OnPostApproveAsync()
    {
        var request = new JudgeProduct.Approval(Input.Note);
        approval.MustAccept(request);
        await JudgeProduct.Approve(Id, request, Input.Version, caller, db, work, kinds, audit, clock);
        return await Next(texts["Approved: it is on sale."]);
    }

    public async Task<IActionResult> OnPostSendBackAsync()
    {
        var request = new JudgeProduct.Rejection(Input.Note ?? "");
        rejection.MustAccept(request);
        await JudgeProduct.Reject(Id, request, Input.Version, caller, db, work, audit, clock);
        return await Next(texts["Sent back with your note."]);
    }

    public async Task<IActionResult> OnPostTrustAsync([FromForm] string shop, [FromForm] bool trusted)
    {
        await TrustShop.Handle(shop, trusted, caller, db, audit, clock);
        this.Toast(trusted ? texts["Trusted: what it publishes is on sale at once."] : texts["What it publishes is looked at first again."]);
        return RedirectToPage(new { id = Id });
    }

    private async Task<IActionResult> Next(string said)
    {
        this.Toast(said);
        await work.Flush();
        var next = await ReviewQueue.Next(caller.Account, work);
        return next is { } id ? RedirectToPage(new { id }) : LocalRedirect("/admin/products");
    }

    internal sealed class Form
    {
        public string? Note { get; set; }

        public int? Version { get; set; }
    }
}
