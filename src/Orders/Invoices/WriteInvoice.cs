using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders;

/// <summary>
/// An invoice has its number: its paper is rendered, once and for good, with the names and addresses of that moment. The blob is written before the
/// row that names it; a crash in between leaves bytes that nobody keeps, and the sweep takes them.
/// </summary>
internal sealed class WriteInvoice(OrdersDb db, IUsers users, Blobs blobs, Secrets secrets, TaxTerms terms, IStringLocalizer<Texts> texts, TimeProvider clock) : IReaction<InvoiceIssued>
{
    public async Task Handle(InvoiceIssued happened, CancellationToken stop)
    {
        var invoice = await db.Invoices.AsNoTracking().Include(i => i.Lines).SingleAsync(i => i.Id == happened.Invoice, stop);
        if (await db.InvoicePapers.AnyAsync(p => p.InvoiceId == invoice.Id, stop)) return;
        var bytes = Encoding.UTF8.GetBytes(await Text(invoice, stop));
        var blob = await blobs.Stage(new MemoryStream(secrets.Seal(InvoicePaper.Row(invoice.Id), bytes)), "application/octet-stream", 10_000_000, stop);
        await blobs.Keep(blob.Key);
        db.InvoicePapers.Add(new InvoicePaper(invoice.Id, InvoiceText.Version, SHA256.HashData(bytes), blob.Key, clock.GetUtcNow()));
    }

    private async Task<string> Text(Invoice invoice, CancellationToken stop)
    {
        var order = invoice.OrderId is null ? null : await db.Orders.AsNoTracking().Include(o => o.Items).SingleAsync(o => o.Id == invoice.OrderId, stop);
        var corrected = invoice.Corrects is null ? null : await db.Invoices.AsNoTracking().SingleAsync(i => i.Id == invoice.Corrects, stop);
        var people = await users.People(new[] { invoice.Recipient, invoice.IssuerAccount ?? invoice.Recipient }.Distinct().ToList(), stop);
        var said = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo(invoice.Language), CultureInfo.GetCultureInfo(invoice.Language));
            return InvoiceText.Render(invoice, order, corrected, Issuer(invoice, order, people), Recipient(invoice, order, people), texts);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = said;
        }
    }

    private List<string> Issuer(Invoice invoice, Order? order, IReadOnlyDictionary<Guid, Person> people) => invoice.IssuerAccount is { } account
        ? [order!.Items.First(i => i.Shop == invoice.Issuer).ShopName, people[account].DisplayName]
        : [terms.Name, .. terms.Address, .. Number(terms.VatId)];

    private List<string> Recipient(Invoice invoice, Order? order, IReadOnlyDictionary<Guid, Person> people)
    {
        var name = people[invoice.Recipient].DisplayName;
        if (order?.Billing is not { } billing) return order?.Country is { } country ? [name, CountryName(country)] : [name];
        var lines = new List<string>();
        if (billing.Company is { } company) lines.Add(company);
        lines.Add(billing.Address?.Name ?? name);
        if (billing.Address is { } a)
        {
            lines.Add(a.Line1);
            if (a.Line2 is { Length: > 0 }) lines.Add(a.Line2);
            lines.Add($"{a.Postcode} {a.City}".Trim());
            if (a.Region is { Length: > 0 }) lines.Add(a.Region);
        }

        if (order.Country is { } place) lines.Add(CountryName(place));
        lines.AddRange(Number(billing.VatId));
        return lines;
    }

    private string CountryName(string code) => users.Countries.FirstOrDefault(c => c.Code == code).Name ?? code;

    private IEnumerable<string> Number(string? vatId) => vatId is { Length: > 0 } ? [texts["VAT number {0}", vatId]] : [];
}
