using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// A year of somebody's money, a month and currency a row, read from the books alone: opening + net of sales + payouts + adjustments +
/// top-ups + purchases + others = closing. Months are those of UTC. Balances are all that is theirs: available, held, in escrow, in payout, less debt.
/// </summary>
internal static class YearStatement
{
    private static readonly string[] Header =
        ["month", "currency", "opening", "gross_sales", "refunds", "disputes", "commission", "processing_fees", "tax", "net", "payouts", "adjustments", "top_ups", "purchases", "other", "closing"];

    /// <summary>Amounts with the sign with which they change the balance: sales positive; refunds, commission, fees and payouts negative.</summary>
    /// <param name="Gross">Of sales, tax included.</param>
    /// <param name="Commission">The market's, less what refunds gave back.</param>
    /// <param name="Fees">Processors', as sales bore them.</param>
    /// <param name="Tax">Passed on.</param>
    /// <param name="Other">Whatever has no column.</param>
    public sealed record Row(
        int Month, Money Opening, Money Gross, Money Refunds, Money Disputes, Money Commission, Money Fees, Money Tax, Money Payouts, Money Adjustments, Money TopUps, Money Purchases, Money Other)
    {
        /// <summary>What sales left.</summary>
        public Money Net => Gross + Refunds + Disputes + Commission + Fees + Tax;

        public Money Closing => Opening + Net + Payouts + Adjustments + TopUps + Purchases + Other;

        /// <summary>Something moved.</summary>
        public bool HasMoved => Gross.Minor != 0 || Refunds.Minor != 0 || Disputes.Minor != 0 || Commission.Minor != 0 || Fees.Minor != 0 || Tax.Minor != 0 || Payouts.Minor != 0
            || Adjustments.Minor != 0 || TopUps.Minor != 0 || Purchases.Minor != 0 || Other.Minor != 0;
    }

    /// <param name="Months">All that have begun.</param>
    public sealed record Sheet(Currency Currency, IReadOnlyList<Row> Months)
    {
        /// <summary>The whole year as one row.</summary>
        public Row Total => Months.Aggregate(Months[0] with { Gross = Zero, Refunds = Zero, Disputes = Zero, Commission = Zero, Fees = Zero, Tax = Zero, Payouts = Zero, Adjustments = Zero, TopUps = Zero, Purchases = Zero, Other = Zero },
            (sum, m) => sum with
            {
                Gross = sum.Gross + m.Gross, Refunds = sum.Refunds + m.Refunds, Disputes = sum.Disputes + m.Disputes, Commission = sum.Commission + m.Commission, Fees = sum.Fees + m.Fees, Tax = sum.Tax + m.Tax,
                Payouts = sum.Payouts + m.Payouts, Adjustments = sum.Adjustments + m.Adjustments, TopUps = sum.TopUps + m.TopUps, Purchases = sum.Purchases + m.Purchases, Other = sum.Other + m.Other,
            });

        private Money Zero => Money.Zero(Currency);
    }

    /// <exception cref="Refused">404: before the market's time, or still to come.</exception>
    public static async Task<IReadOnlyList<Sheet>> Read(int year, Guid account, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var today = clock.GetUtcNow();
        if (year < 2000 || year > today.Year) throw Refused.NotFound();
        DateTimeOffset begin = new(year, 1, 1, 0, 0, 0, TimeSpan.Zero), end = begin.AddYears(1);
        var opening = (await source.Command(
            """
            SELECT a.currency, sum(wallet.balance_at(a.id, $2))::bigint FROM wallet.accounts a WHERE a.owner_id = $1 AND a.currency <> 'XPL' GROUP BY a.currency
            """, account, begin.AddMicroseconds(-1)).List(r => (r.GetString(0), r.GetInt64(1)), stop)).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);
        // Each transaction in which the person has a leg: what it changed of theirs, and what else the sale or refund was made of.
        var moved = (await source.Command(
            """
            WITH own AS (
                SELECT p.transaction_id, p.recorded_at, a.currency, min(p.effective_at) AS at, sum(p.amount) AS change
                FROM wallet.accounts a JOIN wallet.postings p ON p.account_id = a.id AND p.effective_at >= $2 AND p.effective_at < $3
                WHERE a.owner_id = $1 AND a.currency <> 'XPL'
                GROUP BY p.transaction_id, p.recorded_at, a.currency),
            parts AS (
                SELECT o.currency, extract(month FROM o.at AT TIME ZONE 'UTC')::int AS month, t.kind, o.change, s.commission, s.fee, s.tax
                FROM own o
                CROSS JOIN LATERAL (SELECT kind FROM wallet.ledger_transactions WHERE id = o.transaction_id AND recorded_at = o.recorded_at LIMIT 1) t
                LEFT JOIN LATERAL (
                    SELECT -coalesce(sum(p.amount) FILTER (WHERE a.kind = 'revenue_commission'), 0) AS commission, -coalesce(sum(p.amount) FILTER (WHERE a.kind = 'revenue_fee_recovered'), 0) AS fee,
                           -coalesce(sum(p.amount) FILTER (WHERE a.kind = 'tax_payable'), 0) AS tax
                    FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id
                    WHERE p.transaction_id = o.transaction_id AND p.recorded_at = o.recorded_at AND t.kind IN ('sale', 'accept', 'refund', 'dispute', 'chargeback')) s ON true)
            SELECT currency, month,
                coalesce(sum(change - commission - fee - tax) FILTER (WHERE kind IN ('sale', 'accept')), 0)::bigint,
                coalesce(sum(change - commission - fee - tax) FILTER (WHERE kind = 'refund'), 0)::bigint,
                coalesce(sum(change - commission - fee - tax) FILTER (WHERE kind IN ('dispute', 'chargeback')), 0)::bigint,
                sum(commission)::bigint, sum(fee)::bigint, sum(tax)::bigint,
                coalesce(sum(change) FILTER (WHERE kind LIKE 'payout%'), 0)::bigint,
                coalesce(sum(change) FILTER (WHERE kind IN ('adjustment', 'write_off')), 0)::bigint,
                coalesce(sum(change) FILTER (WHERE kind IN ('topup', 'capture')), 0)::bigint,
                coalesce(sum(change) FILTER (WHERE kind IN ('fund', 'unfund', 'refund_settled', 'escrow')), 0)::bigint,
                coalesce(sum(change) FILTER (WHERE kind NOT LIKE 'payout%' AND kind NOT IN ('sale', 'accept', 'refund', 'dispute', 'chargeback', 'adjustment', 'write_off', 'topup', 'capture', 'fund', 'unfund', 'refund_settled', 'escrow')), 0)::bigint
            FROM parts GROUP BY currency, month
            """, account, begin, end).List(r => (Currency: r.GetString(0), Month: r.GetInt32(1), Parts: Enumerable.Range(2, 11).Select(r.GetInt64).ToArray()), stop)).ToDictionary(m => (m.Currency, m.Month), m => m.Parts);

        var months = year == today.Year ? today.UtcDateTime.Month : 12;
        var sheets = new List<Sheet>();
        foreach (var code in opening.Keys.OrderBy(c => c != "EUR").ThenBy(c => c, StringComparer.Ordinal))
        {
            var currency = Currency.Of(code);
            var (balance, rows) = (new Money(opening[code], currency), new List<Row>());
            for (var month = 1; month <= months; month++)
            {
                var parts = moved.GetValueOrDefault((code, month)) ?? new long[11];
                Money At(int part) => new(parts[part], currency);
                var row = new Row(month, balance, At(0), At(1), At(2), At(3), At(4), At(5), At(6), At(7), At(8), At(9), At(10));
                rows.Add(row);
                balance = row.Closing;
            }

            if (opening[code] != 0 || rows.Exists(r => r.HasMoved)) sheets.Add(new Sheet(currency, rows));
        }

        return sheets;
    }

    /// <summary>Years in which the person's money moved, newest first.</summary>
    public static async Task<IReadOnlyList<int>> Years(Guid account, NpgsqlDataSource source, CancellationToken stop)
    {
        var span = (await source.Command(
            """
            SELECT extract(year FROM min(b.first) AT TIME ZONE 'UTC')::int, extract(year FROM max(b.last) AT TIME ZONE 'UTC')::int FROM wallet.accounts a
            CROSS JOIN LATERAL (SELECT min(effective_at) AS first, max(effective_at) AS last FROM wallet.postings WHERE account_id = a.id) b WHERE a.owner_id = $1
            """, account).List(r => r.IsDBNull(0) ? ((int, int)?)null : (r.GetInt32(0), r.GetInt32(1)), stop)).SingleOrDefault();
        return span is { } years ? Enumerable.Range(years.Item1, years.Item2 - years.Item1 + 1).Reverse().ToList() : [];
    }

    /// <summary>The same as a file; a month in which nothing moved is left out of none, so that spreadsheets can add up rows.</summary>
    public static async Task<IResult> File(int year, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var sheets = await Read(year, caller.Account, source, clock, stop);
        return Csv.File($"statement-{year}.csv", Header, Cells().ToAsyncEnumerable());

        IEnumerable<IReadOnlyList<object?>> Cells() => sheets.SelectMany(s => s.Months.Select(m => (IReadOnlyList<object?>)
            [$"{year}-{m.Month:00}", s.Currency.Code, m.Opening, m.Gross, m.Refunds, m.Disputes, m.Commission, m.Fees, m.Tax, m.Net, m.Payouts, m.Adjustments, m.TopUps, m.Purchases, m.Other, m.Closing]));
    }
}
