using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>
/// After paying by a button: on to the seller's page. A page of ours in between, because a form's answer may not lead a browser to another site; and
/// whoever is sent sees where to.
/// </summary>
[Authorize]
internal sealed class ThanksPage(NpgsqlDataSource source, Caller caller) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public string Return { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await ButtonSale.ReturnOf(Id, caller.Account, source, stop) is not { } address) return LocalRedirect($"/orders/{Id}");
        Return = address;
        (Response.Headers["Refresh"], Response.Headers["Referrer-Policy"]) = ($"4;url={address}", "no-referrer");
        return Page();
    }
}
