using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Staff put a proposal into the list, or turn it down and say why. Once.</summary>
internal static class JudgeField
{
    /// <param name="Name">Better spelt; as it was proposed when missing.</param>
    /// <param name="Parent">Of a genre: the genre above it.</param>
    public sealed record Approval(string? Name = null, string? Parent = null);

    public sealed record Rejection(string Reason);

    public sealed class ApprovalValidator : AbstractValidator<Approval>
    {
        public ApprovalValidator()
        {
            RuleFor(a => a.Name).Must(n => ProposeField.Clean(n) is { Length: >= 2 and <= ProposeField.ValueLength } clean && clean.Any(char.IsLetter))
                .WithErrorCode("length").WithMessage("Give a name of 2 to 60 characters.").When(a => !string.IsNullOrEmpty(a.Name));
            RuleFor(a => a.Parent).MaximumLength(80).Sound();
        }
    }

    public sealed class RejectionValidator : AbstractValidator<Rejection>
    {
        public RejectionValidator() => RuleFor(r => r.Reason).Must(r => Words.Text(r ?? "").Length > 0).WithErrorCode("not_empty").WithMessage("Say why.").MaximumLength(500).Sound();
    }

    /// <exception cref="Refused">404; 409 <c>not_pending</c>, <c>field_exists</c>; 422 <c>invalid</c>.</exception>
    public static async Task<FieldProposal> Approve(Guid id, Approval request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        var asked = await Pending(id, work);
        var name = string.IsNullOrEmpty(request.Name) ? null : ProposeField.Clean(request.Name);
        var parent = string.IsNullOrEmpty(request.Parent) ? null : request.Parent;
        if (parent is not null && (asked.Kind != FieldKind.Genre || !await work.Command("SELECT EXISTS (SELECT FROM users.genres WHERE slug = $1 AND parent IS NULL)", parent).Scalar<bool>()))
            throw Refused.Invalid(new FieldError("/parent", "unknown_talent", "Choose one of the list."));
        var there = asked.Kind == FieldKind.Skill ? "skills WHERE normal = users.plain($1) AND category = $2" : "genres WHERE normal = users.plain($1) AND $2::text IS NULL";
        if (await work.Command($"SELECT EXISTS (SELECT FROM users.{there})", name ?? asked.Value, asked.Category).Scalar<bool>()) throw new Refused("field_exists", 409, "This one is in the list already.");

        asked = await asked.Approve(name, parent, FieldState.Approved, caller.Account, await FieldRequest.Requesters(id, work), work, clock.GetUtcNow());
        await audit.Write(caller, "users.field_approved", "field_request", id, new { asked.Kind, asked.Talent });
        return asked.Proposal;
    }

    /// <exception cref="Refused">404; 409 <c>not_pending</c>.</exception>
    public static async Task<FieldProposal> Reject(Guid id, Rejection request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        var asked = await Pending(id, work);
        asked = await asked.Reject(Words.Text(request.Reason), caller.Account, await FieldRequest.Requesters(id, work), work, clock.GetUtcNow());
        await audit.Write(caller, "users.field_rejected", "field_request", id, new { asked.Kind });
        return asked.Proposal;
    }

    private static async Task<FieldRequest> Pending(Guid id, UnitOfWork work) => await FieldRequest.Locked(id, work) is { State: FieldState.Pending } asked
        ? asked
        : throw new Refused("not_pending", 409, "This was decided already.");
}

/// <summary>Proposals: all of one state for staff, one's own for oneself.</summary>
internal static class ListFields
{
    /// <param name="Votes">How many different people asked.</param>
    /// <param name="Needed">With how many it needs no staff.</param>
    public sealed record Row(Guid Id, FieldKind Kind, string? Category, string Value, FieldState State, string? Talent, string? Reason, DateTimeOffset AskedAt, int Votes, int Needed);

    /// <exception cref="Refused">422 <c>state_unknown</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Row>> Handle(string? state, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var (wanted, most) = (state ?? "pending", Cursors.Limit(limit));
        if (wanted.ReadChoice<FieldState>() is null) throw new Refused("state_unknown", 422, "There is no such state.");
        var filters = new { list = "fields", state = wanted };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = await source.Command(
            """
            SELECT r.id, r.kind, r.category, r.value, r.state, r.talent, r.reason, r.asked_at, (SELECT count(*)::int FROM users.field_request_votes v WHERE v.request = r.id)
            FROM users.field_requests r WHERE r.state = $1 AND r.id > $2 ORDER BY r.id LIMIT $3
            """, wanted, after ?? Guid.Empty, most + 1).List(r =>
            {
                var kind = r.GetString(1).ReadChoice<FieldKind>()!.Value;
                return new Row(r.GetGuid(0), kind, r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetString(4).ReadChoice<FieldState>()!.Value, r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6),
                    r.GetFieldValue<DateTimeOffset>(7), r.GetInt32(8), kind == FieldKind.Skill ? ProposeField.ForSkill : ProposeField.ForGenre);
            }, stop);
        return cursors.Page(rows, most, filters, row => [row.Id]);
    }

    /// <summary>The caller's, newest first; no more than a person can have made by hand.</summary>
    public static Task<List<FieldProposal>> Own(Caller caller, NpgsqlDataSource source, CancellationToken stop = default) => source.Command(
        """
        SELECT r.id, r.kind, r.category, r.value, r.state, r.talent, r.reason, v.at
        FROM users.field_request_votes v JOIN users.field_requests r ON r.id = v.request WHERE v.account = $1 ORDER BY v.at DESC, r.id DESC LIMIT 100
        """, caller.Account).List(r => new FieldProposal(r.GetGuid(0), r.GetString(1).ReadChoice<FieldKind>()!.Value, r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetString(4).ReadChoice<FieldState>()!.Value,
            r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6), r.GetFieldValue<DateTimeOffset>(7)), stop);
}

/// <summary>Proposals as others point at them.</summary>
internal sealed class FieldSubject(NpgsqlDataSource source) : ISubject
{
    public string Kind => "field_request";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT id, value FROM users.field_requests WHERE id = ANY ($1)", ids.ToArray()).List(r => new Subject(Kind, r.GetGuid(0), r.GetString(1), "/admin/fields", null), stop)).ToDictionary(s => s.Id);
}

/// <summary>What somebody proposed. The value is nobody's secret and may be many people's: only who asked is forgotten.</summary>
internal sealed class FieldRequestData(UnitOfWork work, NpgsqlDataSource source) : IPersonalData
{
    public string Section => "field_requests";

    public string About => "Skills and genres that you proposed.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await ListFields.Own(Caller.For(account), source, stop) is { Count: > 0 } all ? all : null;

    public Task Erase(Guid account) => work.Command("DELETE FROM users.field_request_votes WHERE account = $1", account).Execute();
}
