using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>One payment as finance sees it.</summary>
[Authorize("right:finance")]
internal sealed class AdminPaymentPage(WalletDb db, LedgerNames names) : PageModel
{
    public Charge Charge { get; private set; } = null!;

    public LedgerNames Names => names;

    public async Task OnGetAsync(Guid id, CancellationToken stop)
    {
        Charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, stop) ?? throw Refused.NotFound();
        await names.Learn([Charge.PayerId], [Charge.SubjectId.ToString()], stop);
    }
}
