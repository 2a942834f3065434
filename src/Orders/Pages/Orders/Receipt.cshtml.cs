using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>An order for who holds the link that was mailed: what was bought and paid, no files and nobody's name.</summary>
[AllowAnonymous]
internal sealed class ReceiptPage(Receipts receipts) : PageModel
{
    public Order Order { get; private set; } = null!;

    public async Task OnGetAsync(string token, CancellationToken stop)
    {
        (Response.Headers["Referrer-Policy"], Response.Headers.CacheControl, Response.Headers["X-Robots-Tag"]) = ("no-referrer", "no-store", "noindex");
        Order = await receipts.Open(token, stop);
    }
}
