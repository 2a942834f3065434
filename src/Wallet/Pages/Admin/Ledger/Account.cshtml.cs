using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One account and its postings, newest first.</summary>
[Authorize("right:finance")]
internal sealed class AccountPage(NpgsqlDataSource source, Cursors cursors, LedgerNames names) : PageModel
{
    public BrowseLedger.AccountRow Account { get; private set; } = null!;

    public Page<BrowseLedger.Posting> Postings { get; private set; } = new([], false, null);

    public LedgerNames Names => names;

    public async Task OnGetAsync(long id, string? cursor, CancellationToken stop)
    {
        Account = await BrowseLedger.Account(id, source, stop);
        Postings = await BrowseLedger.Postings(Account, cursor, 50, source, cursors, stop);
        await names.Learn([Account.Owner], Postings.Data.Select(p => p.Reference?.ToString()).Append(Account.Reference), stop);
    }
}
