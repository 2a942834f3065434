using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>Every invoice and credit note, for finance.</summary>
[Authorize("right:finance")]
internal sealed class AdminInvoicesPage(ListInvoices list, Caller caller) : PageModel
{
    public Page<InvoiceItem> Invoices { get; private set; } = null!;

    [FromQuery(Name = "series")]
    public string? Series { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop) => Invoices = await list.ForStaff(Series, Cursor, caller, stop);
}
