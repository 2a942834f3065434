using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>
/// Where a provider sends its payer back to. What came with them is believed by nobody: the provider is asked, as the sweep would ask it,
/// and they go on to the page for which they paid.
/// </summary>
[Authorize]
internal sealed class BackPage(Caller caller, WalletDb db, SubmitPayment submit) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        var payer = caller.Account;
        var charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.PayerId == payer, stop) ?? throw Refused.NotFound();
        if (charge.IsOpen) await submit.Handle(id, stop);
        return LocalRedirect(charge.ReturnPath);
    }
}
