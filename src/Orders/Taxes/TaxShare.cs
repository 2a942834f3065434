using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What of a sum is tax of one rate, for people to read.</summary>
internal sealed record TaxShare(int Rate, string? Country, TaxReason Reason, Money Base, Money Amount)
{
    /// <summary>Of a cart that is about to be paid.</summary>
    public static IReadOnlyList<TaxShare> Of(BasketReply basket, TaxOf tax) => By(basket.Lines.Select(l => tax.Line(l.Kind, l.Gross)), basket.Total.Currency);

    /// <summary>Of an order, as it was placed.</summary>
    public static IReadOnlyList<TaxShare> Of(IEnumerable<OrderItem> items, Currency currency) => By(items.Select(i => new LineTax(i.TaxRate, i.TaxBase, i.Tax, i.TaxPlace, i.TaxReason)), currency);

    /// <inheritdoc cref="Of(IEnumerable{OrderItem}, Currency)"/>
    public static IReadOnlyList<TaxShare> Of(OrderReply order) => By(order.Items.Select(i => new LineTax(i.Tax.Rate, i.Tax.Base.Minor, i.Tax.Amount.Minor, i.Tax.Country, i.Tax.Reason)), order.Total.Currency);

    // Where no tax is collected there is nothing to say.
    private static IReadOnlyList<TaxShare> By(IEnumerable<LineTax> taxes, Currency currency) =>
        taxes.Where(t => t.Reason != TaxReason.NotCollecting).GroupBy(t => (t.Rate, t.Country, t.Reason)).OrderByDescending(g => g.Key.Rate)
            .Select(g => new TaxShare(g.Key.Rate, g.Key.Country, g.Key.Reason, new Money(g.Sum(t => t.Base), currency), new Money(g.Sum(t => t.Amount), currency))).ToList();
}
