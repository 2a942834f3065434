using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// What the market charged each seller in a month that is over, as one invoice a currency: commission and processors' fees of what was sold in it, less the
/// commission that refunds and disputes gave back in it. A month in which more went back than came is a credit. Safe to run twice: each month once.
/// </summary>
internal sealed class BillCommission(OrdersDb db, UnitOfWork work, Writes writes, IUsers users, NpgsqlDataSource source, TaxTerms terms, TimeProvider clock) : IJob
{
    // Months are the calendar's in UTC. What a dispute gave back and won again counts as never gone.
    private const string Due =
        """
        WITH moved AS (
            SELECT i.seller, o.currency, o.paid_at AS at, 1 AS sold, i.commission, i.fee, 0 AS back, 0::bigint AS given
            FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id WHERE o.paid_at >= $1 AND o.paid_at < $2 AND i.gross > 0
            UNION ALL
            SELECT i.seller, o.currency, r.processed_at, 0, 0, 0, 1, r.commission
            FROM orders.refunds r JOIN orders.order_items i ON i.id = r.item_id JOIN orders.orders o ON o.id = r.order_id WHERE r.processed_at >= $1 AND r.processed_at < $2
            UNION ALL
            SELECT i.seller, o.currency, d.ended_at, 0, 0, 0, 1, d.commission
            FROM orders.line_disputes d JOIN orders.order_items i ON i.id = d.item_id JOIN orders.orders o ON o.id = d.order_id WHERE d.outcome = 'lost' AND d.ended_at >= $1 AND d.ended_at < $2)
        SELECT seller, currency, sum(sold)::int, sum(commission)::bigint, sum(fee)::bigint, sum(back)::int, sum(given)::bigint
        FROM moved m
        WHERE NOT EXISTS (SELECT FROM orders.invoices i WHERE i.recipient = m.seller AND i.currency = m.currency AND i.month = $3)
        GROUP BY seller, currency HAVING sum(commission) + sum(fee) <> sum(given)
        ORDER BY seller, currency
        """;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var month = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        var (from, until) = (new DateTimeOffset(month, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(month.AddMonths(1), TimeOnly.MinValue, TimeSpan.Zero));
        var due = await source.Command(Due, from, until, month).List(r => new Account(r.GetGuid(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3), r.GetInt64(4), r.GetInt32(5), r.GetInt64(6)), stop);
        foreach (var account in due) await writes.Run(() => Bill(account, month));
    }

    private async Task Bill(Account due, DateOnly month)
    {
        db.ChangeTracker.Clear();
        // Of two hosts at the same month the second finds it done.
        await work.Command("SELECT pg_advisory_xact_lock(hashtext('orders.bill_commission'))").Execute();
        if (await db.Invoices.AnyAsync(i => i.Recipient == due.Seller && i.Currency == due.Currency && i.Month == month)) return;
        var credit = due.Given > due.Commission + due.Fee;
        var sign = credit ? -1 : 1;
        List<InvoiceLine> lines = [];
        if (due.Commission != 0) lines.Add(InvoiceLine.Of("Commission on sales", due.Sold, sign * due.Commission, terms.Country));
        if (due.Fee != 0) lines.Add(InvoiceLine.Of("Fees of payments", due.Sold, sign * due.Fee, terms.Country));
        if (due.Given != 0) lines.Add(InvoiceLine.Of("Commission given back", due.Back, -sign * due.Given, terms.Country));
        var language = (await users.Contacts([due.Seller])).GetValueOrDefault(due.Seller)?.Language ?? "en";
        var invoice = Invoice.ForMonth(due.Seller, due.Currency, language, month, credit, lines, clock);
        invoice.Take(await InvoiceNumber.Next(invoice.Issuer, invoice.Series, work, clock));
        db.Invoices.Add(invoice);
        work.Publish(InvoiceIssued.Of(invoice, null));
    }

    private sealed record Account(Guid Seller, string Currency, int Sold, long Commission, long Fee, int Back, long Given);
}
