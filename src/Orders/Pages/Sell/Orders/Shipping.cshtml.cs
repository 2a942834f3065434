using System.Globalization;
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
    private const int Spare = 2;

    public ShopLine? Shop { get; private set; }

    /// <summary>What can be typed for where: names of countries, and one for all others.</summary>
    public IEnumerable<string> Places => users.Countries.Select(c => c.Name).Prepend(Elsewhere);

    [BindProperty]
    public Form Input { get; set; } = new();

    private string Elsewhere => texts["Everywhere else"];

    public override async Task Load()
    {
        Shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products, HttpContext.RequestAborted)).FirstOrDefault(s => Input.Shop is null || s.Id == Input.Shop);
        if (Shop is null) return;
        if (Input.Rates.Count == 0) Input.Rates = [.. (await SaveShipping.Read(Shop.Id, caller, catalog, db, HttpContext.RequestAborted)).Rates.Select(RowOf)];
        while (Input.Rates.Count(r => r.IsEmpty) < Spare) Input.Rates.Add(new Row());
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => s.Id == Input.Shop) ?? throw Refused.NotFound();
        Input.Rates.RemoveAll(r => r.IsEmpty);
        ModelState.Clear();     // it speaks of the rows as they stood
        var rates = Input.Rates.Select((row, at) => Read(row, at, shop.Currency)).ToList();
        if (!ModelState.IsValid) throw Refused.Invalid();

        var request = new SaveShipping.Request(rates);
        new SaveShipping.Validator().MustAccept(request);
        await SaveShipping.Handle(shop.Id, request, caller, catalog, users, db, work, clock);
        this.Toast(texts["Saved."]);
        return RedirectToPage();
    }

    private Row RowOf(SaveShipping.Rate rate) => new()
    {
        Country = rate.Country is { } code ? users.Countries.First(c => c.Code == code).Name : Elsewhere,
        MaxGrams = rate.MaxGrams,
        Price = BuyBoxModel.Plain(rate.Price),
        FreeFrom = rate.FreeFrom is { } free ? BuyBoxModel.Plain(free) : null,
    };

    private SaveShipping.Rate Read(Row row, int at, Currency currency)
    {
        void Wrong(string field, string why) => ModelState.AddModelError($"{nameof(Input)}.{nameof(Form.Rates)}[{at}].{field}", texts[why]);
        Money Amount(string? typed, string field)
        {
            if (Money.TryParse(typed, currency, out var amount) && amount.Minor >= 0) return amount;
            Wrong(field, "Write an amount such as 25 or 25.00.");
            return default;
        }

        if (!IsPlace(row.Country, out var country)) Wrong(nameof(row.Country), string.IsNullOrWhiteSpace(row.Country) ? "Choose a country." : "There is no such country.");
        return new SaveShipping.Rate(Amount(row.Price, nameof(row.Price)), country, row.MaxGrams, string.IsNullOrWhiteSpace(row.FreeFrom) ? null : Amount(row.FreeFrom, nameof(row.FreeFrom)));
    }

    // By its name, capitals and accents or not, or its two letters. Null: everywhere else.
    private bool IsPlace(string? typed, out string? country)
    {
        var name = (typed ?? "").Trim();
        bool Is(string known) => CultureInfo.CurrentCulture.CompareInfo.Compare(name, known, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) == 0;
        country = users.Countries.FirstOrDefault(c => Is(c.Name) || Is(c.Code)).Code;
        return country is not null || Is(Elsewhere);
    }

    internal sealed class Form
    {
        public Guid? Shop { get; set; }

        public List<Row> Rates { get; set; } = [];
    }

    internal sealed class Row
    {
        /// <summary>As it is called in the language of the page, or "everywhere else".</summary>
        public string? Country { get; set; }

        public int? MaxGrams { get; set; }

        public string? Price { get; set; }

        public string? FreeFrom { get; set; }

        /// <summary>It is not in use: what else stands in it is not looked at.</summary>
        public bool IsEmpty => string.IsNullOrWhiteSpace(Country) && string.IsNullOrWhiteSpace(Price);
    }
}
