using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>All disputes, newest first.</summary>
[Authorize("right:finance")]
internal sealed class AdminDisputesPage(WalletDb db, Cursors cursors, LedgerNames names) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    public Page<Dispute> Disputes { get; private set; } = new([], false, null);

    public LedgerNames Names => names;

    public async Task OnGetAsync([FromQuery] string? cursor, CancellationToken stop)
    {
        Disputes = await BrowseDisputes.Handle(new BrowseDisputes.Request(State, cursor, 50), db, cursors, stop);
        await names.Learn([], Disputes.Data.Select(d => d.SubjectId.ToString()), stop);
    }
}
