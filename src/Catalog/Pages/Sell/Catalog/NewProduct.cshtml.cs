using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class NewProductPage(Npgsql.NpgsqlDataSource source, CatalogDb db, UnitOfWork work, ProductKinds kinds, Caller caller, TimeProvider clock, IValidator<CreateProduct.Request> rules) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new CreateProduct.Request(Input.Kind ?? "beat", Input.Title ?? "", Shop: (await ChosenShop.Of(HttpContext, caller, ShopPermission.Products, source))?.Slug);
        rules.MustAccept(request);
        var product = await CreateProduct.Handle(request, caller, db, work, kinds, clock);
        return RedirectToPage("/Sell/Catalog/EditProduct", new { id = product.Id });
    }

    internal sealed class Form
    {
        public string? Kind { get; set; }

        public string? Title { get; set; }
    }
}
