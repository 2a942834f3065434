using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class ImportsPage(CatalogDb db, Caller caller) : PageModel
{
    public IReadOnlyList<ImportView> Imports { get; private set; } = [];

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public async Task OnGetAsync()
    {
        Imports = await ReadImports.List(caller, db, HttpContext.RequestAborted);
        // The upload's script follows the redirect before the browser does: what it was told is for the person.
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(UploadRoutes.RefusedKey) : TempData[UploadRoutes.RefusedKey]) as string;
    }
}
