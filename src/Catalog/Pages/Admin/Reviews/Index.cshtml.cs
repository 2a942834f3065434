using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

[Authorize("right:moderation")]
internal sealed class StaffReviewsPage(Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors) : PageModel
{
    public string State { get; private set; } = StaffReviews.Flagged;

    public int Flagged { get; private set; }

    public Page<StaffReviews.Line> Reviews { get; private set; } = null!;

    public async Task OnGetAsync([FromQuery] string? state, [FromQuery] string? cursor)
    {
        State = state is StaffReviews.Hidden or StaffReviews.Refunded or StaffReviews.All ? state : StaffReviews.Flagged;
        Flagged = await StaffReviews.CountFlagged(source, HttpContext.RequestAborted);
        Reviews = await StaffReviews.Handle(State, cursor, 50, caller, source, users, cursors, HttpContext.RequestAborted);
    }
}
