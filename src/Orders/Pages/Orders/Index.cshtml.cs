using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize]
internal sealed class OrdersPage(ListOrders list, Caller caller) : PageModel
{
    public Page<OrderLine> Orders { get; private set; } = null!;

    [FromQuery]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop) => Orders = await list.Handle(null, Cursor, null, caller, stop);
}
