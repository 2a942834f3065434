using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>Asks every module whether its books are right, in one snapshot, when the page is opened.</summary>
[Authorize("right:finance")]
internal sealed class InvariantsPage(InvariantCheck check, TimeProvider clock) : PageModel
{
    public IReadOnlyList<InvariantResult> Results { get; private set; } = [];

    public DateTimeOffset At { get; private set; }

    public async Task OnGetAsync(CancellationToken stop)
    {
        At = clock.GetUtcNow();
        Results = await check.Run(stop);
    }
}
