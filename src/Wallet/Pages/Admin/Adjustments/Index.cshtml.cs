using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>What was proposed, and what became of it.</summary>
[Authorize("right:finance")]
internal sealed class AdjustmentsPage(WalletDb db, LedgerNames names) : PageModel
{
    public static IReadOnlyList<(string State, string Words)> States { get; } = [("proposed", "To decide"), ("posted", "Posted"), ("rejected", "Rejected")];

    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    public IReadOnlyList<AdjustmentView> Rows { get; private set; } = [];

    public LedgerNames Names => names;

    public async Task OnGetAsync(CancellationToken stop)
    {
        if (!States.Any(s => s.State == State)) State = "proposed";
        var wanted = Enum.Parse<AdjustmentState>(State!, true);
        Rows = (await db.Adjustments.AsNoTracking().Where(a => a.State == wanted).OrderByDescending(a => a.ProposedAt).ThenByDescending(a => a.Id).Take(100).ToListAsync(stop)).ConvertAll(AdjustmentView.Of);
        await names.Learn(Rows.SelectMany(r => new Guid?[] { r.Account, r.ProposedBy }), [], stop);
    }
}
