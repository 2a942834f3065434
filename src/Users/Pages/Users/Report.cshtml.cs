using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>The form behind each "Report".</summary>
[Authorize]
internal sealed class ReportPage(Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public string Kind { get; set; } = "";

    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Subject Thing { get; private set; } = null!;

    public IReadOnlyList<SelectListItem> Reasons => Enum.GetValues<ReportReason>().Select(r => new SelectListItem(texts[ReportsPage.Words(Naming.Snake(r.ToString()))], r.ToString())).ToList();

    public override async Task Load() => Thing = await subjects.Reportable(Kind, Id, HttpContext.RequestAborted) ?? throw Refused.NotFound();

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new MakeReport.Request(Kind, Id, Input.Reason, Input.Text);
        var result = new MakeReport.Validator().Validate(request);
        if (!result.IsValid) throw Refused.Invalid(result.Errors.Select(e => new FieldError("/text", e.ErrorCode, e.ErrorMessage)).ToArray());
        await MakeReport.Handle(request, caller, db, work, subjects, clock);
        this.Toast(texts["Thank you. We look at it and tell you."]);
        return LocalRedirect("/account/reports");
    }

    internal sealed class Form
    {
        public ReportReason Reason { get; set; }

        public string? Text { get; set; }
    }
}
