using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>Opens the shop of somebody who has none, else edits it.</summary>
[Authorize]
internal sealed class MyShopPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, IUsers users, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<OpenShop.Request> opening, IValidator<EditShop.Request> editing) : FormPage
{
    public ShopView? Shop { get; private set; }

    public IReadOnlyList<SelectListItem> Currencies { get; } = [new("EUR – euro", "EUR"), new("USD – dollar", "USD"), new("GBP – pound", "GBP")];

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        Shop = await ReadShops.Of(caller.Account, source, HttpContext.RequestAborted);
        if (Shop is not null && Request.Method == "GET") Input = new Form { Name = Shop.Name, Description = Shop.Description, Version = Shop.Version };
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await ReadShops.Of(caller.Account, source, HttpContext.RequestAborted) is { } mine)
        {
            var change = new EditShop.Request(Input.Name ?? "", Input.Description ?? "");
            editing.MustAccept(change);
            await EditShop.Handle(mine.Slug, Input.Version ?? 0, change, caller, db);
            this.Toast(texts["Saved."]);
            return RedirectToPage();
        }

        var request = new OpenShop.Request(Input.Name ?? "", Input.Description, Input.Currency);
        opening.MustAccept(request);
        await OpenShop.Handle(request, caller, db, work, users, clock);
        this.Toast(texts["Your shop is open."]);
        return RedirectToPage("/Sell/Catalog/Overview");
    }

    internal sealed class Form
    {
        public string? Name { get; set; }

        public string? Description { get; set; }

        public string? Currency { get; set; } = "EUR";

        public int? Version { get; set; }
    }
}
