using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>All reports about one thing, and the verdicts: on those that wait together, on any alone, or reversed.</summary>
[Authorize("right:moderation")]
internal sealed class ReportedThingPage(UsersDb db, UnitOfWork work, Subjects subjects, IUsers users, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public IReadOnlyList<Report> Reports { get; private set; } = [];

    public Subject? Thing { get; private set; }

    public IReadOnlyDictionary<Guid, Person> People { get; private set; } = new Dictionary<Guid, Person>();

    public int Waiting => Reports.Count(r => r.Verdict is null);

    public bool SeesPeople => caller.Has(Rights.People);

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Reports = await ReportQueue.About(Id, db, stop);
        if (Reports.Count == 0) throw Refused.NotFound();
        Thing = (await subjects.Find([Id], stop)).GetValueOrDefault(Id);
        People = await users.People(Reports.Select(r => r.Reporter).Append(Thing?.Owner ?? Guid.Empty).Distinct().ToList(), stop);
    }

    public async Task<IActionResult> OnPostAllAsync([FromForm] ReportVerdict verdict)
    {
        if (verdict == ReportVerdict.False) throw Refused.Invalid();    // an abuse is one person's
        foreach (var report in (await ReportQueue.About(Id, db, HttpContext.RequestAborted)).Where(r => r.Verdict is null).OrderBy(r => r.Reporter)) await Judge(report.Id, verdict);
        this.Toast(texts["Judged. Who reported it is told."]);
        return LocalRedirect("/admin/reports");
    }

    public async Task<IActionResult> OnPostOneAsync([FromForm] Guid report, [FromForm] ReportVerdict verdict)
    {
        await Judge(report, verdict);
        this.Toast(texts["Judged. Who reported it is told."]);
        return LocalRedirect($"/admin/reports/{Id}");
    }

    private Task<JudgeReport.Reply> Judge(Guid report, ReportVerdict verdict) => JudgeReport.Handle(report, new JudgeReport.Request(verdict), caller, db, work, subjects, audit, clock);
}
