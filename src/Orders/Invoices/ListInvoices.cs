using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Invoices and credit notes, newest first: those that charge the caller, those that their shops issued, or all of them for finance.</summary>
internal sealed class ListInvoices(OrdersDb db, Cursors cursors)
{
    /// <param name="of">received (also when nothing is said) or issued.</param>
    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public Task<Page<InvoiceItem>> Handle(string? of, string? series, string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var account = caller.Account;
        return of switch
        {
            null or "" or "received" => List(db.Invoices.Where(i => i.Recipient == account), new { list = "invoices received", account, series }, series, cursor, limit, stop),
            "issued" => List(db.Invoices.Where(i => i.IssuerAccount == account), new { list = "invoices issued", account, series }, series, cursor, limit, stop),
            _ => throw Wrong("/of"),
        };
    }

    public Task<Page<InvoiceItem>> ForStaff(string? series, string? cursor, Caller caller, CancellationToken stop)
    {
        caller.MustHave(Rights.Finance);
        return List(db.Invoices, new { list = "all invoices", series }, series, cursor, 50, stop);
    }

    private async Task<Page<InvoiceItem>> List(IQueryable<Invoice> invoices, object filters, string? series, string? cursor, int? limit, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        if (!string.IsNullOrEmpty(series))
        {
            var only = series.ReadChoice<InvoiceSeries>() ?? throw Wrong("/series");
            invoices = invoices.Where(i => i.Series == only);
        }

        if (after is { } last) invoices = invoices.Where(i => i.Id < last);
        var rows = await invoices.AsNoTracking().OrderByDescending(i => i.Id).Take(take + 1).ToListAsync(stop);
        return cursors.Page(rows, take, filters, i => [i.Id]).Map(InvoiceItem.Of);
    }

    private static Refused Wrong(string field) => Refused.Invalid(new FieldError(field, "unknown_choice", "Choose one of the list."));
}
