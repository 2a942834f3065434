using System.Globalization;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>All of one product on one page. Its forms' fields are named after the API's pointers, so that a refusal finds its field.</summary>
[Authorize("can:can_sell")]
internal sealed class EditProductPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts, IValidator<EditProduct.Request> rules) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    public ProductForm Input { get; private set; } = new("", "", "", "", []);

    /// <summary>Its shop is trusted, or it was on sale before: no moderator stands between.</summary>
    public bool PublishesAtOnce { get; private set; }

    /// <summary>Its edits count at once.</summary>
    public bool Trusted { get; private set; }

    /// <summary>What its open change would make different.</summary>
    public IReadOnlyList<DiffRow> Diff { get; private set; } = [];

    /// <summary>It is saved while one types: nobody sees it yet.</summary>
    public bool SavesItself => Product.State is ProductState.Draft or ProductState.Rejected;

    public IReadOnlyList<SelectListItem> Shelves { get; private set; } = [];

    /// <summary>The shop's currency, and the zone of the one who types.</summary>
    public FormPlace Place { get; private set; } = new(Currency.Of("EUR"), TimeZoneInfo.Utc);

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public string Example => 29.99m.ToString("F2", CultureInfo.CurrentCulture);

    public override async Task Load()
    {
        Product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        var shop = (await ReadShops.Inside(Product.Shop.Id, source, HttpContext.RequestAborted))!.Value;
        Place = new FormPlace(shop.Shop.Currency, Zone);
        Trusted = shop.Trusted;
        PublishesAtOnce = shop.Trusted || Product.State == ProductState.Paused;
        Shelves = (await Categories.Choices(source, HttpContext.RequestAborted))
            .Select(c => new SelectListItem(string.Concat(Enumerable.Repeat("\u00a0\u00a0\u00a0", c.Depth)) + texts[c.Name], c.Slug)).ToList();
        // The upload's script follows the redirect before the browser does: what it was told is for the person.
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(UploadRoutes.RefusedKey) : TempData[UploadRoutes.RefusedKey]) as string;
        Input = ProductForm.Of(Product.AsProposed(), kinds[Product.Kind]);
        if (Product.Change is { State: ChangeState.Open } change) Diff = ChangeDiff.Of(Product, change, kinds[Product.Kind], phrase => texts[phrase]);
        // What was typed and refused stands in the fields again.
        if (Request.HasFormContentType && Request.Form.ContainsKey("Input.Title")) Input = ProductForm.Typed(Request.Form, kinds[Product.Kind]);
    }

    public async Task<IActionResult> OnPostAsync([FromForm] int version)
    {
        var changed = await Save(version);
        this.Toast(changed.Change is { State: ChangeState.Open } ? texts["Sent. Buyers see it once it is approved."] : texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    /// <summary>The same while one types: the page's script sends the form and reads the new version. What is refused is answered as a form is.</summary>
    public async Task<IActionResult> OnPostKeepAsync([FromForm] int version)
    {
        var saved = await Save(version);
        return new JsonResult(new { saved.Version });
    }

    public async Task<IActionResult> OnPostWithdrawAsync()
    {
        await ProposeChange.Withdraw(Id, caller, db, work, blobs, kinds, clock);
        this.Toast(texts["Taken back: it stays as buyers see it."]);
        return RedirectToPage(new { id = Id });
    }

    private async Task<ProductView> Save(int version)
    {
        var fields = Request.Form;
        foreach (var field in fields.Where(f => f.Key.StartsWith("Input.", StringComparison.Ordinal))) ModelState.SetModelValue(field.Key, field.Value.ToString(), field.Value.ToString());

        var product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        var shop = (await ReadShops.Inside(product.Shop.Id, source, HttpContext.RequestAborted))!.Value.Shop;
        var kind = kinds[product.Kind];
        var typed = ProductForm.Typed(fields, kind);
        try
        {
            var request = typed.Request(fields, kind, new FormPlace(shop.Currency, Zone));
            rules.MustAccept(request);
            return await EditProduct.Handle(Id, version, request, caller, db, work, kinds, clock);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            throw typed.InRows(refused);
        }
    }

    public async Task<IActionResult> OnPostPublishAsync()
    {
        var product = await SellProduct.Publish(Id, caller, db, work, kinds, clock);
        this.Toast(product.State == ProductState.Pending ? texts["Sent. We look at it and tell you."] : texts["It is on sale."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostPauseAsync()
    {
        await SellProduct.Pause(Id, caller, db, work, kinds);
        this.Toast(texts["Paused: nobody but you sees it."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostArchiveAsync()
    {
        await SellProduct.Archive(Id, caller, db, work, blobs, kinds, clock);
        this.Toast(texts["Archived."]);
        return RedirectToPage("/Sell/Catalog/Products");
    }

    public async Task<IActionResult> OnPostRemoveFileAsync([FromForm] Guid file)
    {
        await RemoveFile.Handle(Id, file, caller, db, work, blobs, kinds, clock);
        return RedirectToPage(new { id = Id });
    }

    // As times are shown to this person.
    private TimeZoneInfo Zone => Request.Cookies["zone"] is { Length: > 0 and < 64 } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var known) ? known : TimeZoneInfo.Utc;

    public string SizeOf(long bytes) => bytes >= 1_000_000
        ? $"{(bytes / 1_000_000m).ToString("F1", CultureInfo.CurrentCulture)} MB"
        : $"{Math.Max(1, bytes / 1000).ToString(CultureInfo.CurrentCulture)} kB";
}
