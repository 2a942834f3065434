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

    /// <summary>The shop in which they work just now, theirs or another's.</summary>
    public Workplace? Place { get; private set; }

    public ShopPlans.Room Room { get; private set; } = null!;

    public OwnProducts.Counts Counts { get; private set; } = null!;

    public IReadOnlyList<OwnLine> Products { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var stop = HttpContext.RequestAborted;
        Place = await ChosenShop.Any(HttpContext, caller, source);
        if (Place is null || await ReadShops.Inside(Place.Id, source, stop) is not { } inside) return;
        Shop = inside.Shop;
        Counts = await OwnProducts.Count(Place.Id, source, stop);
        Room = await ShopPlans.Of(Place.Id, source, stop);
        if (Place.Allows(ShopPermission.Products)) Products = (await OwnProducts.List(null, null, Place.Slug, null, 8, caller, source, cursors, stop)).Data;
    }
}
