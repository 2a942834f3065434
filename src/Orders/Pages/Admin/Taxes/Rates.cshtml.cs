using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>The rates of taxes, past and to come; finance writes new ones.</summary>
[Authorize("right:finance")]
internal sealed class TaxRatesPage(
    Caller caller, NpgsqlDataSource source, UnitOfWork work, IUsers users, IAudit audit, Fulfilments fulfilments, TimeProvider clock, IStringLocalizer<Texts> texts, IStringLocalizer<Marketplace.Catalog.Texts> kinds) : FormPage
{
    private IReadOnlyDictionary<Guid, Person> people = new Dictionary<Guid, Person>();

    [BindProperty]
    public SetTaxRate.Request Input { get; set; } = new();

    [FromQuery(Name = "country")]
    public string? Country { get; set; }

    public IReadOnlyList<TaxRate> Rates { get; private set; } = [];

    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public IEnumerable<SelectListItem> Filter => Countries(texts["All"], Country);

    public IEnumerable<SelectListItem> Choices => Countries(texts["Choose a country."], Input.Country);

    public IEnumerable<SelectListItem> Kinds =>
        new[] { TaxRate.Goods, TaxRate.Electronic }.Concat(fulfilments.Known.Order(StringComparer.Ordinal)).Select(kind => new SelectListItem(KindName(kind), kind));

    public string CountryName(string code) => users.Countries.FirstOrDefault(c => c.Code == code).Name ?? code;

    public string KindName(string kind) => kind switch
    {
        TaxRate.Goods => texts["All that is sent"],
        TaxRate.Electronic => texts["All else"],
        "digital" => kinds["Digital product"],
        "physical" => kinds["Physical product"],
        "reseller" => kinds["Reseller service"],
        _ => kinds[char.ToUpperInvariant(kind[0]) + kind[1..]],
    };

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public override async Task Load()
    {
        Rates = await TaxRate.All(string.IsNullOrEmpty(Country) ? null : Country, source, HttpContext.RequestAborted);
        people = await users.People(Rates.Select(r => r.ChangedBy).OfType<Guid>().Distinct().ToList(), HttpContext.RequestAborted);
        if (Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method)) Input = new SetTaxRate.Request(Country, FromDay: Today);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var rate = await SetTaxRate.Handle(Input, caller, work, audit, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect($"/admin/tax-rates?country={rate.Country}");
    }

    private IEnumerable<SelectListItem> Countries(string none, string? chosen) => users.Countries.Select(c => new SelectListItem(c.Name, c.Code, c.Code == chosen)).Prepend(new SelectListItem(none, ""));
}
