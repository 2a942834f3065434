using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>What tax is owed to which country: a table and a file.</summary>
[Authorize("right:finance")]
internal sealed class TaxesPage(NpgsqlDataSource source, IUsers users, TimeProvider clock) : PageModel
{
    [FromQuery(Name = "from")]
    public DateOnly? From { get; set; }

    [FromQuery(Name = "to")]
    public DateOnly? To { get; set; }

    public ReadTaxes.Reply Shown { get; private set; } = null!;

    /// <summary>By the market itself, one a currency.</summary>
    public IEnumerable<Money> Owed => Shown.Data.Where(r => r.By == TaxCollector.Market).GroupBy(r => r.Tax.Currency).Select(g => g.Aggregate(Money.Zero(g.Key), (sum, r) => sum + r.Tax));

    public string CsvUrl => $"/api/v1/taxes.csv?from={Day(Shown.From)}&to={Day(Shown.To)}";

    public string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string CountryName(string code) => users.Countries.FirstOrDefault(c => c.Code == code).Name ?? code;

    public async Task OnGetAsync(CancellationToken stop) => Shown = await ReadTaxes.Handle(new ReadTaxes.Request(From, To), source, clock, stop);
}
