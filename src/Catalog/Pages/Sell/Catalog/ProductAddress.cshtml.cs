using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class ProductAddressPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, ProductKinds kinds, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts, IValidator<MoveProduct.Request> rules) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        Product = await ProductView.Mine(Id, caller, source, kinds, HttpContext.RequestAborted);
        Input.Slug ??= Product.Slug;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new MoveProduct.Request((Input.Slug ?? "").Trim().ToLowerInvariant());
        rules.MustAccept(request);
        await MoveProduct.Handle(Id, request, caller, db, work, kinds, clock);
        this.Toast(texts["Moved. The old address leads here."]);
        return RedirectToPage("/Sell/Catalog/EditProduct", new { id = Id });
    }

    internal sealed class Form
    {
        public string? Slug { get; set; }
    }
}
