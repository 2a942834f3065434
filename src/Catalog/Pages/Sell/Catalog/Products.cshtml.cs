using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class ProductsPage(NpgsqlDataSource source, Cursors cursors, Caller caller) : PageModel
{
    /// <summary>The states as a seller calls them, English, in the order of a product's life.</summary>
    public static readonly IReadOnlyList<(string State, string Words)> Tabs =
        [("draft", "Drafts"), ("pending", "In review"), ("active", "On sale"), ("rejected", "Sent back"), ("paused", "Paused"), ("archived", "Archived")];

    public string? Filter { get; private set; }

    public string? Typed { get; private set; }

    public OwnProducts.Counts Counts { get; private set; } = null!;

    public Page<OwnLine> Products { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? q, [FromQuery] string? cursor)
    {
        Filter = OwnProducts.States.Contains(state) ? state : null;
        Typed = Words.Typed(q);
        var place = await ChosenShop.Of(HttpContext, caller, ShopPermission.Products, source);
        Counts = await OwnProducts.Count(place?.Id ?? Guid.Empty, source, HttpContext.RequestAborted);
        Products = await OwnProducts.List(Filter, Typed, place?.Slug, cursor, 50, caller, source, cursors, HttpContext.RequestAborted);
    }

    /// <summary>The same words in another state.</summary>
    public string Address(string? state) => "/sell/products" + Query(state);

    /// <summary>What the list shows, as a file.</summary>
    public string ExportAddress => "/sell/products/export" + Query(Filter);

    private QueryString Query(string? state) => QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal) { ["state"] = state, ["q"] = Typed }.Where(p => p.Value is not null));
}
