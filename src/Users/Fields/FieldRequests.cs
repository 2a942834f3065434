using System.Globalization;
using System.Text;
using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

internal enum FieldKind
{
    Skill,
    Genre,
}

internal enum FieldState
{
    Pending,

    /// <summary>Enough people asked.</summary>
    AutoApproved,

    Approved,
    Rejected,
}

/// <summary>A proposal as the one who made it sees it: how many others did is not theirs to know.</summary>
/// <param name="Talent">What it became: a slug of <c>GET /talents</c>.</param>
/// <param name="Reason">Why it was rejected.</param>
internal sealed record FieldProposal(Guid Id, FieldKind Kind, string? Category, string Value, FieldState State, string? Talent, string? Reason, DateTimeOffset AskedAt);

/// <summary>
/// Somebody misses a skill or a genre. Spellings that differ in case, spaces, accents or width are one value; each person counts once; when
/// enough different people have asked, it is there.
/// </summary>
internal static class ProposeField
{
    public const int ForSkill = 3, ForGenre = 5, ValueLength = 60, MostOpen = 20;

    /// <param name="Kind">skill, genre.</param>
    /// <param name="Category">Of a skill: one of the eight.</param>
    public sealed record Request(string Kind, string Value, string? Category = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Kind).Must(k => k.ReadChoice<FieldKind>() is not null).WithErrorCode("unknown_choice").WithMessage("Propose a skill or a genre.");
            RuleFor(r => r.Value).Must(v => Clean(v) is { Length: >= 2 and <= ValueLength } clean && clean.Any(char.IsLetter)).WithErrorCode("length").WithMessage("Give a name of 2 to 60 characters.");
            RuleFor(r => r.Category).NotEmpty().WithErrorCode("not_empty").WithMessage("Choose the field that the skill belongs to.").When(r => r.Kind == "skill");
            RuleFor(r => r.Category).Empty().WithErrorCode("empty").WithMessage("A genre belongs to no field.").When(r => r.Kind == "genre");
            RuleFor(r => r.Category).MaximumLength(60).Sound();
        }
    }

    /// <exception cref="Refused">409 <c>field_exists</c>, <c>field_rejected</c>, <c>too_many_proposals</c>; 422 <c>invalid</c>.</exception>
    public static async Task<FieldProposal> Handle(Request request, Caller caller, UnitOfWork work, TimeProvider clock)
    {
        var (kind, value) = (request.Kind.ReadChoice<FieldKind>()!.Value, Clean(request.Value));
        var category = string.IsNullOrEmpty(request.Category) ? null : request.Category;
        if (category is not null && !await work.Command("SELECT EXISTS (SELECT FROM users.talent_categories WHERE slug = $1)", category).Scalar<bool>())
            throw Refused.Invalid(new FieldError("/category", "unknown_talent", "Choose one of the list."));
        var list = kind == FieldKind.Skill ? "skills WHERE normal = users.plain($1) AND category = $2" : "genres WHERE normal = users.plain($1) AND $2::text IS NULL";
        if (await work.Command($"SELECT EXISTS (SELECT FROM users.{list})", value, category).Scalar<bool>()) throw Exists();

        var asked = await FieldRequest.Ask(Ids.New(clock), kind, category, value, work, clock.GetUtcNow());
        if (asked.State is FieldState.Approved or FieldState.AutoApproved) throw Exists();
        if (asked.State == FieldState.Rejected) throw new Refused("field_rejected", 409, "This was proposed before and turned down.");
        if (await work.Command("SELECT count(*) FROM users.field_request_votes v JOIN users.field_requests r ON r.id = v.request WHERE v.account = $1 AND r.state = 'pending'", caller.Account).Scalar<long>() >= MostOpen)
            throw new Refused("too_many_proposals", 409, "Many of your proposals wait already. Come back when some of them are decided.");

        await work.Command("INSERT INTO users.field_request_votes (request, account, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", asked.Id, caller.Account, clock.GetUtcNow()).Execute();
        var requesters = await FieldRequest.Requesters(asked.Id, work);
        if (requesters.Count >= (kind == FieldKind.Skill ? ForSkill : ForGenre)) asked = await asked.Approve(null, null, FieldState.AutoApproved, null, requesters, work, clock.GetUtcNow());
        return asked.Proposal;
    }

    /// <summary>One width, one kind of space, nothing invisible.</summary>
    public static string Clean(string? value)
    {
        if (value is null || !Words.AreSound(value)) return "";
        var wide = value.Normalize(NormalizationForm.FormKC);
        return Words.Line(string.Concat(wide.Where(c => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse))));
    }

    private static Refused Exists() => new("field_exists", 409, "This one is in the list already.");
}

/// <summary>A proposal, locked until the transaction ends.</summary>
internal sealed record FieldRequest(Guid Id, FieldKind Kind, string? Category, string Value, FieldState State, string? Talent, string? Reason, DateTimeOffset AskedAt)
{
    public FieldProposal Proposal => new(Id, Kind, Category, Value, State, Talent, Reason, AskedAt);

    private const string Columns = "id, kind, category, value, state, talent, reason, asked_at";

    /// <summary>Makes it, or finds the one that is.</summary>
    public static async Task<FieldRequest> Ask(Guid id, FieldKind kind, string? category, string value, UnitOfWork work, DateTimeOffset now)
    {
        await work.Command(
            "INSERT INTO users.field_requests (id, kind, category, value, normal, state, asked_at) VALUES ($1, $2, $3, $4, users.plain($4), 'pending', $5) ON CONFLICT ON CONSTRAINT field_requests_once DO NOTHING",
            id, kind.ToText(), category, value, now).Execute();
        return (await work.Command($"SELECT {Columns} FROM users.field_requests WHERE kind = $1 AND category IS NOT DISTINCT FROM $2 AND normal = users.plain($3) FOR UPDATE", kind.ToText(), category, value).List(Of)).Single();
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<FieldRequest> Locked(Guid id, UnitOfWork work) =>
        (await work.Command($"SELECT {Columns} FROM users.field_requests WHERE id = $1 FOR UPDATE", id).List(Of)).FirstOrDefault() ?? throw Refused.NotFound();

    public static Task<List<Guid>> Requesters(Guid id, UnitOfWork work) => work.Command("SELECT account FROM users.field_request_votes WHERE request = $1 ORDER BY at, account", id).List(r => r.GetGuid(0));

    /// <summary>Puts it into the list and tells those who asked.</summary>
    /// <param name="name">Better spelt; null keeps what was asked for.</param>
    /// <param name="parent">The genre above it.</param>
    public async Task<FieldRequest> Approve(string? name, string? parent, FieldState state, Guid? judge, IReadOnlyList<Guid> requesters, UnitOfWork work, DateTimeOffset now)
    {
        var talent = await Add(name ?? Value, parent, work);
        await work.Command("UPDATE users.field_requests SET state = $2, talent = $3, judge = $4::uuid, judged_at = $5 WHERE id = $1", Id, state.ToText(), talent, judge, now).Execute();
        work.Publish(new FieldRequestDecided(Id, true, requesters));
        return this with { State = state, Talent = talent };
    }

    public async Task<FieldRequest> Reject(string reason, Guid judge, IReadOnlyList<Guid> requesters, UnitOfWork work, DateTimeOffset now)
    {
        await work.Command("UPDATE users.field_requests SET state = 'rejected', reason = $2, judge = $3, judged_at = $4 WHERE id = $1", Id, reason, judge, now).Execute();
        work.Publish(new FieldRequestDecided(Id, false, requesters));
        return this with { State = FieldState.Rejected, Reason = reason };
    }

    // The same word may be a skill of two fields: then the second address says which.
    private async Task<string> Add(string name, string? parent, UnitOfWork work)
    {
        var slug = Slugs.From(name, 60) is { Length: > 0 } readable ? readable : $"{Kind.ToText()}-{Slugs.Tail(Id)}";
        string[] tries = [slug, $"{slug}-{Category ?? "music"}"[..Math.Min(80, slug.Length + 1 + (Category ?? "music").Length)], $"{slug}-{Slugs.Tail(Id)}"];
        foreach (var attempt in tries)
        {
            var made = Kind == FieldKind.Skill
                ? await work.Command("INSERT INTO users.skills (slug, category, name, normal) VALUES ($1, $2, $3, users.plain($3)) ON CONFLICT (slug) DO NOTHING", attempt, Category, name).Execute()
                : await work.Command("INSERT INTO users.genres (slug, parent, name, normal) VALUES ($1, $2, $3, users.plain($3)) ON CONFLICT (slug) DO NOTHING", attempt, parent, name).Execute();
            if (made == 1) return attempt;
        }

        throw new InvalidOperationException($"No address is left for '{slug}'.");
    }

    private static FieldRequest Of(Npgsql.NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1).ReadChoice<FieldKind>()!.Value, r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetString(4).ReadChoice<FieldState>()!.Value,
        r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6), r.GetFieldValue<DateTimeOffset>(7));
}
