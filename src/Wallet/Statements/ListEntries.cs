using System.Globalization;
using System.Runtime.CompilerServices;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A person's statement, newest first: every change of every balance that is theirs.</summary>
internal static class ListEntries
{
    /// <summary>What the types of the statement are; the ledger's kinds map to them.</summary>
    public static readonly IReadOnlyList<string> Types =
        ["deposit", "withdraw", "hold", "release", "sale", "commission", "fee", "refund", "dispute", "boost", "subscription", "reseller", "adjustment", "points"];

    /// <summary>The balances that a person has in one currency.</summary>
    public static readonly IReadOnlyList<string> Accounts = ["available", "pending", "escrow", "payout", "debt", "affiliate_locked", "affiliate_extended"];

    private static readonly string[] Header = ["id", "at", "type", "account", "amount", "currency", "balance_before", "balance_after", "reference", "about"];

    /// <param name="Account">available, pending (held), escrow, payout, debt …</param>
    /// <param name="From">First day, UTC.</param>
    /// <param name="To">Last day, UTC.</param>
    /// <param name="Reference">What it is about: an order, a payment.</param>
    public sealed record Request(
        [FromQuery(Name = "currency")] string? Currency = null, [FromQuery(Name = "type")] string? Type = null, [FromQuery(Name = "account")] string? Account = null,
        [FromQuery(Name = "from")] DateOnly? From = null, [FromQuery(Name = "to")] DateOnly? To = null, [FromQuery(Name = "reference")] Guid? Reference = null,
        [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <summary>The same filters for the file, which is always whole.</summary>
    public sealed record Whole(
        [FromQuery(Name = "currency")] string? Currency = null, [FromQuery(Name = "type")] string? Type = null, [FromQuery(Name = "account")] string? Account = null,
        [FromQuery(Name = "from")] DateOnly? From = null, [FromQuery(Name = "to")] DateOnly? To = null, [FromQuery(Name = "reference")] Guid? Reference = null);

    /// <param name="Account">available, pending (held), escrow, payout, debt …</param>
    /// <param name="Amount">Positive came in, negative went out.</param>
    /// <param name="Reference">What it is about: an order, a payment.</param>
    public sealed record Entry(
        string Id, string Type, string Account, Money Amount, Money BalanceBefore, Money BalanceAfter, Guid? Reference, DateTimeOffset At);

    public static async Task<Page<Entry>> Handle(Request request, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var filter = Filter.Of(request);
        var filters = new { list = "entries", owner = caller.Account, filter };
        var after = cursors.Read(request.Cursor, filters) is { } key ? new Place(key[0].GetDateTimeOffset(), key[1].GetInt64(), key[2].GetInt64()) : null;
        var rows = await Rows(caller.Account, filter, after, limit + 1, source, stop);
        return cursors.Page(rows, limit, filters, row => [row.At.At, row.At.Account, row.At.Version]).Map(row => row.Entry);
    }

    /// <summary>All that the filters show, as a file.</summary>
    public static IResult File(Whole asked, Caller caller, NpgsqlDataSource source, Subjects subjects, CancellationToken stop)
    {
        var (owner, filter) = (caller.Account, Filter.Of(new Request(asked.Currency, asked.Type, asked.Account, asked.From, asked.To, asked.Reference)));
        return Csv.File("statement.csv", Header, Cells(stop));

        async IAsyncEnumerable<IReadOnlyList<object?>> Cells([EnumeratorCancellation] CancellationToken stopping = default)
        {
            // By pages, so that neither a connection nor a transaction is held while a slow reader reads.
            const int pageSize = 500;
            Place? after = null;
            while (true)
            {
                var rows = await Rows(owner, filter, after, pageSize, source, stopping);
                var about = await subjects.Find(rows.Select(r => r.Entry.Reference).OfType<Guid>().Distinct().ToList(), stopping);
                foreach (var (entry, _) in rows)
                {
                    yield return [entry.Id, entry.At, entry.Type, entry.Account, entry.Amount, entry.Amount.Currency.Code, entry.BalanceBefore, entry.BalanceAfter, entry.Reference,
                        entry.Reference is { } id ? about.GetValueOrDefault(id)?.Title : null];
                }

                if (rows.Count < pageSize) yield break;
                after = rows[^1].At;
            }
        }
    }

    // The newest of each of the person's few accounts by its index, then merged; the transaction is looked up a row.
    private static Task<List<(Entry Entry, Place At)>> Rows(Guid owner, Filter filter, Place? after, int limit, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        """
        SELECT a.id, e.account_version, e.transaction_id, e.leg, a.kind, a.currency, e.type, e.amount, e.balance_after, e.ref_id, e.effective_at
        FROM wallet.accounts a
        CROSS JOIN LATERAL (
            SELECT p.account_version, p.transaction_id, p.leg, p.amount, p.balance_after, p.effective_at, t.ref_id, coalesce(k.type, t.kind) AS type
            FROM wallet.postings p
            CROSS JOIN LATERAL (SELECT kind, ref_id FROM wallet.ledger_transactions
                                WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
            LEFT JOIN wallet.transaction_kinds k ON k.code = t.kind
            WHERE p.account_id = a.id
              AND ($3::text IS NULL OR coalesce(k.type, t.kind) = $3)
              AND ($8::timestamptz IS NULL OR p.effective_at >= $8) AND ($9::timestamptz IS NULL OR p.effective_at < $9)
              AND ($10::uuid IS NULL OR t.ref_id = $10)
              AND ($4::timestamptz IS NULL OR p.effective_at <= $4 AND (p.effective_at, a.id, p.account_version) < ($4, $5, $6))
            ORDER BY p.effective_at DESC, p.account_version DESC
            LIMIT $7) e
        WHERE a.owner_id = $1 AND ($2::text IS NULL OR a.currency = $2) AND ($11::text IS NULL OR a.kind = $11)
        ORDER BY e.effective_at DESC, a.id DESC, e.account_version DESC
        LIMIT $7
        """,
        owner, filter.Currency, filter.Type, after?.At, after?.Account, after?.Version, limit, filter.From, filter.Before, filter.Reference, filter.AccountKind)
        .List(r =>
        {
            var money = Currency.Of(r.GetString(5));
            long amount = r.GetInt64(7), balance = r.GetInt64(8);
            var entry = new Entry(
                string.Create(CultureInfo.InvariantCulture, $"{r.GetInt64(2)}-{r.GetInt16(3)}"), r.GetString(6), Short(r.GetString(4)), new Money(amount, money),
                new Money(balance - amount, money), new Money(balance, money), r.IsDBNull(9) ? null : r.GetGuid(9), r.GetFieldValue<DateTimeOffset>(10));
            return (entry, new Place(entry.At, r.GetInt64(0), r.GetInt64(1)));
        }, stop);

    private static string Short(string kind) => kind.StartsWith("user_", StringComparison.Ordinal) ? kind["user_".Length..] : kind;

    /// <summary>Where a row stands in the list.</summary>
    private sealed record Place(DateTimeOffset At, long Account, long Version);

    /// <param name="Before">The beginning of the day after the last.</param>
    private sealed record Filter(string? Currency, string? Type, string? AccountKind, DateTimeOffset? From, DateTimeOffset? Before, Guid? Reference)
    {
        /// <exception cref="Refused">422 <c>unknown_currency</c>, <c>unknown_type</c>, <c>unknown_account</c>.</exception>
        public static Filter Of(Request request) => new(
            string.IsNullOrEmpty(request.Currency) ? null : Kernel.Currency.Of(request.Currency).Code,
            string.IsNullOrEmpty(request.Type) ? null : Types.Contains(request.Type) ? request.Type : throw new Refused("unknown_type", 422, "There is no such type of entry."),
            string.IsNullOrEmpty(request.Account) ? null
                : !Accounts.Contains(request.Account) ? throw new Refused("unknown_account", 422, "There is no such balance in a wallet.")
                : request.Account.StartsWith("affiliate", StringComparison.Ordinal) ? request.Account : $"user_{request.Account}",
            Day(request.From), request.To is { } last && last < DateOnly.MaxValue ? Day(last.AddDays(1)) : null, request.Reference);

        private static DateTimeOffset? Day(DateOnly? day) => day is { } known ? new DateTimeOffset(known, TimeOnly.MinValue, TimeSpan.Zero) : null;
    }
}
