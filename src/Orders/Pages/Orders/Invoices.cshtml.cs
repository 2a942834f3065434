using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>One's invoices and credit notes: those received, and those that one's shop issued.</summary>
[Authorize]
internal sealed class InvoicesPage(ListInvoices list, Caller caller) : PageModel
{
    public Page<InvoiceItem> Invoices { get; private set; } = null!;

    [FromQuery(Name = "of")]
    public string? Of { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public bool Issued => Of == "issued";

    public bool Sells => caller.Can(Capabilities.CanSell);

    public async Task OnGetAsync(CancellationToken stop) => Invoices = await list.Handle(Issued ? "issued" : "received", null, Cursor, 50, caller, stop);
}
