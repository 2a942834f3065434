using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>The trial balance by kind, which sums to 0, and the accounts behind each of its lines.</summary>
[Authorize("right:finance")]
internal sealed class AccountsPage(NpgsqlDataSource source, Cursors cursors, LedgerNames names) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    /// <summary>A past moment, UTC; empty is now.</summary>
    [BindProperty(SupportsGet = true, Name = "at")]
    public string? At { get; set; }

    public DateTimeOffset? Moment { get; private set; }

    public LedgerNames Names => names;

    public IReadOnlyList<BrowseLedger.Total> Totals { get; private set; } = [];

    public IReadOnlyList<string> Currencies { get; private set; } = [];

    public Page<BrowseLedger.AccountRow> Accounts { get; private set; } = new([], false, null);

    public async Task OnGetAsync(string? cursor, CancellationToken stop)
    {
        var all = await BrowseLedger.Totals(Moment = BalancesAt.Moment(At), source, stop);
        Currencies = all.Select(t => t.Balance.Currency.Code).Distinct().OrderBy(c => c != "EUR").ThenBy(c => c, StringComparer.Ordinal).ToList();
        Currency = Currencies.Contains(Currency ?? "") ? Currency : Currencies.Count > 0 ? Currencies[0] : null;
        Totals = all.Where(t => t.Balance.Currency.Code == Currency).ToList();
        if (string.IsNullOrEmpty(Kind)) return;

        Accounts = await BrowseLedger.Accounts(Kind, Currency, Moment, cursor, 50, source, cursors, stop);
        await names.Learn(Accounts.Data.Select(a => a.Owner), Accounts.Data.Select(a => a.Reference), stop);
    }
}
