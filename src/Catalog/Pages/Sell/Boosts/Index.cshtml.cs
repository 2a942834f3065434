using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_boost")]
internal sealed class BoostsPage(Caller caller, NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public string? State { get; private set; }

    public Page<BoostLine> Boosts { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? cursor)
    {
        State = ListBoosts.States.Contains(state) ? state : null;
        Boosts = await ListBoosts.Own(State, cursor, 30, caller, source, cursors, HttpContext.RequestAborted);
    }
}
