using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

[Authorize("right:moderation")]
internal sealed class PagesPage(NpgsqlDataSource source) : PageModel
{
    public IReadOnlyList<ReadPages.Line> Pages { get; private set; } = [];

    public async Task OnGetAsync() => Pages = await ReadPages.List(source, HttpContext.RequestAborted);
}
