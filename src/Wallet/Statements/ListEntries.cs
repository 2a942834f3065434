using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A person's statement, newest first: every change of every balance that is theirs.</summary>
internal static class ListEntries
{
    /// <summary>What the types of the statement are; the ledger's kinds map to them.</summary>
    public static readonly IReadOnlyList<string> Types =
        ["deposit", "withdraw", "hold", "release", "sale", "commission", "fee", "refund", "dispute", "boost", "subscription", "reseller", "adjustment", "points"];

    public sealed record Request(
        [FromQuery(Name = "currency")] string? Currency, [FromQuery(Name = "type")] string? Type,
        [FromQuery(Name = "cursor")] string? Cursor, [FromQuery(Name = "limit")] int? Limit);

    /// <param name="Account">available, pending (held), escrow, payout, debt …</param>
    /// <param name="Amount">Positive came in, negative went out.</param>
    /// <param name="Reference">What it is about: an order, a payment.</param>
    public sealed record Entry(
        string Id, string Type, string Account, Money Amount, Money BalanceBefore, Money BalanceAfter, Guid? Reference, DateTimeOffset At);

    public static async Task<Page<Entry>> Handle(Request request, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var currency = string.IsNullOrEmpty(request.Currency) ? null : Currency.Of(request.Currency).Code;
        var type = string.IsNullOrEmpty(request.Type) ? null
            : Types.Contains(request.Type) ? request.Type
            : throw new Refused("unknown_type", 422, "There is no such type of entry.");
        var filters = new { list = "entries", owner = caller.Account, currency, type };
        var after = cursors.Read(request.Cursor, filters);

        // The newest of each of the person's few accounts by its index, then merged; the transaction is looked up a row.
        var rows = await source.Command(
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
                  AND ($4::timestamptz IS NULL OR p.effective_at <= $4 AND (p.effective_at, a.id, p.account_version) < ($4, $5, $6))
                ORDER BY p.effective_at DESC, p.account_version DESC
                LIMIT $7) e
            WHERE a.owner_id = $1 AND ($2::text IS NULL OR a.currency = $2)
            ORDER BY e.effective_at DESC, a.id DESC, e.account_version DESC
            LIMIT $7
            """,
            caller.Account, currency, type, after?[0].GetDateTimeOffset(), after?[1].GetInt64(), after?[2].GetInt64(), limit + 1)
            .List(r =>
            {
                var money = Currency.Of(r.GetString(5));
                long amount = r.GetInt64(7), balance = r.GetInt64(8);
                var entry = new Entry(
                    $"{r.GetInt64(2)}-{r.GetInt16(3)}", r.GetString(6), Short(r.GetString(4)), new Money(amount, money),
                    new Money(balance - amount, money), new Money(balance, money), r.IsDBNull(9) ? null : r.GetGuid(9), r.GetFieldValue<DateTimeOffset>(10));
                return (Entry: entry, Account: r.GetInt64(0), Version: r.GetInt64(1));
            }, stop);
        return cursors.Page(rows, limit, filters, row => [row.Entry.At, row.Account, row.Version]).Map(row => row.Entry);
    }

    private static string Short(string kind) => kind.StartsWith("user_", StringComparison.Ordinal) ? kind["user_".Length..] : kind;
}
