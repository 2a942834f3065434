using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>Changes of products on sale, the one that waits longest first.</summary>
[Authorize("right:moderation")]
internal sealed class ChangesPage(NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public Page<ChangeLine> Queue { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? cursor) => Queue = await ChangeQueue.List(cursor, 50, source, cursors, HttpContext.RequestAborted);
}
