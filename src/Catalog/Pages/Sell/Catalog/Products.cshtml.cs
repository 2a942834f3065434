using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class ProductsPage(NpgsqlDataSource source, Cursors cursors, Caller caller) : PageModel
{
    public string? Filter { get; private set; }

    public Page<ProductLine> Products { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? cursor)
    {
        Filter = state is "draft" or "active" or "paused" or "archived" ? state : null;
        Products = await OwnProducts.List(Filter, cursor, 50, caller, source, cursors, HttpContext.RequestAborted);
    }
}
