using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The days that were compared, and what differed.</summary>
internal static class ReadReconciliation
{
    /// <param name="Volume">What moved on either side, without signs.</param>
    /// <param name="Unexplained">What of it differs and nobody has explained.</param>
    public sealed record Day(string Provider, DateOnly Date, int Movements, Money Volume, Money Unexplained, long Open, long Explained, DateTimeOffset CheckedAt)
    {
        /// <summary>0 to 1; a day on which nothing moved is explained.</summary>
        public decimal Share => Volume.Minor == 0 ? 1 : Math.Max(0, 1 - ((decimal)Unexplained.Minor / Volume.Minor));
    }

    public sealed record Difference(
        Guid Id, string Provider, DateOnly Date, string Kind, string What, string Reference, Guid? Ours, Money? There, Money? Here, string? OurState, string State, string? Note, Guid? ExplainedBy,
        DateTimeOffset FoundAt, DateTimeOffset? EndedAt);

    public static async Task<Page<Day>> Days(string? cursor, int? most, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(most);
        var filters = new { list = "reconciliation days" };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            """
            SELECT d.provider, d.day, d.movements, d.volume, d.currency, d.checked_at,
                   least(d.volume, coalesce(sum(greatest(abs(coalesce(f.there, 0)), abs(coalesce(f.here, 0)))) FILTER (WHERE f.state = 'open'), 0))::bigint,
                   count(f.id) FILTER (WHERE f.state = 'open'), count(f.id) FILTER (WHERE f.state = 'explained')
            FROM wallet.reconciliation_days d
            LEFT JOIN wallet.reconciliation_differences f ON f.provider = d.provider AND f.day = d.day AND f.currency = d.currency
            WHERE $1::text IS NULL OR (d.day, d.provider, d.currency) < ($1::date, $2, $3)
            GROUP BY d.provider, d.day, d.currency ORDER BY d.day DESC, d.provider DESC, d.currency DESC LIMIT $4
            """,
            after?[0].GetString(), after?[1].GetString(), after?[2].GetString(), limit + 1)
            .List(r => new Day(r.GetString(0), r.GetFieldValue<DateOnly>(1), r.GetInt32(2), Money.Of(r.GetInt64(3), r.GetString(4)), Money.Of(r.GetInt64(6), r.GetString(4)), r.GetInt64(7), r.GetInt64(8), r.GetFieldValue<DateTimeOffset>(5)), stop);
        return cursors.Page(rows, limit, filters, d => [d.Date.ToString("O", System.Globalization.CultureInfo.InvariantCulture), d.Provider, d.Volume.Currency.Code]);
    }

    /// <param name="State">open, explained, settled; null is all.</param>
    public sealed record Request(
        [FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "day")] DateOnly? Day = null, [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static async Task<Page<Difference>> Differences(Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var (state, day, limit) = (string.IsNullOrEmpty(request.State) ? null : request.State, request.Day, Cursors.Limit(request.Limit));
        if (state is not (null or "open" or "explained" or "settled")) throw new Refused("state_unknown", 422, "A difference has no such state.");
        var filters = new { list = "reconciliation differences", state, day };
        var after = cursors.Read(request.Cursor, filters);
        var rows = await source.Command(
            """
            SELECT id, provider, day, kind, what, reference, ours, there, here, currency, here_in, our_state, state, note, explained_by, found_at, ended_at FROM wallet.reconciliation_differences
            WHERE ($1::text IS NULL OR state = $1) AND ($2::date IS NULL OR day = $2) AND ($3::timestamptz IS NULL OR (found_at, id) < ($3, $4))
            ORDER BY found_at DESC, id DESC LIMIT $5
            """,
            state, day, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), limit + 1).List(r => new Difference(
                r.GetGuid(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.GetString(3), r.GetString(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetGuid(6),
                r.IsDBNull(7) ? null : Money.Of(r.GetInt64(7), r.GetString(9)), r.IsDBNull(8) ? null : Money.Of(r.GetInt64(8), r.IsDBNull(10) ? r.GetString(9) : r.GetString(10)),
                r.IsDBNull(11) ? null : r.GetString(11), r.GetString(12), r.IsDBNull(13) ? null : r.GetString(13), r.IsDBNull(14) ? null : r.GetGuid(14), r.GetFieldValue<DateTimeOffset>(15),
                r.IsDBNull(16) ? null : r.GetFieldValue<DateTimeOffset>(16)), stop);
        return cursors.Page(rows, limit, filters, d => [d.FoundAt, d.Id]);
    }
}

/// <summary>Staff writes down why a difference is all right.</summary>
internal static class ExplainDifference
{
    /// <param name="Note">For whoever reads the books later.</param>
    public sealed record Request(string Note);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Note).Must(n => !string.IsNullOrWhiteSpace(n)).WithErrorCode("NotEmptyValidator").WithMessage("Write the explanation.").MaximumLength(1000);
    }

    /// <exception cref="Refused">404; 409 <c>difference_closed</c>.</exception>
    public static async Task Handle(Guid id, Request request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var state = await work.Command("SELECT state FROM wallet.reconciliation_differences WHERE id = $1 FOR UPDATE", id).Scalar<string>() ?? throw Refused.NotFound();
        if (state != "open") throw new Refused("difference_closed", 409, "This difference is explained or has come right already.");
        await work.Command("UPDATE wallet.reconciliation_differences SET state = 'explained', note = $2, explained_by = $3, ended_at = $4 WHERE id = $1", id, request.Note.Trim(), caller.Account, clock.GetUtcNow()).Execute();
        await audit.Write(caller, "wallet.difference_explained", "reconciliation_difference", id);
    }
}

/// <summary>What differences are called and what to do about them, in English; pages translate it.</summary>
internal static class ReconciliationWords
{
    public static string Kind(string code) => code switch
    {
        "missing_here" => "Only at the provider",
        "missing_there" => "Only here",
        "amount" => "Another amount",
        "currency" => "Another currency",
        _ => "Not ended here",
    };

    public static string What(string code) => code switch
    {
        "payment" => "Payment",
        "refund" => "Refund",
        "dispute" => "Dispute",
        "dispute_won" => "Dispute won",
        "payout" => "Payout",
        _ => code,
    };

    public static string ToDo(string kind) => kind switch
    {
        "missing_here" => "Look it up at the provider by its reference. If it is not of this market, say so here; if it is, money came or went that nobody here knows of: find whom it belongs to.",
        "missing_there" => "Ask the provider: we booked money that it does not report. It may be in its report of another day; then this comes right by itself.",
        "amount" => "Compare with the provider's own page of it. A fee may have been taken off, or a part captured: correct it with an adjustment, or explain it.",
        "currency" => "The provider converted it. Compare with its own page, and agree on the currency with it.",
        _ => "The provider says that money has moved, and it did not end so here, though it was asked again. Look at its own page before anybody pays twice.",
    };
}

/// <summary>Staff explains differences; the note stays with the books, and is for staff. wallet.reconciliation_differences names who wrote it.</summary>
internal sealed class ReconciliationData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "reconciliation_notes";

    public string About => "What you wrote about differences between the market's books and a provider's.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        const string sql = "SELECT provider, day, note, ended_at FROM wallet.reconciliation_differences WHERE explained_by = $1 ORDER BY ended_at, id";
        var notes = await (work.IsOpen ? work.Command(sql, account) : source.Command(sql, account))
            .List(r => new { provider = r.GetString(0), day = r.GetFieldValue<DateOnly>(1), note = r.GetString(2), at = r.GetFieldValue<DateTimeOffset>(3) }, stop);
        return notes.Count == 0 ? null : notes;
    }

    // A note explains the books, in the market's name: it stays, with the bare id of who wrote it.
    public Task Erase(Guid account) => Task.CompletedTask;
}
