using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>What a seller pays to sell, and the market's plans by which it is less.</summary>
[Authorize("can:can_sell")]
internal sealed class SellerPlansPage(SellerPlans plans, Caller caller) : PageModel
{
    public SellerPlansReply Plans { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken stop) => Plans = await plans.Handle(caller, stop);

    public static string Share(TierReply tier) => (tier.CommissionRate / 10_000m).ToString("P0", System.Globalization.CultureInfo.CurrentCulture);
}
