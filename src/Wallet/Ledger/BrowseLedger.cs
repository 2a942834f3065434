using System.Globalization;
using System.Runtime.CompilerServices;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The ledger as finance reads it: transactions newest first, one whole, accounts and their sums.</summary>
internal static class BrowseLedger
{
    /// <param name="Key">The beginning of a key.</param>
    /// <param name="Owner">An account of a person.</param>
    public sealed record Filter(string? Kind = null, string? AccountKind = null, Guid? Reference = null, string? Key = null, Guid? Owner = null);

    /// <summary>The filter as it is typed.</summary>
    /// <param name="Owner">An e-mail address or an id.</param>
    public sealed record Asked(
        [FromQuery(Name = "kind")] string? Kind, [FromQuery(Name = "account")] string? Account, [FromQuery(Name = "ref")] string? Reference,
        [FromQuery(Name = "key")] string? Key, [FromQuery(Name = "owner")] string? Owner)
    {
        public async Task<Filter> ToFilter(IUsers users, CancellationToken stop)
        {
            // An address or an id that nobody has finds nothing, rather than everything.
            Guid? reference = Clean(Reference) is { } about ? Id(about) ?? Guid.Empty : null;
            Guid? owner = Clean(Owner) is { } whose ? Id(whose) ?? await users.FindByEmail(whose, stop) ?? Guid.Empty : null;
            return new Filter(Clean(Kind), Clean(Account), reference, Clean(Key), owner);
        }

        private static Guid? Id(string text) => Guid.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;

        private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <param name="Volume">What it credits: half of all that it moves.</param>
    public sealed record Row(long Id, string Kind, string Key, Guid? Reference, DateTimeOffset EffectiveAt, DateTimeOffset RecordedAt, int Legs, Money Volume);

    public sealed record Leg(long AccountId, string AccountKind, Guid? Owner, string? AccountReference, Money Amount, Money? BalanceAfter);

    public sealed record Whole(long Id, string Kind, string Key, Guid? Reference, Guid? Actor, string? Meta, DateTimeOffset EffectiveAt, DateTimeOffset RecordedAt, IReadOnlyList<Leg> Legs);

    /// <param name="Accounts">How many accounts of the kind there are.</param>
    public sealed record Total(string Kind, string Class, long Accounts, Money Balance);

    public sealed record AccountRow(long Id, string Kind, Guid? Owner, string? Reference, string Status, Money Balance);

    public sealed record Posting(long Transaction, string Kind, string Key, Guid? Reference, Money Amount, Money? BalanceAfter, DateTimeOffset EffectiveAt, long Order);

    public static async Task<Page<Row>> Transactions(Filter filter, string? cursor, int limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "ledger", filter };
        var after = cursors.Read(cursor, filters);
        var (where, values) = Conditions(filter, after is null ? null : (after[0].GetDateTimeOffset(), after[1].GetInt64()));
        // The newest first by its index; what a transaction moves is looked up for the rows that are shown.
        var rows = await source.Command(
            $"""
            SELECT t.id, t.kind, t.key, t.ref_id, t.effective_at, t.recorded_at, l.legs, l.currency, l.volume
            FROM (SELECT t.id, t.kind, t.key, t.ref_id, t.effective_at, t.recorded_at FROM wallet.ledger_transactions t
                  WHERE {where} ORDER BY t.recorded_at DESC, t.id DESC LIMIT {limit + 1}) t
            CROSS JOIN LATERAL (
                SELECT count(*)::int AS legs, min(a.currency) AS currency, (sum(p.amount) FILTER (WHERE p.amount > 0))::bigint AS volume
                FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id
                WHERE p.transaction_id = t.id AND p.recorded_at = t.recorded_at) l
            ORDER BY t.recorded_at DESC, t.id DESC
            """, values)
            .List(r => new Row(r.GetInt64(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.GetFieldValue<DateTimeOffset>(4),
                r.GetFieldValue<DateTimeOffset>(5), r.GetInt32(6), Money.Of(r.GetInt64(8), r.GetString(7))), stop);
        return cursors.Page(rows, limit, filters, row => [row.RecordedAt, row.Id]);
    }

    /// <summary>Each leg of the transactions that the filter shows, as a file: the amounts of a currency sum to 0.</summary>
    public static IResult File(Filter filter, NpgsqlDataSource source)
    {
        return Csv.File("ledger.csv", ["transaction", "kind", "key", "reference", "effective_at", "recorded_at", "leg", "account", "owner", "account_reference", "amount", "currency"], Cells());

        async IAsyncEnumerable<IReadOnlyList<object?>> Cells([EnumeratorCancellation] CancellationToken stop = default)
        {
            const int pageSize = 500;
            (DateTimeOffset, long)? after = null;
            while (true)
            {
                var (where, values) = Conditions(filter, after);
                var legs = await source.Command(
                    $"""
                    SELECT t.id, t.kind, t.key, t.ref_id, t.effective_at, t.recorded_at, p.leg, a.kind, a.owner_id, a.reference, p.amount, a.currency
                    FROM (SELECT t.id, t.kind, t.key, t.ref_id, t.effective_at, t.recorded_at FROM wallet.ledger_transactions t
                          WHERE {where} ORDER BY t.recorded_at DESC, t.id DESC LIMIT {pageSize}) t
                    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at JOIN wallet.accounts a ON a.id = p.account_id
                    ORDER BY t.recorded_at DESC, t.id DESC, p.leg
                    """, values)
                    .List(r => (Id: r.GetInt64(0), RecordedAt: r.GetFieldValue<DateTimeOffset>(5), Cells: (IReadOnlyList<object?>)
                    [
                        r.GetInt64(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.GetFieldValue<DateTimeOffset>(4), r.GetFieldValue<DateTimeOffset>(5), r.GetInt16(6),
                        r.GetString(7), r.IsDBNull(8) ? null : r.GetGuid(8), r.IsDBNull(9) ? null : r.GetString(9), Money.Of(r.GetInt64(10), r.GetString(11)), r.GetString(11),
                    ]), stop);
                foreach (var leg in legs) yield return leg.Cells;
                if (legs.Select(l => l.Id).Distinct().Count() < pageSize) yield break;
                after = (legs[^1].RecordedAt, legs[^1].Id);
            }
        }
    }

    public static async Task<Whole> Transaction(long id, NpgsqlDataSource source, CancellationToken stop)
    {
        var legs = await source.Command(
            """
            SELECT t.kind, t.key, t.ref_id, t.actor_id, t.meta::text, t.effective_at, t.recorded_at,
                   a.id, a.kind, a.owner_id, a.reference, a.currency, p.amount, p.balance_after
            FROM wallet.ledger_transactions t
            JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
            JOIN wallet.accounts a ON a.id = p.account_id
            WHERE t.id = $1 ORDER BY p.leg
            """, id)
            .List(r => (
                Head: new Whole(id, r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.IsDBNull(4) ? null : r.GetString(4),
                    r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6), []),
                Leg: new Leg(r.GetInt64(7), r.GetString(8), r.IsDBNull(9) ? null : r.GetGuid(9), r.IsDBNull(10) ? null : r.GetString(10), Money.Of(r.GetInt64(12), r.GetString(11)),
                    r.IsDBNull(13) ? null : Money.Of(r.GetInt64(13), r.GetString(11)))), stop);
        return legs.Count == 0 ? throw Refused.NotFound() : legs[0].Head with { Legs = legs.Select(l => l.Leg).ToList() };
    }

    /// <summary>The trial balance: the sum of all accounts of each kind and currency; all together are 0.</summary>
    /// <param name="at">Of a past moment; null: now.</param>
    public static Task<List<Total>> Totals(DateTimeOffset? at, NpgsqlDataSource source, CancellationToken stop) => at is { } moment ? TotalsAt(moment, source, stop) : source.Command(
        """
        SELECT k.code, k.class, a.currency, count(*), sum(wallet.balance_of(a.id))::bigint
        FROM wallet.accounts a JOIN wallet.account_kinds k ON k.code = a.kind
        WHERE NOT a.stored GROUP BY k.code, k.class, a.currency
        UNION ALL
        SELECT k.code, k.class, a.currency, count(*), sum(b.balance)::bigint
        FROM wallet.accounts a JOIN wallet.account_kinds k ON k.code = a.kind JOIN wallet.account_balances b ON b.account_id = a.id
        GROUP BY k.code, k.class, a.currency
        ORDER BY 3, 2, 1
        """).List(r => new Total(r.GetString(0), r.GetString(1), r.GetInt64(3), Money.Of(r.GetInt64(4), r.GetString(2))), stop);

    private static Task<List<Total>> TotalsAt(DateTimeOffset at, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        """
        SELECT t.kind, t.class, t.currency, (SELECT count(*) FROM wallet.accounts a WHERE a.kind = t.kind AND a.currency = t.currency), t.balance
        FROM wallet.totals_at($1) t ORDER BY 3, 2, 1
        """, at).List(r => new Total(r.GetString(0), r.GetString(1), r.GetInt64(3), Money.Of(r.GetInt64(4), r.GetString(2))), stop);

    public static async Task<Page<AccountRow>> Accounts(string kind, string? currency, DateTimeOffset? at, string? cursor, int limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "accounts", kind, currency, at };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            """
            SELECT a.id, a.kind, a.owner_id, a.reference, a.status, a.currency, CASE WHEN $5::timestamptz IS NULL THEN wallet.balance_of(a.id) ELSE wallet.balance_at(a.id, $5) END
            FROM wallet.accounts a
            WHERE a.kind = $1 AND a.currency = $2 AND ($3::bigint IS NULL OR a.id < $3)
            ORDER BY a.id DESC LIMIT $4
            """, kind, currency, after?[0].GetInt64(), limit + 1, at).List(ReadAccount, stop);
        return cursors.Page(rows, limit, filters, row => [row.Id]);
    }

    public static async Task<AccountRow> Account(long id, NpgsqlDataSource source, CancellationToken stop) => (await source.Command(
        "SELECT a.id, a.kind, a.owner_id, a.reference, a.status, a.currency, wallet.balance_of(a.id) FROM wallet.accounts a WHERE a.id = $1", id)
        .List(ReadAccount, stop)).SingleOrDefault() ?? throw Refused.NotFound();

    public static async Task<Page<Posting>> Postings(AccountRow account, string? cursor, int limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "postings", account = account.Id };
        var after = cursors.Read(cursor, filters);
        var currency = account.Balance.Currency;
        var rows = await source.Command(
            """
            SELECT p.transaction_id, t.kind, t.key, t.ref_id, p.amount, p.balance_after, p.effective_at, coalesce(p.account_version, p.transaction_id)
            FROM wallet.postings p
            CROSS JOIN LATERAL (SELECT kind, key, ref_id FROM wallet.ledger_transactions WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
            WHERE p.account_id = $1 AND ($2::timestamptz IS NULL OR p.effective_at <= $2 AND (p.effective_at, coalesce(p.account_version, p.transaction_id)) < ($2, $3))
            ORDER BY p.effective_at DESC, coalesce(p.account_version, p.transaction_id) DESC LIMIT $4
            """, account.Id, after?[0].GetDateTimeOffset(), after?[1].GetInt64(), limit + 1)
            .List(r => new Posting(r.GetInt64(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), new Money(r.GetInt64(4), currency),
                r.IsDBNull(5) ? null : new Money(r.GetInt64(5), currency), r.GetFieldValue<DateTimeOffset>(6), r.GetInt64(7)), stop);
        return cursors.Page(rows, limit, filters, row => [row.EffectiveAt, row.Order]);
    }

    private static AccountRow ReadAccount(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4), Money.Of(r.GetInt64(6), r.GetString(5)));

    private static (string Where, object?[] Values) Conditions(Filter filter, (DateTimeOffset RecordedAt, long Id)? after)
    {
        var (conditions, values) = (new List<string> { "true" }, new List<object?>());
        string Value(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }

        if (filter.Kind is { } kind) conditions.Add($"t.kind = {Value(kind)}");
        if (filter.Reference is { } reference) conditions.Add($"t.ref_id = {Value(reference)}");
        if (filter.Key is { } key)
        {
            // Keys are kept for ever and apart: their index finds the beginning of one, and their row says in which partition to look.
            var from = Value(key);
            conditions.Add($"(t.id, t.recorded_at) IN (SELECT k.transaction_id, k.recorded_at FROM wallet.posting_keys k WHERE k.key >= {from} AND k.key < {from} || chr(1114111))");
        }

        if (filter.AccountKind is not null || filter.Owner is not null)
        {
            var which = filter.AccountKind is { } accountKind ? $" AND a.kind = {Value(accountKind)}" : "";
            var whose = filter.Owner is { } owner ? $" AND a.owner_id = {Value(owner)}" : "";
            conditions.Add($"EXISTS (SELECT FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE p.transaction_id = t.id AND p.recorded_at = t.recorded_at{which}{whose})");
        }

        if (after is { } last) conditions.Add($"(t.recorded_at, t.id) < ({Value(last.RecordedAt)}, {Value(last.Id)})");
        return (string.Join(" AND ", conditions), [.. values]);
    }
}
