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

    public Form Input { get; private set; } = new("", "", "", "", []);

    /// <summary>Its shop is trusted, or it was on sale before: no moderator stands between.</summary>
    public bool PublishesAtOnce { get; private set; }

    public IReadOnlyList<SelectListItem> Shelves { get; private set; } = [];

    public string Currency { get; private set; } = "EUR";

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public string Example => 29.99m.ToString("F2", CultureInfo.CurrentCulture);

    public override async Task Load()
    {
        Product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        var shop = (await ReadShops.Mine(caller.Account, source, HttpContext.RequestAborted))!.Value;
        Currency = shop.Shop.Currency.Code;
        PublishesAtOnce = shop.Trusted || Product.State == ProductState.Paused;
        Shelves = (await Categories.Choices(source, HttpContext.RequestAborted))
            .Select(c => new SelectListItem(string.Concat(Enumerable.Repeat("\u00a0\u00a0\u00a0", c.Depth)) + texts[c.Name], c.Slug)).ToList();
        // The upload's script follows the redirect before the browser does: what it was told is for the person.
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(UploadRoutes.RefusedKey) : TempData[UploadRoutes.RefusedKey]) as string;
        Input = Form.Of(Product, kinds[Product.Kind]);
        // What was typed and refused stands in the fields again.
        if (Request.HasFormContentType && Request.Form.ContainsKey("Input.Title")) Input = Form.Typed(Request.Form, kinds[Product.Kind]);
    }

    public async Task<IActionResult> OnPostAsync([FromForm] int version)
    {
        var fields = Request.Form;
        foreach (var field in fields.Where(f => f.Key.StartsWith("Input.", StringComparison.Ordinal))) ModelState.SetModelValue(field.Key, field.Value.ToString(), field.Value.ToString());

        var product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        var shop = (await ReadShops.Of(caller.Account, source, HttpContext.RequestAborted))!;
        var typed = Form.Typed(fields, kinds[product.Kind]);
        var details = fields.Where(f => f.Key.StartsWith("Input.Details.", StringComparison.Ordinal))
            .ToDictionary(f => Naming.Snake(f.Key["Input.Details.".Length..]), f => (string?)f.Value.ToString(), StringComparer.Ordinal);
        // The only licence there is is chosen by its price.
        var kind = kinds[product.Kind];
        var chosen = typed.Offers.Select((offer, row) => (offer, row)).Where(o => o.offer.On && (kind.Licences.Count > 1 || !string.IsNullOrWhiteSpace(o.offer.Price))).ToList();
        try
        {
            var request = new EditProduct.Request(
                typed.Title, typed.Description, typed.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                kind.Accept(details), chosen.Select((o, i) => o.offer.Line(i, shop.Currency)).ToList(),
                string.IsNullOrEmpty(typed.Category) ? null : typed.Category);
            rules.MustAccept(request);
            await EditProduct.Handle(Id, version, request, caller, db, work, kinds, clock);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            // The API counts the offers that were sent, the form its rows.
            throw new Refused(refused.Code, refused.Status, refused.Message)
            {
                Errors = refused.Errors.Select(e => e.Pointer.Split('/') is ["", "offers", var number, ..] && int.TryParse(number, CultureInfo.InvariantCulture, out var i) && i < chosen.Count
                    ? e with { Pointer = $"/offers/{chosen[i].row}/price" } : e).ToList(),
            };
        }

        this.Toast(texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostPublishAsync()
    {
        var product = await ChangeState.Publish(Id, caller, db, work, kinds, clock);
        this.Toast(product.State == ProductState.Pending ? texts["Sent. We look at it and tell you."] : texts["It is on sale."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostPauseAsync()
    {
        await ChangeState.Pause(Id, caller, db, work, kinds);
        this.Toast(texts["Paused: nobody but you sees it."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostArchiveAsync()
    {
        await ChangeState.Archive(Id, caller, db, work, kinds);
        this.Toast(texts["Archived."]);
        return RedirectToPage("/Sell/Catalog/Products");
    }

    public async Task<IActionResult> OnPostRemoveFileAsync([FromForm] Guid file)
    {
        await RemoveFile.Handle(Id, file, caller, db, work, blobs, kinds, clock);
        return RedirectToPage(new { id = Id });
    }

    public string SizeOf(long bytes) => bytes >= 1_000_000
        ? $"{(bytes / 1_000_000m).ToString("F1", CultureInfo.CurrentCulture)} MB"
        : $"{Math.Max(1, bytes / 1000).ToString(CultureInfo.CurrentCulture)} kB";

    internal sealed record Form(string Title, string Category, string Description, string Tags, IReadOnlyList<OfferForm> Offers)
    {
        public static Form Of(ProductView product, ProductKind kind) => new(product.Title, product.Category[^1].Slug, product.Description, string.Join(", ", product.Tags), kind.Licences.Select(usual =>
        {
            var offer = product.Offers.FirstOrDefault(o => o.Licence == usual.Licence);
            var price = offer?.Price.Major.ToString($"F{offer.Price.Currency.Exponent}", CultureInfo.CurrentCulture);
            // The only licence there is needs no choosing.
            return new OfferForm(usual.Licence, usual.Name, offer is not null || kind.Licences.Count == 1, price, offer?.NamesPrice ?? false, offer?.Name ?? usual.Name, offer?.Terms ?? usual.Terms);
        }).ToList());

        public static Form Typed(Microsoft.AspNetCore.Http.IFormCollection fields, ProductKind kind) => new(
            fields["Input.Title"].ToString(), fields["Input.Category"].ToString(), fields["Input.Description"].ToString(), fields["Input.Tags"].ToString(),
            kind.Licences.Select((usual, i) => new OfferForm(
                usual.Licence, usual.Name, fields[$"Input.Offers.{i}.On"].ToString() == "true", fields[$"Input.Offers.{i}.Price"].ToString(), fields[$"Input.Offers.{i}.NamesPrice"].ToString() == "true",
                fields[$"Input.Offers.{i}.Name"].ToString(), fields[$"Input.Offers.{i}.Terms"].ToString())).ToList());
    }

    /// <param name="Usual">The licence's usual name, English.</param>
    internal sealed record OfferForm(Licence Licence, string Usual, bool On, string? Price, bool NamesPrice, string? Name, string? Terms)
    {
        public OfferLine Line(int index, Currency currency) => Money.TryParse(Price, currency, out var price)
            ? new OfferLine(Licence, price, Name, Terms, NamesPrice)
            : throw Refused.Invalid(new FieldError($"/offers/{index}/price", "price", "Write a price, like 29.90."));
    }
}
