using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>What waits for a moderator, what was sent back, and everything.</summary>
[Authorize("right:moderation")]
internal sealed class ReviewPage(NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public string State { get; private set; } = ReviewQueue.Pending;

    public (int Pending, int Rejected) Counts { get; private set; }

    /// <summary>How many changes of products on sale wait.</summary>
    public int Changes { get; private set; }

    public Page<ReviewQueue.Line> Queue { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? cursor)
    {
        State = state is ReviewQueue.Rejected or ReviewQueue.All ? state : ReviewQueue.Pending;
        Counts = await ReviewQueue.Count(source, HttpContext.RequestAborted);
        Changes = await ChangeQueue.Count(source, HttpContext.RequestAborted);
        Queue = await ReviewQueue.List(State, cursor, 50, source, cursors, HttpContext.RequestAborted);
    }
}
