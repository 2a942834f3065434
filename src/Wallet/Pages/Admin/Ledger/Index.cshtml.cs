using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Every transaction of the ledger, newest first: by kind, account, what it is about, key, person.</summary>
[Authorize("right:finance")]
internal sealed class LedgerPage(NpgsqlDataSource source, Cursors cursors, IUsers users, LedgerNames names) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? AccountKind { get; set; }

    [BindProperty(SupportsGet = true, Name = "ref")]
    public string? Reference { get; set; }

    [BindProperty(SupportsGet = true, Name = "key")]
    public string? Key { get; set; }

    [BindProperty(SupportsGet = true, Name = "owner")]
    public string? Owner { get; set; }

    public LedgerNames Names => names;

    public Page<BrowseLedger.Row> Rows { get; private set; } = new([], false, null);

    public IReadOnlyList<string> AccountKinds { get; private set; } = [];

    public bool Filtered => new[] { Kind, AccountKind, Reference, Key, Owner }.Any(f => !string.IsNullOrWhiteSpace(f));

    public async Task OnGetAsync(string? cursor, CancellationToken stop)
    {
        AccountKinds = await source.Command("SELECT code FROM wallet.account_kinds ORDER BY code").List(r => r.GetString(0), stop);
        var filter = await new BrowseLedger.Asked(Kind, AccountKind, Reference, Key, Owner).ToFilter(users, stop);
        Rows = await BrowseLedger.Transactions(filter, cursor, 50, source, cursors, stop);
        await names.Learn([], Rows.Data.Select(r => r.Reference?.ToString()), stop);
    }

    /// <summary>What is shown, as a file.</summary>
    public string CsvUrl => "/api/v1/ledger/transactions.csv" + QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["kind"] = Kind, ["account"] = AccountKind, ["ref"] = Reference, ["key"] = Key, ["owner"] = Owner,
    }.Where(f => !string.IsNullOrWhiteSpace(f.Value)));
}
