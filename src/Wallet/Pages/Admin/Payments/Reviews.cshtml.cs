using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>Payments that wait for a decision of staff, the most urgent first; behind them those whose provider has not answered to it.</summary>
[Authorize("right:finance")]
internal sealed class PaymentReviewsPage(WalletDb db, LedgerNames names) : PageModel
{
    public IReadOnlyList<Charge> Charges { get; private set; } = [];

    public LedgerNames Names => names;

    public async Task OnGetAsync(CancellationToken stop)
    {
        Charges = await PaymentReviews.Waiting(db, stop);
        await names.Learn(Charges.Select(c => (Guid?)c.PayerId).Distinct(), [], stop);
    }
}
