using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

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
        const int limit = 50;
        var state = ReadDisputes.StateOf(State);
        var filters = new { list = "admin disputes", state };
        var rows = db.Disputes.AsNoTracking().Where(d => state == null || d.State == state);
        if (cursors.Read(cursor, filters) is { } after)
        {
            var (at, id) = (after[0].GetDateTimeOffset(), after[1].GetGuid());
            rows = rows.Where(d => d.OpenedAt < at || d.OpenedAt == at && d.Id.CompareTo(id) < 0);
        }

        Disputes = cursors.Page(await rows.OrderByDescending(d => d.OpenedAt).ThenByDescending(d => d.Id).Take(limit + 1).ToListAsync(stop), limit, filters, d => [d.OpenedAt, d.Id]);
        await names.Learn([], Disputes.Data.Select(d => d.SubjectId.ToString()), stop);
    }
}
