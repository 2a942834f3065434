using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>An invoice or credit note, for screen and paper.</summary>
[Authorize]
internal sealed class InvoicePage(ReadInvoice read, OrdersDb db, Caller caller) : PageModel
{
    /// <summary>Null in the moment after it was issued.</summary>
    public InvoiceReply? Paper { get; private set; }

    [FromRoute]
    public Guid Id { get; set; }

    public string Back { get; private set; } = "/invoices";

    public async Task OnGetAsync(CancellationToken stop)
    {
        try
        {
            Paper = await read.Handle(Id, caller, stop);
            var invoice = (await db.Invoices.FindAsync([Id], stop))!;
            Back = invoice.Recipient == caller.Account ? "/invoices" : invoice.IssuerAccount == caller.Account ? "/invoices?of=issued" : "/admin/invoices";
        }
        catch (Refused refused) when (refused.Code == "invoice_not_ready")
        {
            (Response.StatusCode, Response.Headers.RetryAfter) = (refused.Status, "5");
        }
    }
}
