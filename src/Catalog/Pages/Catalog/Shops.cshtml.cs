using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages;

[AllowAnonymous]
internal sealed class ShopsPage(NpgsqlDataSource source) : PageModel
{
    // More shops than fit on a page will want search and paging; the API has both sorts of lists already.
    private const int Most = 60;

    public IReadOnlyList<Home.ShopCard> Shops { get; private set; } = [];

    public async Task OnGetAsync() => Shops = await Home.Cards(source, Most, HttpContext.RequestAborted);
}
