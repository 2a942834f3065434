using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders;

/// <summary>The paper of an invoice: HTML of ours in the language of the culture; every value stands in it as text.</summary>
internal static class InvoiceText
{
    /// <summary>Papers that were made keep theirs.</summary>
    public const string Version = "invoice-1";

    public static string Render(Invoice invoice, Order? order, Invoice? corrected, IReadOnlyList<string> issuer, IReadOnlyList<string> recipient, IStringLocalizer texts)
    {
        var html = new StringBuilder();
        Money Of(long minor) => Money.Of(minor, invoice.Currency);
        html.Append(CultureInfo.InvariantCulture, $"<article lang=\"{Text(invoice.Language)}\"><header class=\"sheet-head\"><div><h1>{Text(texts[Title(invoice.Series)])}</h1><p class=\"quiet\">{Text(invoice.Text)}</p></div><dl class=\"facts\">");
        Fact(html, texts["Issued on"], Day(invoice.IssuedAt));
        if (order?.PaidAt is { } paid) Fact(html, texts["Paid on"], Day(paid));
        if (order is not null) Fact(html, texts["Order"], order.Number.ToString(CultureInfo.InvariantCulture));
        if (corrected is not null) Fact(html, texts["To the invoice"], texts["{0} of {1}", corrected.Text, Day(corrected.IssuedAt)]);
        if (invoice.Month is { } month) Fact(html, texts["For the month"], month.ToString("Y", CultureInfo.CurrentCulture));
        html.Append("</dl></header><section class=\"grid gap-6 sm:grid-cols-2\">");
        Party(html, texts["From"], issuer);
        Party(html, texts["To"], recipient);
        html.Append("</section><section><table><thead><tr>");
        Head(html, texts["What"], texts["Tax"], texts["Amount"]);
        html.Append("</tr></thead><tbody>");
        foreach (var line in invoice.Lines.OrderBy(l => l.Line))
        {
            var what = line.ItemId is not { } item || order?.Items.Find(i => i.Id == item)?.Kind == Sending.Kind ? texts[line.What].Value : line.What;
            Row(html, line.Count == 1 ? what : $"{line.Count.ToString("N0", CultureInfo.CurrentCulture)} × {what}", Rate(line.Rate), Of(line.Total));
        }

        html.Append(CultureInfo.InvariantCulture, $"</tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">{Text(invoice.Series is InvoiceSeries.CreditNote or InvoiceSeries.CommissionCredit ? texts["Given back"] : texts["Total, tax included"])}</th><td class=\"num\">{Text(Of(invoice.Total).ToString(CultureInfo.CurrentCulture))}</td></tr></tfoot></table></section>");
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>{Text(texts["Tax in it"])}</h2><table><thead><tr>");
        Head(html, texts["Rate"], texts["Without tax"], texts["Tax"]);
        html.Append("</tr></thead><tbody>");
        foreach (var group in invoice.Lines.GroupBy(l => (l.Rate, l.Country, l.Reason)).OrderByDescending(g => g.Key.Rate))
        {
            var words = TaxWords.Of(group.Key.Reason);
            Row(html, group.Key.Reason == TaxReason.Standard ? $"{Rate(group.Key.Rate)} ({group.Key.Country})" : texts[words].Value, Of(group.Sum(l => l.Net)).ToString(CultureInfo.CurrentCulture), Of(group.Sum(l => l.Tax)));
        }

        html.Append("</tbody></table>");
        foreach (var note in invoice.Lines.Select(l => TaxWords.Note(l.Reason)).OfType<string>().Distinct(StringComparer.Ordinal)) html.Append(CultureInfo.InvariantCulture, $"<p class=\"small quiet\">{Text(texts[note])}</p>");
        return html.Append("</section></article>").ToString();
    }

    /// <summary>English; shown translated.</summary>
    public static string Title(InvoiceSeries series) => series switch
    {
        InvoiceSeries.Invoice => "Invoice", InvoiceSeries.CreditNote => "Credit note", InvoiceSeries.Commission => "Commission invoice", _ => "Commission credit",
    };

    /// <summary>20 %, 25.5 %.</summary>
    public static string Rate(int basisPoints) => (basisPoints / 10_000m).ToString(basisPoints % 100 == 0 ? "P0" : basisPoints % 10 == 0 ? "P1" : "P2", CultureInfo.CurrentCulture);

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.CurrentCulture);

    private static void Fact(StringBuilder html, string name, string value) => html.Append(CultureInfo.InvariantCulture, $"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>");

    private static void Party(StringBuilder html, string name, IReadOnlyList<string> lines) =>
        html.Append(CultureInfo.InvariantCulture, $"<div><h2>{Text(name)}</h2><p>{string.Join("<br>", lines.Select(Text))}</p></div>");

    private static void Head(StringBuilder html, string first, string second, string third) =>
        html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Text(first)}</th><th scope=\"col\" class=\"num\">{Text(second)}</th><th scope=\"col\" class=\"num\">{Text(third)}</th>");

    private static void Row(StringBuilder html, string first, string second, Money third) =>
        html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(first)}</td><td class=\"num\">{Text(second)}</td><td class=\"num\">{Text(third.ToString(CultureInfo.CurrentCulture))}</td></tr>");

    private static string Text(string value) => HtmlEncoder.Default.Encode(value);
}

/// <summary>English for taxes; shown translated.</summary>
internal static class TaxWords
{
    public static string Of(TaxReason reason) => reason switch
    {
        TaxReason.Standard => "At the country's rate", TaxReason.Exempt => "Exempt", TaxReason.Export => "Export", TaxReason.ReverseCharge => "Reverse charge", _ => "No tax collected",
    };

    /// <summary>What the law wants to be said about it; null when nothing.</summary>
    public static string? Note(TaxReason reason) => reason switch
    {
        TaxReason.ReverseCharge => "Reverse charge: the recipient owes the tax.", TaxReason.Export => "Export of goods, exempt from tax.", TaxReason.Exempt => "Exempt from tax.", _ => null,
    };
}
