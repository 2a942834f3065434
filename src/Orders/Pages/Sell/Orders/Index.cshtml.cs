using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize("can:can_sell")]
internal sealed class SalesPage(ListSales list, Caller caller) : PageModel
{
    public Page<SaleLine> Sales { get; private set; } = null!;

    [FromQuery]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop) => Sales = await list.Handle(Cursor, 50, caller, stop);
}
