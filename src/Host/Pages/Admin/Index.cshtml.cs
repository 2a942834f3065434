using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Host.Pages.Admin;

/// <summary>The back office opens at the first page that the person may see.</summary>
[Authorize]
internal sealed class AdminIndexPage(Composition composition, Caller caller) : PageModel
{
    public IActionResult OnGet() => composition.Menu("admin", caller).FirstOrDefault() is { } first
        ? LocalRedirect(first.Url)
        : throw Refused.Forbidden();
}
