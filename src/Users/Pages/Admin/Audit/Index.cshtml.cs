using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>What people with power did.</summary>
[Authorize("right:system")]
internal sealed class AuditPage(NpgsqlDataSource source, Cursors cursors, Subjects subjects) : PageModel
{
    public BrowseAudit.Asked Asked { get; private set; } = new();

    public Page<AuditRow> Rows { get; private set; } = new([], false, null);

    public IReadOnlyDictionary<Guid, Subject> Names { get; private set; } = new Dictionary<Guid, Subject>();

    /// <summary>What is shown, as a file.</summary>
    public string CsvUrl => "/api/v1/audit.csv" + Request.QueryString;

    public async Task OnGetAsync([FromQuery] BrowseAudit.Asked asked, [FromQuery] string? cursor, CancellationToken stop)
    {
        Asked = asked;
        Rows = await BrowseAudit.Handle(asked, cursor, source, cursors, stop);
        Names = await AuditRowsModel.NamesOf(Rows.Data, subjects, stop);
    }
}

/// <summary>Rows of the log with the names of those whom they mention.</summary>
internal sealed record AuditRowsModel(IReadOnlyList<AuditRow> Rows, IReadOnlyDictionary<Guid, Subject> Names)
{
    public Subject? Of(Guid id) => Names.GetValueOrDefault(id);

    public static Task<IReadOnlyDictionary<Guid, Subject>> NamesOf(IEnumerable<AuditRow> rows, Subjects subjects, CancellationToken stop) =>
        subjects.Find(rows.SelectMany(r => new[] { r.Actor, r.Impersonator, r.Subject }).OfType<Guid>().Distinct().ToList(), stop);
}
