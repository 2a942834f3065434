using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

[Authorize("right:moderation")]
internal sealed class StaffBoostsPage(Caller caller, NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public string? State { get; private set; }

    public Page<BoostLine> Boosts { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? cursor)
    {
        State = ListBoosts.States.Contains(state) ? state : null;
        Boosts = await ListBoosts.All(State, cursor, 50, caller, source, cursors, HttpContext.RequestAborted);
    }
}
