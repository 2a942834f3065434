using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>The next number of a sequence, and the time at which it was given.</summary>
internal sealed record InvoiceNumber(int Year, int Number, DateTimeOffset At)
{
    /// <summary>
    /// The last thing that a transaction does before it writes the invoice: the sequence is locked until it ends, and a number that is rolled back is
    /// given to the next. Dates of a sequence never go back, whichever host's clock is asked.
    /// </summary>
    public static async Task<InvoiceNumber> Next(Guid issuer, InvoiceSeries series, UnitOfWork work, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        return (await work.Command(
            """
            INSERT INTO orders.invoice_numbers AS n (issuer, series, year, last, last_at) VALUES ($1, $2, $3, 1, $4)
            ON CONFLICT (issuer, series, year) DO UPDATE SET last = n.last + 1, last_at = greatest(n.last_at, EXCLUDED.last_at)
            RETURNING last, last_at
            """,
            issuer, series.ToText(), now.Year, now).List(r => new InvoiceNumber(now.Year, r.GetInt32(0), r.GetFieldValue<DateTimeOffset>(1)))).Single();
    }
}
