using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One transaction: its legs as debit and credit, which are the same sum.</summary>
[Authorize("right:finance")]
internal sealed class TransactionPage(NpgsqlDataSource source, LedgerNames names) : PageModel
{
    public BrowseLedger.Whole Whole { get; private set; } = null!;

    public LedgerNames Names => names;

    public async Task OnGetAsync(long id, CancellationToken stop)
    {
        Whole = await BrowseLedger.Transaction(id, source, stop);
        await names.Learn(Whole.Legs.Select(l => l.Owner).Append(Whole.Actor), Whole.Legs.Select(l => l.AccountReference).Append(Whole.Reference?.ToString()), stop);
    }
}
