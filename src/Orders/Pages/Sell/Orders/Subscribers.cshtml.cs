using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>The members of the seller's memberships, and what they bring.</summary>
[Authorize("can:can_sell")]
internal sealed class SubscribersPage(ListSubscribers list, Caller caller) : PageModel
{
    public Page<SubscriberLine> Subscribers { get; private set; } = null!;

    public IReadOnlyList<SubscriberTotals> Totals { get; private set; } = [];

    [FromQuery]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop)
    {
        Subscribers = await list.Handle(Cursor, 50, caller, stop);
        Totals = await list.Totals(caller, stop);
    }
}
