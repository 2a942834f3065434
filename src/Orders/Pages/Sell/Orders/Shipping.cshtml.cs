using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages.Sell;

/// <summary>What a shop asks for sending, as a table to type into; empty rows at its end are for more.</summary>
[Authorize]
internal sealed class ShippingPage(ICatalog catalog, IUsers users, OrdersDb db, UnitOfWork work, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    private const string Elsewhere = "*";

    private const int Spare = 4;

    public ShopLine? Shop { get; private set; }

    public IReadOnlyList<(string Code, string Name)> Countries => users.Countries;

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        Shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products, HttpContext.RequestAborted)).FirstOrDefault(s => Input.Shop is null || s.Id == Input.Shop);
        if (Shop is null || Input.Rows.Count > 0) return;
        var rates = (await SaveShipping.Read(Shop.Id, caller, catalog, db, HttpContext.RequestAborted)).Rates;
        Input.Rows = [.. rates.Select(r => new Row { Country = r.Country ?? Elsewhere, MaxGrams = r.MaxGrams, Price = BuyBoxModel.Plain(r.Price), FreeFrom = r.FreeFrom is { } free ? BuyBoxModel.Plain(free) : null }),
            .. Enumerable.Range(0, Spare).Select(_ => new Row())];
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => s.Id == Input.Shop) ?? throw Refused.NotFound();
        var request = new SaveShipping.Request(Input.Rows.Where(r => !string.IsNullOrEmpty(r.Country)).Select(r => new SaveShipping.Rate(
            Amount(r.Price, shop.Currency), r.Country == Elsewhere ? null : r.Country, r.MaxGrams, string.IsNullOrWhiteSpace(r.FreeFrom) ? null : Amount(r.FreeFrom, shop.Currency))).ToList());
        new SaveShipping.Validator().Check(request);
        await SaveShipping.Handle(shop.Id, request, caller, catalog, users, db, work, clock);
        this.Toast(texts["Saved."]);
        return RedirectToPage();
    }

    private static Money Amount(string? typed, Currency currency) => Money.TryParse(typed, currency, out var amount) && amount.Minor >= 0
        ? amount
        : throw Refused.Invalid(new FieldError("/rows", "malformed", "Write an amount such as 25 or 25.00."));

    internal sealed class Form
    {
        public Guid? Shop { get; set; }

        public List<Row> Rows { get; set; } = [];
    }

    internal sealed class Row
    {
        /// <summary>Two letters; * for everywhere else; empty: not in use.</summary>
        public string? Country { get; set; }

        public int? MaxGrams { get; set; }

        public string? Price { get; set; }

        public string? FreeFrom { get; set; }
    }
}
