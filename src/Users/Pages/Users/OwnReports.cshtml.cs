using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Users.Pages;

/// <summary>What one has reported, and what came of it.</summary>
[Authorize]
internal sealed class OwnReportsPage(Caller caller, UsersDb db, Cursors cursors, Subjects subjects) : PageModel
{
    public Page<MakeReport.Reply> Reports { get; private set; } = new([], false, null);

    public IReadOnlyDictionary<Guid, Subject> Names { get; private set; } = new Dictionary<Guid, Subject>();

    public async Task OnGetAsync([FromQuery] string? cursor, CancellationToken stop)
    {
        Reports = await ReportQueue.Own(cursor, null, caller, db, cursors, stop);
        Names = await subjects.Find(Reports.Data.Select(r => r.Subject).ToList(), stop);
    }
}
