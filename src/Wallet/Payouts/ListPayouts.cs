using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>One's own payouts, newest first.</summary>
internal static class ListPayouts
{
    public sealed record Request([FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    public static readonly IReadOnlyList<string> States = Enum.GetNames<PayoutState>().Select(Naming.Snake).ToList();

    public static async Task<Page<PayoutView>> Handle(Request request, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var state = StateOf(request.State);
        var filters = new { list = "payouts", owner = caller.Account, state };
        var after = cursors.Read(request.Cursor, filters);
        var rows = await source.CommandFor(caller.Account,
            """
            SELECT p.id, p.amount, p.fee, p.currency, p.state, p.way, d.mask, p.reason, p.failure_code, p.created_at, p.sent_at, p.ended_at
            FROM wallet.payouts p JOIN wallet.payout_destinations d ON d.id = p.destination_id
            WHERE p.account = $1 AND ($2::text IS NULL OR p.state = $2) AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3, $4))
            ORDER BY p.created_at DESC, p.id DESC LIMIT $5
            """,
            caller.Account, state, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), limit + 1).List(Read, stop);
        return cursors.Page(rows, limit, filters, p => [p.CreatedAt, p.Id]);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<PayoutView> One(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken stop) => (await source.CommandFor(caller.Account,
        """
        SELECT p.id, p.amount, p.fee, p.currency, p.state, p.way, d.mask, p.reason, p.failure_code, p.created_at, p.sent_at, p.ended_at
        FROM wallet.payouts p JOIN wallet.payout_destinations d ON d.id = p.destination_id WHERE p.id = $1 AND p.account = $2
        """, id, caller.Account).List(Read, stop)).SingleOrDefault() ?? throw Refused.NotFound();

    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static string? StateOf(string? state) => string.IsNullOrEmpty(state) ? null : States.Contains(state) ? state : throw new Refused("state_unknown", 422, "There is no such state of a payout.");

    private static PayoutView Read(NpgsqlDataReader r)
    {
        var (amount, fee) = (Money.Of(r.GetInt64(1), r.GetString(3)), Money.Of(r.GetInt64(2), r.GetString(3)));
        DateTimeOffset? At(int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        return new PayoutView(r.GetGuid(0), amount, fee, amount - fee, Enum.Parse<PayoutState>(r.GetString(4), true), r.GetString(5), r.GetString(6), Text(7), Text(8), At(9)!.Value, At(10), At(11));
    }
}

/// <summary>The team's queue, oldest first: what waits longest is looked at first.</summary>
internal static class PayoutQueue
{
    public sealed record Filter(string? State, string? Currency, string? Way, Guid? Person);

    public sealed record Row(Payout Payout, string Mask, DestinationState Verified, bool TwoNeeded);

    /// <param name="Person">Account.</param>
    public sealed record Request(
        [FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "currency")] string? Currency = null, [FromQuery(Name = "way")] string? Way = null, [FromQuery(Name = "person")] Guid? Person = null,
        [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <param name="Account">Whose it is.</param>
    /// <param name="Destination">Whether the place it goes to is verified.</param>
    /// <param name="SecondPersonNeeded">It is large: two people approve it.</param>
    /// <param name="FirstBy">The first of them.</param>
    public sealed record View(Guid Account, PayoutView Payout, DestinationState Destination, bool SecondPersonNeeded, Guid? FirstBy, Guid? ApprovedBy, Guid? Batch);

    public static async Task<Page<View>> Handle(Request request, WalletDb db, UnitOfWork work, PayoutTerms terms, Cursors cursors, CancellationToken stop) =>
        (await Read(new Filter(request.State, request.Currency, request.Way, request.Person), request.Cursor, Cursors.Limit(request.Limit), db, work, terms, cursors, stop))
        .Map(r => new View(r.Payout.Account, PayoutView.Of(r.Payout, r.Mask), r.Verified, r.TwoNeeded, r.Payout.FirstBy, r.Payout.ApprovedBy, r.Payout.BatchId));

    public static async Task<Page<Row>> Read(Filter filter, string? cursor, int limit, WalletDb db, UnitOfWork work, PayoutTerms terms, Cursors cursors, CancellationToken stop) => await work.Read(async () =>
    {
        var state = ListPayouts.StateOf(filter.State);
        var filters = new { list = "payout_queue", filter };
        var after = cursors.Read(cursor, filters);
        var (at, id) = (after?[0].GetDateTimeOffset(), after?[1].GetGuid());
        var newest = state is not ("requested" or "approved" or "sending" or "unknown");
        var query = db.Payouts.AsNoTracking();
        if (state is not null)
        {
            var wanted = Enum.Parse<PayoutState>(state, true);
            query = query.Where(p => p.State == wanted);
        }

        if (!string.IsNullOrEmpty(filter.Currency)) query = query.Where(p => p.CurrencyCode == filter.Currency);
        if (!string.IsNullOrEmpty(filter.Way)) query = query.Where(p => p.Way == filter.Way);
        if (filter.Person is { } person) query = query.Where(p => p.Account == person);
        if (at is { } when) query = newest ? query.Where(p => p.CreatedAt < when || (p.CreatedAt == when && p.Id < id!.Value)) : query.Where(p => p.CreatedAt > when || (p.CreatedAt == when && p.Id > id!.Value));
        var rows = await (newest ? query.OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id) : query.OrderBy(p => p.CreatedAt).ThenBy(p => p.Id)).Take(limit + 1).ToListAsync(stop);
        var to = rows.Select(p => p.DestinationId).Distinct().ToList();
        var destinations = await db.Destinations.AsNoTracking().Where(d => to.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => (d.Mask, d.State), stop);
        var two = await work.Command("SELECT four_eyes FROM wallet.payout_settings").Scalar<bool>(stop);
        return cursors.Page(rows, limit, filters, p => [p.CreatedAt, p.Id])
            .Map(p => new Row(p, destinations[p.DestinationId].Mask, destinations[p.DestinationId].State, two && p.State == PayoutState.Requested && p.Amount > terms.FourEyesAbove(p.Amount.Currency)));
    });

    /// <summary>How many wait for somebody of the team: to approve, to be put into a file, for the bank's word.</summary>
    public static Task<(int Requested, int Approved, int Sent, int Unknown, int Destinations)> Counts(UnitOfWork work, CancellationToken stop) => work.Read(async () => (await work.Command(
        """
        SELECT count(*) FILTER (WHERE state = 'requested')::int, count(*) FILTER (WHERE state = 'approved')::int, count(*) FILTER (WHERE state = 'sent')::int, count(*) FILTER (WHERE state IN ('sending', 'unknown'))::int,
               (SELECT count(*)::int FROM wallet.payout_destinations WHERE state = 'pending' AND removed_at IS NULL)
        FROM wallet.payouts WHERE ended_at IS NULL
        """).List(r => (r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4)), stop)).Single());
}

/// <summary>What makes a reviewer look twice. Facts, no verdict.</summary>
/// <param name="DestinationAge">Since it was added.</param>
/// <param name="AccountAge">Since their first movement of money.</param>
/// <param name="Sold">Of sales in the last 90 days, in this currency.</param>
/// <param name="Refunded">Of it, given back or disputed.</param>
/// <param name="PaidBefore">Payouts that arrived at this destination.</param>
internal sealed record RiskHints(TimeSpan DestinationAge, TimeSpan AccountAge, Money Sold, Money Refunded, int PaidBefore)
{
    public bool IsNewDestination => PaidBefore == 0 || DestinationAge < TimeSpan.FromDays(14);

    public bool IsYoung => AccountAge < TimeSpan.FromDays(30);

    /// <summary>In percent.</summary>
    public decimal RefundRatio => Sold.Minor == 0 ? 0 : Math.Round(100m * Refunded.Minor / Sold.Minor, 1);

    public bool IsRefundHeavy => RefundRatio >= 10;

    public bool Any => IsNewDestination || IsYoung || IsRefundHeavy;

    /// <summary>In an open transaction of staff.</summary>
    public static async Task<RiskHints> Of(Payout payout, Destination destination, UnitOfWork work, DateTimeOffset now, CancellationToken stop)
    {
        var facts = (await work.Command(
            """
            SELECT (SELECT min(p.effective_at) FROM wallet.accounts a JOIN wallet.postings p ON p.account_id = a.id WHERE a.owner_id = $1),
                   (SELECT count(*)::int FROM wallet.payouts WHERE destination_id = $3 AND state = 'paid'),
                   coalesce(sum(s.amount) FILTER (WHERE s.kind = 'sale'), 0)::bigint, coalesce(-sum(s.amount) FILTER (WHERE s.kind IN ('refund', 'dispute', 'chargeback')), 0)::bigint
            FROM (SELECT t.kind, p.amount FROM wallet.accounts a JOIN wallet.postings p ON p.account_id = a.id AND p.effective_at > $4
                  CROSS JOIN LATERAL (SELECT kind FROM wallet.ledger_transactions WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
                  WHERE a.owner_id = $1 AND a.currency = $2 AND a.kind IN ('user_pending', 'user_available', 'user_debt')) s
            """, payout.Account, payout.CurrencyCode, destination.Id, now.AddDays(-90))
            .List(r => (First: r.IsDBNull(0) ? now : r.GetFieldValue<DateTimeOffset>(0), Paid: r.GetInt32(1), Sold: r.GetInt64(2), Refunded: r.GetInt64(3)), stop)).Single();
        return new RiskHints(now - destination.CreatedAt, now - facts.First, payout.Amount with { Minor = facts.Sold }, payout.Amount with { Minor = Math.Max(0, facts.Refunded) }, facts.Paid);
    }
}

/// <summary>A payout, where others point at one.</summary>
internal sealed class PayoutSubject(NpgsqlDataSource source, Microsoft.Extensions.Localization.IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "payout";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default)
    {
        var found = await source.CommandOn("wallet.payouts", "SELECT id, account, amount, currency FROM wallet.payouts WHERE id = ANY ($1)", ids.ToArray())
            .List(r => (Id: r.GetGuid(0), Account: r.GetGuid(1), Amount: Money.Of(r.GetInt64(2), r.GetString(3))), stop);
        return found.ToDictionary(p => p.Id, p => new Subject(Kind, p.Id, texts["Payout of {0}", p.Amount], $"/admin/payouts/{p.Id}", p.Account) { OwnerUrl = $"/wallet/payouts/{p.Id}" });
    }
}

/// <summary>Where a person's money may go and went, and how staff corrected it.</summary>
internal sealed class PayoutsData(NpgsqlDataSource source, UnitOfWork work, Secrets secrets) : IPersonalData
{
    public string Section => "payouts";

    public string About => "Where your money goes, your payouts, and what the team corrected in your wallet.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var destinations = await source.CommandFor(account, "SELECT id, way, details, state, reason, created_at, removed_at FROM wallet.payout_destinations WHERE account = $1 ORDER BY id", account)
            .List(r => new
            {
                id = r.GetGuid(0), way = r.GetString(1), details = r.IsDBNull(2) ? null : DestinationDetails.Of(secrets.Open($"wallet.payout_destinations/{r.GetGuid(0)}", r.GetFieldValue<byte[]>(2))), state = r.GetString(3),
                reason = r.IsDBNull(4) ? null : r.GetString(4), created_at = r.GetFieldValue<DateTimeOffset>(5), removed_at = r.IsDBNull(6) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(6),
            }, stop);
        var payouts = await source.CommandFor(account, "SELECT id, amount, fee, currency, state, way, reason, failure_code, created_at, ended_at, returned_at FROM wallet.payouts WHERE account = $1 ORDER BY id", account)
            .List(r => new
            {
                id = r.GetGuid(0), amount = r.GetInt64(1), fee = r.GetInt64(2), currency = r.GetString(3), state = r.GetString(4), way = r.GetString(5), reason = r.IsDBNull(6) ? null : r.GetString(6),
                failure_code = r.IsDBNull(7) ? null : r.GetString(7), created_at = r.GetFieldValue<DateTimeOffset>(8), ended_at = r.IsDBNull(9) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(9),
                returned_at = r.IsDBNull(10) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(10),
            }, stop);
        var adjustments = await source.Command("SELECT id, amount, currency, category, reason, state, proposed_at FROM wallet.adjustments WHERE account = $1 AND state = 'posted' ORDER BY id", account)
            .List(r => new { id = r.GetGuid(0), amount = r.GetInt64(1), currency = r.GetString(2), category = r.GetString(3), reason = r.GetString(4), at = r.GetFieldValue<DateTimeOffset>(6) }, stop);
        var writeOffs = await source.Command("SELECT id, amount, currency, decided_at FROM wallet.write_offs WHERE account = $1 ORDER BY id", account)
            .List(r => new { id = r.GetGuid(0), amount = r.GetInt64(1), currency = r.GetString(2), at = r.GetFieldValue<DateTimeOffset>(3) }, stop);
        return destinations.Count + payouts.Count + adjustments.Count + writeOffs.Count == 0 ? null : new { destinations, payouts, adjustments, write_offs = writeOffs };
    }

    // The account numbers go. wallet.payouts, wallet.adjustments and wallet.write_offs are books; wallet.payout_batches are what the bank was told, sealed, and stay as long as the bank's own.
    public async Task Erase(Guid account)
    {
        await work.ActFor(account);
        await work.Command(
            "UPDATE wallet.payout_destinations SET details = NULL, mask = '••••', country = NULL, reason = CASE WHEN reason IS NULL THEN NULL ELSE '-' END, removed_at = coalesce(removed_at, created_at) WHERE account = $1", account).Execute();
        await work.Command("UPDATE wallet.adjustments SET state = 'rejected', decided_by = '00000000-0000-0000-0000-000000000000', decided_at = proposed_at, decision_reason = 'erased' WHERE account = $1 AND state = 'proposed'", account).Execute();
    }
}
