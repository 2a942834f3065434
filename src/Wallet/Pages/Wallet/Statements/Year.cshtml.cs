using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>A year of one's money, for the tax office: beautiful on paper.</summary>
[Authorize]
internal sealed class YearStatementPage(Caller caller, NpgsqlDataSource source, TimeProvider clock) : PageModel
{
    public int Year { get; private set; }

    public string? Name => caller.Name;

    public DateTimeOffset MadeAt => clock.GetUtcNow();

    public IReadOnlyList<YearStatement.Sheet> Sheets { get; private set; } = [];

    public IReadOnlyList<int> Years { get; private set; } = [];

    /// <summary>Months before the first movement would only be zeros.</summary>
    public bool Shown(YearStatement.Row month) => month.HasMoved || month.Opening.Minor != 0 || month.Closing.Minor != 0;

    public async Task OnGetAsync(int year, CancellationToken stop)
    {
        Year = year;
        Sheets = await YearStatement.Read(year, caller.Account, source, clock, stop);
        Years = (await YearStatement.Years(caller.Account, source, stop)).Append(year).Distinct().OrderDescending().ToList();
    }
}
