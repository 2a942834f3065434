using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>What was reported, one line a thing.</summary>
[Authorize("right:moderation")]
internal sealed class ReportsPage(NpgsqlDataSource source, Cursors cursors, Subjects subjects) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    public bool Judged => State == "judged";

    public Page<ReportQueue.Line> Lines { get; private set; } = new([], false, null);

    public IReadOnlyDictionary<Guid, Subject> Names { get; private set; } = new Dictionary<Guid, Subject>();

    public static string Words(string reason) => reason switch
    {
        "spam" => "Spam",
        "copyright" => "Somebody else’s work",
        "fraud" => "Fraud",
        "offensive" => "Offensive",
        "illegal" => "Illegal",
        _ => "Something else",
    };

    public static string KindWords(string kind) => kind switch
    {
        "product" => "Product",
        "shop" => "Shop",
        "account" => "Person",
        "review" => "Review",
        _ => kind,
    };

    public async Task OnGetAsync([FromQuery] string? cursor, CancellationToken stop)
    {
        Lines = await ReportQueue.Handle(Judged, cursor, source, cursors, stop);
        Names = await subjects.Find(Lines.Data.Select(l => l.Subject).ToList(), stop);
    }
}
