using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Skills and genres that people miss: into the list, or not and why.</summary>
[Authorize("right:people|moderation")]
internal sealed class FieldsPage(
    Caller caller, UnitOfWork work, NpgsqlDataSource source, Cursors cursors, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<JudgeField.Approval> approval, IValidator<JudgeField.Rejection> rejection) : FormPage
{
    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true, Name = "cursor")]
    public string? Cursor { get; set; }

    public Page<ListFields.Row> Requests { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Categories { get; private set; } = new Dictionary<string, string>();

    public override async Task Load()
    {
        Requests = await ListFields.Handle(State, Cursor, 50, source, cursors, HttpContext.RequestAborted);
        Categories = (await TalentList.Read(source, HttpContext.RequestAborted)).Categories.ToDictionary(c => c.Slug, c => c.Name, StringComparer.Ordinal);
    }

    public async Task<IActionResult> OnPostApproveAsync([FromForm] Guid id, [FromForm] string? name)
    {
        var request = new JudgeField.Approval(name);
        approval.MustAccept(request);
        var made = await JudgeField.Approve(id, request, caller, work, audit, clock);
        this.Toast(texts["{0} is in the list now.", name ?? made.Value]);
        return LocalRedirect("/admin/fields");
    }

    public async Task<IActionResult> OnPostRejectAsync([FromForm] Guid id, [FromForm] string? reason)
    {
        var request = new JudgeField.Rejection(reason ?? "");
        rejection.MustAccept(request);
        await JudgeField.Reject(id, request, caller, work, audit, clock);
        this.Toast(texts["Turned down; who asked is told."]);
        return LocalRedirect("/admin/fields");
    }
}
