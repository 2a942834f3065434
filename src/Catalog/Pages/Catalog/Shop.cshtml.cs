using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages;

[AllowAnonymous]
internal sealed class ShopPage(NpgsqlDataSource source, Cursors cursors, Caller caller) : PageModel
{
    public ShopView Shop { get; private set; } = null!;

    public bool IsMine { get; private set; }

    public Page<ProductLine> Products { get; private set; } = null!;

    public async Task OnGetAsync(string slug, [FromQuery] string? cursor)
    {
        var stop = HttpContext.RequestAborted;
        (Shop, var owner) = await ReadShops.BySlug(slug, source, stop);
        IsMine = owner == caller.AccountOrNull;
        Products = await ListProducts.Handle(new ListProducts.Query(Shop: Shop.Slug), cursor, 24, source, cursors, stop);
    }
}
