using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What a paper is; each has a sequence of numbers of its own.</summary>
internal enum InvoiceSeries
{
    Invoice,

    /// <summary>Takes a part or the whole of an invoice back.</summary>
    CreditNote,

    /// <summary>What the market charges a seller for a month of sales.</summary>
    Commission,

    /// <summary>A month in which more of it went back than came.</summary>
    CommissionCredit,
}

/// <summary>
/// An invoice or credit note: who owes whom how much, with which tax. It is never changed and never deleted. Names and addresses stand on its paper
/// alone (<see cref="InvoicePaper"/>).
/// </summary>
internal sealed class Invoice
{
    /// <summary>As an issuer: the market itself.</summary>
    public static readonly Guid Market = Guid.Empty;

    private Invoice()
    {
    }

    public Guid Id { get; private set; }

    /// <summary>A shop, or <see cref="Market"/>.</summary>
    public Guid Issuer { get; private set; }

    public InvoiceSeries Series { get; private set; }

    public int Year { get; private set; }

    public int Number { get; private set; }

    /// <summary>Who sells as that shop; null for the market.</summary>
    public Guid? IssuerAccount { get; private set; }

    /// <summary>The buyer; of a commission invoice the seller.</summary>
    public Guid Recipient { get; private set; }

    public Guid? OrderId { get; private set; }

    public Guid? RefundId { get; private set; }

    /// <summary>Of a credit note: the invoice.</summary>
    public Guid? Corrects { get; private set; }

    /// <summary>Of a commission invoice: its first day.</summary>
    public DateOnly? Month { get; private set; }

    public string Currency { get; private set; } = "";

    public long Net { get; private set; }

    public long Tax { get; private set; }

    public long Total { get; private set; }

    public string Language { get; private set; } = "";

    public DateTimeOffset IssuedAt { get; private set; }

    public List<InvoiceLine> Lines { get; private set; } = [];

    /// <summary>What people quote: <c>INV-2026-000042</c>.</summary>
    public string Text => TextOf(Series, Year, Number);

    public static string TextOf(InvoiceSeries series, int year, int number) =>
        FormattableString.Invariant($"{series switch { InvoiceSeries.Invoice => "INV", InvoiceSeries.CreditNote => "CN", InvoiceSeries.Commission => "FEE", _ => "FEC" }}-{year}-{number:D6}");

    /// <summary>For what was sold of an order by one issuer: the market all of it, or a shop its lines.</summary>
    public static Invoice ForOrder(Order order, Guid issuer, IReadOnlyList<OrderItem> items, TimeProvider clock)
    {
        var invoice = New(order, issuer, items, InvoiceSeries.Invoice, clock);
        invoice.Charge(items.Select(i => InvoiceLine.Of(i, i.Gross, i.Tax)));
        return invoice;
    }

    /// <summary>For a refund of a line: that line and its tax, no other.</summary>
    public static Invoice Credit(Invoice corrected, Order order, OrderItem item, Refund refund, TimeProvider clock)
    {
        var invoice = New(order, corrected.Issuer, [item], InvoiceSeries.CreditNote, clock);
        (invoice.RefundId, invoice.Corrects) = (refund.Id, corrected.Id);
        invoice.Charge([InvoiceLine.Of(item, refund.Amount, refund.Tax!.Value)]);
        return invoice;
    }

    /// <summary>For the services of the market to a seller in a month.</summary>
    public static Invoice ForMonth(Guid seller, string currency, string language, DateOnly month, bool credit, IReadOnlyList<InvoiceLine> lines, TimeProvider clock)
    {
        var invoice = new Invoice { Id = Ids.New(clock), Issuer = Market, Series = credit ? InvoiceSeries.CommissionCredit : InvoiceSeries.Commission, Recipient = seller, Month = month, Currency = currency, Language = language };
        invoice.Charge(lines);
        return invoice;
    }

    internal void Take(InvoiceNumber number) => (Year, Number, IssuedAt) = (number.Year, number.Number, number.At);

    private static Invoice New(Order order, Guid issuer, IReadOnlyList<OrderItem> items, InvoiceSeries series, TimeProvider clock) => new()
    {
        Id = Ids.New(clock), Issuer = issuer, Series = series, IssuerAccount = issuer == Market ? null : items[0].Seller, Recipient = order.Buyer, OrderId = order.Id,
        Currency = order.Currency, Language = order.Language,
    };

    private void Charge(IEnumerable<InvoiceLine> lines)
    {
        Lines.AddRange(lines.Select((line, i) => line.At(Id, i + 1)));
        (Net, Tax, Total) = (Lines.Sum(l => l.Net), Lines.Sum(l => l.Tax), Lines.Sum(l => l.Total));
    }
}

/// <summary>What is charged, or taken back.</summary>
internal sealed class InvoiceLine
{
    private InvoiceLine()
    {
    }

    public Guid InvoiceId { get; private set; }

    public int Line { get; private set; }

    public Guid? ItemId { get; private set; }

    /// <summary>A product's title with its licence; of commission English words.</summary>
    public string What { get; private set; } = "";

    public int Count { get; private set; }

    public long Net { get; private set; }

    public long Tax { get; private set; }

    public long Total { get; private set; }

    public int Rate { get; private set; }

    public string? Country { get; private set; }

    public TaxReason Reason { get; private set; }

    public static InvoiceLine Of(OrderItem item, long total, long tax)
    {
        var what = item.Licence.Length == 0 ? item.Title : $"{item.Title} ({item.Licence})";
        return new InvoiceLine
        {
            ItemId = item.Id, What = what.Length > 300 ? what[..300] : what, Count = 1, Net = total - tax, Tax = tax, Total = total, Rate = item.TaxRate, Country = item.TaxPlace, Reason = item.TaxReason,
        };
    }

    /// <summary>A service of the market to a seller.</summary>
    public static InvoiceLine Of(string what, int count, long total, string? country) =>
        new() { What = what, Count = count, Net = total, Total = total, Country = country, Reason = TaxReason.NotCollecting };

    internal InvoiceLine At(Guid invoice, int line)
    {
        (InvoiceId, Line) = (invoice, line);
        return this;
    }
}

/// <summary>The paper of an invoice as it was rendered when it was issued. The bytes are a sealed blob; the hash proves them.</summary>
internal sealed class InvoicePaper
{
    private InvoicePaper()
    {
    }

    public InvoicePaper(Guid invoice, string template, byte[] sha256, string blobKey, DateTimeOffset now) => (InvoiceId, Template, Sha256, BlobKey, MadeAt) = (invoice, template, sha256, blobKey, now);

    public Guid InvoiceId { get; private set; }

    /// <summary>Which version of the paper, e.g. <c>invoice-1</c>.</summary>
    public string Template { get; private set; } = "";

    public byte[] Sha256 { get; private set; } = [];

    public string BlobKey { get; private set; } = "";

    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>Name of the row that its bytes are sealed to.</summary>
    public static string Row(Guid invoice) => $"orders.invoice_papers/{invoice}";
}
