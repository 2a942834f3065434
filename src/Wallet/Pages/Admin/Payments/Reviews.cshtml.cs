using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>Payments that wait for a decision of staff, the most urgent first.</summary>
[Authorize("right:finance")]
internal sealed class PaymentReviewsPage(WalletDb db, LedgerNames names) : PageModel
{
    private const int Most = 200;

    public IReadOnlyList<Charge> Charges { get; private set; } = [];

    public LedgerNames Names => names;

    public async Task OnGetAsync(CancellationToken stop)
    {
        Charges = await db.Charges.AsNoTracking().Where(c => c.State == PaymentState.Authorised).OrderBy(c => c.AuthorisedUntil).ThenBy(c => c.Id).Take(Most).ToListAsync(stop);
        await names.Learn(Charges.Select(c => (Guid?)c.PayerId).Distinct(), [], stop);
    }
}
