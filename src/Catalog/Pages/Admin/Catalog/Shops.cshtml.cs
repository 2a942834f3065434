using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

[Authorize("right:moderation")]
internal sealed class ShopsPage(NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public string? Typed { get; private set; }

    public Page<ShopRegister.Line> Shops { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? q, [FromQuery] string? cursor)
    {
        Typed = Words.Typed(q);
        Shops = await ShopRegister.List(Typed, cursor, 50, source, cursors, HttpContext.RequestAborted);
    }
}
