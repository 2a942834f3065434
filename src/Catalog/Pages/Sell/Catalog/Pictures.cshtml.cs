using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>The pictures of one's product: add, put in order, say what they show, remove.</summary>
[Authorize("can:can_sell")]
internal sealed class PicturesPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, Caller caller, FluentValidation.IValidator<ArrangeImages.Request> rules, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    public IReadOnlyList<ImageView> Images { get; private set; } = [];

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public override async Task Load()
    {
        Product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        Images = await ProductImages.Of(Id, work, source, HttpContext.RequestAborted);
        // The upload's script follows the redirect before the browser does: what it was told is for the person.
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(UploadRoutes.RefusedKey) : TempData[UploadRoutes.RefusedKey]) as string;
    }

    public async Task<IActionResult> OnPostArrangeAsync()
    {
        var form = Request.Form;
        // Of two that want the same place the one that stood before stays before.
        var lines = form["id"].Select((id, i) => (Id: Guid.TryParse(id, out var image) ? image : Guid.Empty, Alt: form["alt"].ElementAtOrDefault(i) ?? "",
                Place: int.TryParse(form["place"].ElementAtOrDefault(i), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : i + 1))
            .OrderBy(l => l.Place).Select(l => new ArrangeImages.Line(l.Id, l.Alt)).ToList();
        var request = new ArrangeImages.Request(lines);
        rules.MustAccept(request);
        await ArrangeImages.Handle(Id, request, caller, db, work, source);
        this.Toast(texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromQuery] Guid image)
    {
        await RemoveImage.Handle(Id, image, caller, db, work, blobs, source);
        return RedirectToPage(new { id = Id });
    }
}
