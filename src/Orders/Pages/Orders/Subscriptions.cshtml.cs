using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize]
internal sealed class SubscriptionsPage(OrdersDb db, Cursors cursors, Caller caller) : PageModel
{
    public Page<SubscriptionReply> Subscriptions { get; private set; } = null!;

    [FromQuery]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop) => Subscriptions = await ReadSubscription.List(Cursor, null, caller, db, cursors, stop);
}
