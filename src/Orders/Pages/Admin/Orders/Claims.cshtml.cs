using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>What waits for staff's decision: claims both sides of which have spoken, and what shops left unanswered.</summary>
[Authorize("right:support")]
internal sealed class AdminClaimsPage(ReadClaims claims, ReadRequests requests, Caller caller) : PageModel
{
    /// <summary>Also what still waits for its shop.</summary>
    [FromQuery]
    public bool All { get; set; }

    [FromQuery]
    public string? Cursor { get; set; }

    public IReadOnlyList<ClaimLine> Claims { get; private set; } = [];

    public Page<RefundRequestLine> Requests { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken stop)
    {
        Requests = await requests.List("staff", !All, Cursor, 50, caller, stop);
        if (Cursor is null) Claims = [.. (await claims.List("staff", true, null, 100, caller, stop)).Data.Where(c => All || c.AnswerDue is null).OrderBy(c => c.OpenedAt)];
    }
}
