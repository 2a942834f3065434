using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Everything about one person, and what staff may do about it. Other modules add panels by the slot <c>admin-person</c>, whose model is the account's id.</summary>
[Authorize("right:people")]
internal sealed class PersonPage(
    NpgsqlDataSource source, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, Subjects subjects, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public AccountView Account { get; private set; } = null!;

    public IReadOnlyList<SanctionView> Sanctions { get; private set; } = [];

    public AuditRowsModel Timeline { get; private set; } = null!;

    public (int Open, DateTimeOffset? LastSeen) Sessions { get; private set; }

    public bool MayJudge { get; private set; }

    public bool MayLook => Id != caller.Account && Account.Rights.Count == 0 && Account.Status is AccountStatus.Active or AccountStatus.Suspended;

    public bool MayChangeRights => caller.Has(Rights.Owner) && Account.Status == AccountStatus.Active;

    public bool MaySeeKeys => caller.Has(Rights.System);

    public SanctionView? Open => Sanctions.FirstOrDefault(s => s.LiftedAt is null);

    /// <summary>The appeal that waits for an answer.</summary>
    public AppealView? Waiting => Open?.Appeal is { AnsweredAt: null } appeal ? appeal : null;

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Account = await AccountView.Read(Id, db, stop);
        Sanctions = await Standing.Of(Id, db, stop);
        var rows = await BrowseAudit.About(Id, 30, source, stop);
        Timeline = new AuditRowsModel(rows, await AuditRowsModel.NamesOf(rows, subjects, stop));
        Sessions = (await source.CommandFor(Id, "SELECT count(*) FILTER (WHERE ended_at IS NULL)::int, max(last_seen_at) FROM users.sessions WHERE account = $1", Id)
            .List(r => (r.GetInt32(0), r.IsDBNull(1) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(1)), stop)).Single();
        MayJudge = Id != caller.Account && Account.Status != AccountStatus.Deleted && !Account.Rights.Contains(Rights.Owner, StringComparer.Ordinal) && (Account.Rights.Count == 0 || caller.Has(Rights.Owner));
    }

    public Task<IActionResult> OnPostSuspendAsync() => Impose(SanctionKind.Suspension, Input.Until is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null, texts["Suspended. What they sell is hidden."]);

    public Task<IActionResult> OnPostBanAsync() => Impose(SanctionKind.Ban, null, texts["Banned. Every session has ended."]);

    public async Task<IActionResult> OnPostReinstateAsync()
    {
        var request = new ReinstatePerson.Request(Input.Reason ?? "");
        Check(new ReinstatePerson.Validator().Validate(request));
        await ReinstatePerson.Handle(Id, request, caller, db, work, sessions, audit, clock);
        return Done(texts["Reinstated. What they sold is on sale again."]);
    }

    public async Task<IActionResult> OnPostAnswerAsync()
    {
        var request = new AnswerAppeal.Request(Input.Accepted == true, Input.Reason ?? "");
        Check(new AnswerAppeal.Validator().Validate(request));
        await AnswerAppeal.Handle(Id, request, caller, db, work, sessions, audit, clock);
        return Done(texts["The appeal is answered."]);
    }

    private async Task<IActionResult> Impose(SanctionKind kind, DateTimeOffset? until, string said)
    {
        var request = new SanctionPerson.Request(kind, Input.Reason ?? "", until);
        Check(new SanctionPerson.Validator().Validate(request));
        await SanctionPerson.Handle(Id, request, caller, db, work, sessions, audit, clock);
        return Done(said);
    }

    private static void Check(FluentValidation.Results.ValidationResult result)
    {
        if (!result.IsValid) throw Refused.Invalid(result.Errors.Select(e => new FieldError("/reason", e.ErrorCode, e.ErrorMessage)).ToArray());
    }

    private LocalRedirectResult Done(string said)
    {
        this.Toast(said);
        return LocalRedirect($"/admin/people/{Id}");
    }

    internal sealed class Form
    {
        public string? Reason { get; set; }

        public DateOnly? Until { get; set; }

        public bool? Accepted { get; set; }
    }
}
