using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A version of a rule of holds. The newest counts for what is sold from then on.</summary>
/// <param name="Code"><c>after_sale</c>.</param>
/// <param name="Days">After the event.</param>
/// <param name="LatestDays">After the sale, whether the event happened or not; null: never without it.</param>
/// <param name="Reason">English; what the seller reads.</param>
/// <param name="Note">Why staff changed it; null for the first.</param>
/// <param name="By">Who changed it; null for the first.</param>
internal sealed record HoldRule(
    string Code, int Version, SaleEvent Event, int Days, int? LatestDays, string Reason, string? Note, DateTimeOffset ChangedAt, Guid? By)
{
    private const string Columns = "code, version, event, days, latest_days, reason, note, changed_at, changed_by";

    /// <summary>Every version of every rule: the rules by code, the newest version first.</summary>
    public static Task<List<HoldRule>> All(NpgsqlDataSource source, CancellationToken stop = default) =>
        source.Command($"SELECT {Columns} FROM wallet.hold_rules ORDER BY code, version DESC").List(Read, stop);

    /// <summary>The version that counts; null when there is no such rule.</summary>
    public static async Task<HoldRule?> Newest(string code, UnitOfWork work) =>
        (await work.Command($"SELECT {Columns} FROM wallet.hold_rules WHERE code = $1 ORDER BY version DESC LIMIT 1", code).List(Read)).SingleOrDefault();

    private static HoldRule Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetInt32(1), r.GetString(2).ReadChoice<SaleEvent>()!.Value, r.GetInt32(3), r.IsDBNull(4) ? null : r.GetInt32(4), r.GetString(5),
        r.IsDBNull(6) ? null : r.GetString(6), r.GetFieldValue<DateTimeOffset>(7), r.IsDBNull(8) ? null : r.GetGuid(8));
}

/// <summary>Staff change a rule: a new version, which concerns only what is sold from now on.</summary>
internal static class ChangeHoldRule
{
    /// <param name="Event">sold, downloaded, delivered, accepted, attended, completed.</param>
    /// <param name="Reason">English; what sellers read.</param>
    /// <param name="Note">Why it is changed; for the history.</param>
    public sealed record Request(string? Event = null, int? Days = null, int? LatestDays = null, string? Reason = null, string? Note = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Event).NotEmpty().WithMessage("Choose an event.").OneOf<Request, SaleEvent>();
            RuleFor(r => r.Days).NotNull().WithMessage("A whole number from 0 to 365.").InclusiveBetween(0, 365).WithMessage("A whole number from 0 to 365.");
            RuleFor(r => r.LatestDays).InclusiveBetween(0, 365).WithMessage("A whole number from 0 to 365.")
                .Must((request, latest) => latest is null || request.Event.ReadChoice<SaleEvent>() != SaleEvent.Sold).WithMessage("A sale is not waited for: leave this empty.");
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithMessage("Say why the money waits.").MaximumLength(300).WithMessage("At most 300 letters.");
            RuleFor(r => r.Note).Must(r => !string.IsNullOrWhiteSpace(r)).WithMessage("Say why.").MaximumLength(500).WithMessage("At most 500 letters.");
        }
    }

    /// <exception cref="Refused">404 for a rule that is not there.</exception>
    public static async Task<HoldRule> Handle(string code, Request request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        // One at a time: the versions of a rule have no gap.
        await work.Command("SELECT pg_advisory_xact_lock(hashtext('wallet.hold_rules'))").Execute();
        var before = await HoldRule.Newest(code, work) ?? throw Refused.NotFound();
        var after = before with
        {
            Version = before.Version + 1, Event = request.Event.ReadChoice<SaleEvent>()!.Value, Days = request.Days!.Value, LatestDays = request.LatestDays, Reason = request.Reason!.Trim(),
            Note = request.Note!.Trim(), ChangedAt = clock.GetUtcNow(), By = caller.Account,
        };
        await work.Command(
            "INSERT INTO wallet.hold_rules (code, version, event, days, latest_days, reason, note, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            code, after.Version, after.Event.ToText(), after.Days, after.LatestDays, after.Reason, after.Note, after.ChangedAt, after.By).Execute();
        await audit.Write(caller, "wallet.hold_rule_changed", "hold_rule", Guid.Empty, new
        {
            Code = code, after.Version, Event = after.Event, after.Days, after.LatestDays, after.Note,
        });
        return after;
    }
}
