using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What the market itself earns and what that costs it, by day or month, from the books alone.</summary>
internal static class ReadEarnings
{
    /// <summary>The lines of the view, in the order of a statement of income; their sum is the net.</summary>
    public static readonly IReadOnlyList<string> Lines =
        ["commission", "fees_recovered", "withdrawal_fees", "boosts", "subscriptions", "processing", "affiliates", "refunds", "disputes", "other"];

    /// <param name="By">day or month.</param>
    /// <param name="From">First day, UTC; 30 days ago or a year ago unless said.</param>
    /// <param name="To">Last day, UTC; today unless said.</param>
    public sealed record Request(
        [FromQuery(Name = "currency")] string? Currency = null, [FromQuery(Name = "by")] string? By = null,
        [FromQuery(Name = "from")] DateOnly? From = null, [FromQuery(Name = "to")] DateOnly? To = null);

    /// <param name="Starts">First day of the day or month.</param>
    /// <param name="Volume">What sales moved: the prices that buyers paid.</param>
    /// <param name="Amounts">By line; positive was earned, negative spent.</param>
    public sealed record Period(DateOnly Starts, Money Volume, IReadOnlyDictionary<string, Money> Amounts, Money Net);

    /// <param name="Moved">What went over the providers' accounts, in and out.</param>
    /// <param name="Explained">What of it belongs to a payment, its fee or its refund, to the cent.</param>
    public sealed record Clearing(Money Moved, Money Explained)
    {
        public decimal Share => Moved.Minor == 0 ? 1 : Explained.Minor / (decimal)Moved.Minor;
    }

    public sealed record Reply(Currency Currency, string By, DateOnly From, DateOnly To, IReadOnlyList<Period> Data, Period Total, Clearing Clearing);

    /// <exception cref="Refused">422 <c>unknown_currency</c>, <c>period_invalid</c>.</exception>
    public static async Task<Reply> Handle(Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var currency = string.IsNullOrEmpty(request.Currency) ? Currency.Of("EUR") : Currency.Of(request.Currency);
        var by = request.By switch { null or "" or "day" => "day", "month" => "month", _ => throw Wrong("Earnings are by day or by month.") };
        var to = request.To ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var from = request.From ?? (by == "day" ? to.AddDays(-29) : new DateOnly(to.Year, to.Month, 1).AddMonths(-11));
        if (from > to || to.DayNumber - from.DayNumber > 3_700 || to > new DateOnly(9000, 1, 1)) throw Wrong("Choose a period of up to ten years.");
        if (by == "day" && to.DayNumber - from.DayNumber > 366) throw Wrong("By day, choose up to a year.");

        var (start, end) = (new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(to.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        var earned = await source.Command(
            "SELECT date_trunc($1, day)::date, line, sum(amount)::bigint FROM wallet.platform_earnings WHERE currency = $2 AND day BETWEEN $3 AND $4 GROUP BY 1, 2", by, currency.Code, from, to)
            .List(r => (Starts: r.GetFieldValue<DateOnly>(0), Line: r.GetString(1), Amount: new Money(r.GetInt64(2), currency)), stop);
        var sold = (await source.Command(
            """
            SELECT date_trunc($1, p.effective_at AT TIME ZONE 'UTC')::date, -sum(p.amount)::bigint
            FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id AND a.kind = 'order_funding' AND a.currency = $2
            JOIN wallet.ledger_transactions t ON t.id = p.transaction_id AND t.recorded_at = p.recorded_at AND t.kind = 'sale'
            WHERE p.effective_at >= $3 AND p.effective_at < $4 AND p.amount < 0 GROUP BY 1
            """, by, currency.Code, start, end).List(r => (Starts: r.GetFieldValue<DateOnly>(0), Amount: new Money(r.GetInt64(1), currency)), stop)).ToDictionary(s => s.Starts, s => s.Amount);
        var clearing = (await source.Command(ClearingSql, currency.Code, start, end)
            .List(r => new Clearing(new Money(r.GetInt64(0), currency), new Money(r.GetInt64(1), currency)), stop)).Single();

        var byPeriod = earned.ToLookup(e => e.Starts);
        var periods = Starts(by, from, to).Select(starts => Of(starts, sold.GetValueOrDefault(starts, Money.Zero(currency)), byPeriod[starts].ToDictionary(e => e.Line, e => e.Amount), currency)).ToList();
        var total = Of(from, periods.Aggregate(Money.Zero(currency), (sum, p) => sum + p.Volume),
            Lines.ToDictionary(line => line, line => periods.Aggregate(Money.Zero(currency), (sum, p) => sum + p.Amounts[line])), currency);
        return new Reply(currency, by, from, to, periods, total, clearing);
    }

    /// <summary>What is shown, as a file.</summary>
    public static async Task<IResult> File(Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var reply = await Handle(request, source, clock, stop);
        return Csv.File("earnings.csv", ["from", "currency", "volume", .. Lines, "net"], reply.Data.Select(period => (IReadOnlyList<object?>)
            [period.Starts.ToString("O", CultureInfo.InvariantCulture), reply.Currency.Code, period.Volume, .. Lines.Select(line => (object?)period.Amounts[line]), period.Net]).ToAsyncEnumerable());
    }

    private static Period Of(DateOnly starts, Money volume, IReadOnlyDictionary<string, Money> found, Currency currency)
    {
        var amounts = Lines.ToDictionary(line => line, line => found.TryGetValue(line, out var amount) ? amount : Money.Zero(currency));
        return new Period(starts, volume, amounts, amounts.Values.Aggregate(Money.Zero(currency), (sum, amount) => sum + amount));
    }

    private static IEnumerable<DateOnly> Starts(string by, DateOnly from, DateOnly to)
    {
        for (var at = by == "day" ? from : new DateOnly(from.Year, from.Month, 1); at <= to; at = by == "day" ? at.AddDays(1) : at.AddMonths(1)) yield return at;
    }

    private static Refused Wrong(string why) => new("period_invalid", 422, why);

    // Each movement on a provider's account has a payment, a fee or a refund of the same amount behind it.
    private const string ClearingSql =
        """
        SELECT coalesce(sum(abs(m.amount)), 0)::bigint, coalesce(sum(abs(m.amount)) FILTER (WHERE m.explained), 0)::bigint
        FROM (
            SELECT p.amount, CASE t.kind
                WHEN 'psp_fee'        THEN c.fee = p.amount
                WHEN 'refund_settled' THEN f.amount = p.amount AND f.state = 'settled'
                ELSE c.amount = -p.amount AND c.state = 'captured' END AS explained
            FROM wallet.accounts a JOIN wallet.postings p ON p.account_id = a.id AND p.effective_at >= $2 AND p.effective_at < $3
            CROSS JOIN LATERAL (SELECT kind, key FROM wallet.ledger_transactions WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
            CROSS JOIN LATERAL (SELECT CASE WHEN split_part(t.key, ':', 2) ~ '^[0-9a-f-]{36}$' THEN split_part(t.key, ':', 2)::uuid END AS id) k
            LEFT JOIN wallet.payments c ON c.id = k.id AND c.currency = a.currency
            LEFT JOIN wallet.payment_refunds f ON f.id = k.id AND f.currency = a.currency
            WHERE a.kind = 'psp_clearing' AND a.currency = $1) m
        """;
}
