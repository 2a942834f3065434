using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Commission, fees and costs by day or month: a chart, a table, a file.</summary>
[Authorize("right:finance")]
internal sealed class EarningsPage(NpgsqlDataSource source, TimeProvider clock) : PageModel
{
    public const int AtFirst = 10;

    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    [BindProperty(SupportsGet = true, Name = "by")]
    public string? By { get; set; }

    [BindProperty(SupportsGet = true, Name = "from")]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true, Name = "to")]
    public DateOnly? To { get; set; }

    public ReadEarnings.Reply Shown { get; private set; } = null!;

    public IReadOnlyList<string> Currencies { get; private set; } = [];

    /// <summary>Lines on which anything moved.</summary>
    public IReadOnlyList<string> Lines { get; private set; } = [];

    public EarningsChart Chart => EarningsChart.Of(Shown.Data.Select(p => p.Net.Minor).ToList());

    /// <summary>Periods in which anything moved, the newest first.</summary>
    public IReadOnlyList<ReadEarnings.Period> Newest { get; private set; } = [];

    public string Name(ReadEarnings.Period period) => period.Starts.ToString(Shown.By == "day" ? "d" : "Y", CultureInfo.CurrentCulture);

    public string CsvUrl => "/api/v1/earnings.csv" + Query();

    public string With(string filter, string value) => "/admin/earnings" + Query((filter, value));

    public async Task OnGetAsync(CancellationToken stop)
    {
        Currencies = await source.Command(
            "SELECT DISTINCT a.currency FROM wallet.accounts a JOIN wallet.account_kinds k ON k.code = a.kind AND k.class IN ('income', 'expense') WHERE a.currency <> 'XPL'").List(r => r.GetString(0), stop);
        Currencies = Currencies.OrderBy(c => c != "EUR").ThenBy(c => c, StringComparer.Ordinal).ToList();
        Shown = await ReadEarnings.Handle(new ReadEarnings.Request(Currency ?? (Currencies.Count > 0 ? Currencies[0] : null), By, From, To), source, clock, stop);
        Newest = Shown.Data.Where(p => p.Net.Minor != 0 || p.Volume.Minor != 0).Reverse().ToList();
        Lines = ReadEarnings.Lines.Where(line => line == "commission" || Shown.Data.Any(p => p.Amounts[line].Minor != 0)).ToList();
    }

    private QueryString Query(params IReadOnlyList<(string Name, string Value)> changed)
    {
        var filters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["currency"] = Currency, ["by"] = By, ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in changed) filters[name] = value;
        return QueryString.Create(filters.Where(f => !string.IsNullOrEmpty(f.Value)));
    }
}

/// <summary>English for the lines of the earnings; pages translate it.</summary>
internal static class EarningWords
{
    public static string Of(string line) => line switch
    {
        "commission" => "Commission", "fees_recovered" => "Fees recovered", "withdrawal_fees" => "Withdrawal fees", "boosts" => "Boosts", "subscriptions" => "Subscriptions",
        "processing" => "Processing cost", "affiliates" => "Affiliate cost", "refunds" => "Refunds", "disputes" => "Disputes", _ => "Other",
    };
}
