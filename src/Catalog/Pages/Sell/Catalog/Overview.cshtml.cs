using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>The seller's start: their shop, or why they should open one.</summary>
[Authorize]
internal sealed class OverviewPage(NpgsqlDataSource source, Cursors cursors, Caller caller) : PageModel
{
    public ShopView? Shop { get; private set; }

    public OwnProducts.Counts Counts { get; private set; } = null!;

    public IReadOnlyList<OwnLine> Products { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var stop = HttpContext.RequestAborted;
        Shop = await ReadShops.Of(caller.Account, source, stop);
        if (Shop is null) return;
        Counts = await OwnProducts.Count(caller.Account, source, stop);
        Products = (await OwnProducts.List(null, null, null, 8, caller, source, cursors, stop)).Data;
    }
}
