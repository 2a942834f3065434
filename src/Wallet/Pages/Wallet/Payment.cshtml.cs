using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>What became of a payment.</summary>
[Authorize]
internal sealed class PaymentPage(Caller caller, WalletDb db) : PageModel
{
    internal ShowPayment.Reply Payment { get; private set; } = null!;

    public async Task OnGetAsync(Guid id, CancellationToken stop) => Payment = await ShowPayment.Handle(id, caller, db, stop);
}
