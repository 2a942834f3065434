using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>The contract of a licence, for screen and paper.</summary>
[Authorize]
internal sealed class ContractPage(ReadContract read, Caller caller) : PageModel
{
    /// <summary>Null in the moment after the payment.</summary>
    public ContractReply? Contract { get; private set; }

    [FromRoute]
    public Guid Item { get; set; }

    public async Task OnGetAsync(CancellationToken stop)
    {
        try
        {
            Contract = await read.Handle(Item, caller, stop);
        }
        catch (Refused refused) when (refused.Code == "contract_not_ready")
        {
            (Response.StatusCode, Response.Headers.RetryAfter) = (refused.Status, "5");
        }
    }
}
