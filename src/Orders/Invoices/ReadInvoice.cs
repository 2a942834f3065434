using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>An invoice or credit note in a list.</summary>
/// <param name="Number">As people quote it.</param>
/// <param name="ByMarket">The market issued it; else a shop.</param>
/// <param name="OrderId">Null for commission.</param>
/// <param name="Corrects">Of a credit note: its invoice.</param>
/// <param name="Month">Of commission: its first day.</param>
/// <param name="Url">Where it can be read and printed.</param>
internal sealed record InvoiceItem(
    Guid Id, InvoiceSeries Series, string Number, bool ByMarket, DateTimeOffset IssuedAt, Guid? OrderId, Guid? Corrects, DateOnly? Month, Money Net, Money Tax, Money Total, string Url)
{
    public static InvoiceItem Of(Invoice i) => new(
        i.Id, i.Series, i.Text, i.Issuer == Invoice.Market, i.IssuedAt, i.OrderId, i.Corrects, i.Month, Money.Of(i.Net, i.Currency), Money.Of(i.Tax, i.Currency), Money.Of(i.Total, i.Currency), $"/invoices/{i.Id}");
}

/// <param name="Rate">Basis points.</param>
internal sealed record InvoiceLineReply(int Line, Guid? ItemId, string What, int Count, Money Net, Money Tax, Money Total, int Rate, string? Country, TaxReason Reason);

/// <param name="Sha256">Of the content in UTF-8, hexadecimal.</param>
/// <param name="Content">HTML of ours; what people wrote stands in it as text.</param>
internal sealed record InvoiceReply(InvoiceItem Invoice, IReadOnlyList<InvoiceLineReply> Lines, string Template, string Language, string Sha256, string Content);

/// <summary>For who issued it and whom it charges, and for finance: after the buyer is erased, for finance alone.</summary>
internal sealed class ReadInvoice(OrdersDb db, IBlobStore blobs, Secrets secrets)
{
    /// <exception cref="Refused">404 for everybody else; 409 <c>invoice_not_ready</c> in the moment after it was issued.</exception>
    public async Task<InvoiceReply> Handle(Guid id, Caller caller, CancellationToken stop)
    {
        var invoice = await db.Invoices.AsNoTracking().Include(i => i.Lines).SingleOrDefaultAsync(i => i.Id == id, stop);
        if (invoice is null || !(invoice.Recipient == caller.Account || invoice.IssuerAccount == caller.Account || caller.Has(Rights.Finance))) throw Refused.NotFound();
        var paper = await db.InvoicePapers.AsNoTracking().SingleOrDefaultAsync(p => p.InvoiceId == id, stop)
            ?? throw new Refused("invoice_not_ready", 409, "The invoice is being written. Look again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
        await using var file = blobs.Open(paper.BlobKey);
        var sealedBytes = new byte[file.Length];
        await file.ReadExactlyAsync(sealedBytes, stop);
        var bytes = secrets.Open(InvoicePaper.Row(id), sealedBytes);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(paper.Sha256)) throw new InvalidOperationException($"The paper of invoice {id} is not what was made.");
        Money Of(long minor) => Money.Of(minor, invoice.Currency);
        return new InvoiceReply(
            InvoiceItem.Of(invoice), invoice.Lines.OrderBy(l => l.Line).Select(l => new InvoiceLineReply(l.Line, l.ItemId, l.What, l.Count, Of(l.Net), Of(l.Tax), Of(l.Total), l.Rate, l.Country, l.Reason)).ToList(),
            paper.Template, invoice.Language, Convert.ToHexStringLower(paper.Sha256), Encoding.UTF8.GetString(bytes));
    }

    /// <summary>The papers of an order, oldest first, that this caller may read.</summary>
    public async Task<IReadOnlyList<InvoiceItem>> OfOrder(Guid order, Caller caller, CancellationToken stop) =>
        (await db.Invoices.AsNoTracking().Where(i => i.OrderId == order).OrderBy(i => i.Id).ToListAsync(stop))
        .Where(i => i.Recipient == caller.Account || i.IssuerAccount == caller.Account || caller.Has(Rights.Finance)).Select(InvoiceItem.Of).ToList();
}
