using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// Taxes by month, country and rate, from what was frozen into the lines: sales on the day of their payment, refunds and disputes on theirs. No change
/// of a rate moves a number of it.
/// </summary>
internal static class ReadTaxes
{
    /// <param name="From">First day, UTC; the first of this quarter unless said.</param>
    /// <param name="To">Last day; today unless said.</param>
    public sealed record Request([FromQuery(Name = "from")] DateOnly? From = null, [FromQuery(Name = "to")] DateOnly? To = null);

    /// <param name="Month">Its first day.</param>
    /// <param name="Rate">Basis points.</param>
    /// <param name="Sales">Lines that were sold.</param>
    /// <param name="Base">Without tax, less what went back.</param>
    /// <param name="By">Who owes it: the market, or the shops themselves.</param>
    public sealed record Row(DateOnly Month, string? Country, int Rate, TaxReason Reason, TaxCollector By, int Sales, Money Base, Money Tax, Money Back);

    public sealed record Reply(DateOnly From, DateOnly To, IReadOnlyList<Row> Data);

    /// <exception cref="Refused">422 <c>period_invalid</c>.</exception>
    public static async Task<Reply> Handle(Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var to = request.To ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var from = request.From ?? new DateOnly(to.Year, ((to.Month - 1) / 3 * 3) + 1, 1);
        if (from > to || to.DayNumber - from.DayNumber > 3_700 || to > new DateOnly(9000, 1, 1)) throw new Refused("period_invalid", 422, "Choose a period of up to ten years.");
        var (start, end) = (new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(to.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        var rows = await source.Command(
            """
            WITH moved AS (
                SELECT i.id, o.paid_at AS at, 1 AS sold, i.gross AS gross, i.tax, 0::bigint AS back FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id WHERE o.paid_at >= $1 AND o.paid_at < $2
                UNION ALL SELECT item_id, processed_at, 0, -amount, -tax, tax FROM orders.refunds WHERE processed_at >= $1 AND processed_at < $2
                UNION ALL SELECT item_id, opened_at, 0, -amount, -tax, tax FROM orders.line_disputes WHERE opened_at >= $1 AND opened_at < $2
                UNION ALL SELECT item_id, ended_at, 0, amount, tax, -tax FROM orders.line_disputes WHERE outcome = 'won' AND ended_at >= $1 AND ended_at < $2)
            SELECT date_trunc('month', m.at AT TIME ZONE 'UTC')::date, i.tax_place, i.tax_rate, i.tax_reason, i.tax_by, o.currency, sum(m.sold)::int, sum(m.gross - m.tax)::bigint, sum(m.tax)::bigint, sum(m.back)::bigint
            FROM moved m JOIN orders.order_items i ON i.id = m.id JOIN orders.orders o ON o.id = i.order_id
            GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(m.gross) <> 0 OR sum(m.back) <> 0 ORDER BY 1 DESC, 2 NULLS LAST, 3 DESC, 4, 5, 6
            """, start, end).List(r => new Row(
                r.GetFieldValue<DateOnly>(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetInt32(2), r.GetString(3).ReadChoice<TaxReason>()!.Value, r.GetString(4).ReadChoice<TaxCollector>()!.Value, r.GetInt32(6),
                Money.Of(r.GetInt64(7), r.GetString(5)), Money.Of(r.GetInt64(8), r.GetString(5)), Money.Of(r.GetInt64(9), r.GetString(5))), stop);
        return new Reply(from, to, rows);
    }

    /// <summary>What is shown, as a file.</summary>
    public static async Task<IResult> File(Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var reply = await Handle(request, source, clock, stop);
        return Csv.File("taxes.csv", ["month", "country", "rate_percent", "reason", "owed_by", "sales", "base", "tax", "tax_given_back", "currency"], reply.Data.Select(row => (IReadOnlyList<object?>)
            [row.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), row.Country, row.Rate / 100m, row.Reason.ToText(), row.By.ToText(), row.Sales, row.Base, row.Tax, row.Back, row.Base.Currency.Code]).ToAsyncEnumerable());
    }
}
