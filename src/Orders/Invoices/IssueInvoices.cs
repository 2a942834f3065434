using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A paper is due: for an order that was paid, or for a refund of it.</summary>
internal sealed record PaperDue(Guid Order, Guid? Refund) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>
/// Who issues holds the lock of a sequence until the commit. So it is not done in the payment, where all sellers would wait for each other, nor
/// beside what others do when they hear of it: the number has a transaction of its own, an instant later.
/// </summary>
internal sealed class AskForInvoice(UnitOfWork work) : IReaction<OrderPaid>
{
    public Task Handle(OrderPaid happened, CancellationToken stop)
    {
        if (happened.Total.Minor > 0) work.Publish(new PaperDue(happened.Order, null));
        return Task.CompletedTask;
    }
}

/// <inheritdoc cref="AskForInvoice"/>
internal sealed class AskForCreditNote(UnitOfWork work) : IReaction<RefundProcessed>
{
    public Task Handle(RefundProcessed happened, CancellationToken stop)
    {
        work.Publish(new PaperDue(happened.Order, happened.Refund));
        return Task.CompletedTask;
    }
}

/// <summary>Issues invoices at the payment and credit notes at the refund, each once, with the next number of its sequence.</summary>
internal sealed class IssueInvoices(OrdersDb db, UnitOfWork work, TimeProvider clock) : IReaction<PaperDue>
{
    public async Task Handle(PaperDue happened, CancellationToken stop)
    {
        var order = await db.Orders.AsNoTracking().Include(o => o.Items).SingleAsync(o => o.Id == happened.Order, stop);
        // The lines of one order come to one listener one after the other: nobody else issues for it meanwhile.
        var there = await db.Invoices.AsNoTracking().Where(i => i.OrderId == order.Id).ToListAsync(stop);
        var invoices = there.Where(i => i.Series == InvoiceSeries.Invoice).ToList();
        if (invoices.Count == 0)
        {
            invoices.AddRange(order.Items.OrderBy(i => i.Line).GroupBy(IssuerOf).OrderBy(g => g.Key).Where(g => g.Sum(i => i.Gross) > 0).Select(g => Invoice.ForOrder(order, g.Key, g.ToList(), clock)));
            foreach (var invoice in invoices) await Issue(invoice, order.Number);
        }

        if (happened.Refund is not { } id || there.Exists(i => i.RefundId == id)) return;
        var refund = await db.Refunds.AsNoTracking().SingleAsync(r => r.Id == id, stop);
        var item = order.Items.Single(i => i.Id == refund.ItemId);
        await Issue(Invoice.Credit(invoices.Single(i => i.Issuer == IssuerOf(item)), order, item, refund, clock), order.Number);
    }

    private static Guid IssuerOf(OrderItem item) => item.TaxBy == TaxCollector.Shop ? item.Shop : Invoice.Market;

    private async Task Issue(Invoice invoice, long order)
    {
        invoice.Take(await InvoiceNumber.Next(invoice.Issuer, invoice.Series, work, clock));
        db.Invoices.Add(invoice);
        work.Publish(InvoiceIssued.Of(invoice, order));
    }
}
