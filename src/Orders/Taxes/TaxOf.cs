using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>Why a line bears this tax.</summary>
internal enum TaxReason
{
    /// <summary>At the rate of the buyer's country.</summary>
    Standard,

    /// <summary>That country asks nothing for this.</summary>
    Exempt,

    /// <summary>Sent out of the union.</summary>
    Export,

    /// <summary>A business in another country of the union owes it there itself.</summary>
    ReverseCharge,

    /// <summary>No rate is known, or no country.</summary>
    NotCollecting,
}

/// <summary>The tax in the price of one line, in minor units: gross = base + amount.</summary>
/// <param name="Rate">Basis points of the base.</param>
internal readonly record struct LineTax(int Rate, long Base, long Amount, string? Country, TaxReason Reason);

/// <summary>
/// How an order is taxed: by the buyer's country, out of prices that include it. Who gives no VAT number pays no more and no less than who does;
/// only who gets the tax differs.
/// </summary>
/// <param name="Country">The buyer's; null when nobody knows it.</param>
/// <param name="Business">They have given a VAT number.</param>
/// <param name="Home">Where the seller of record is established.</param>
/// <param name="Rates">That count in the country on the day of the order, by kind.</param>
/// <param name="Sent">Kinds that go to an address.</param>
internal sealed record TaxOf(string? Country, bool Business, string Home, IReadOnlyDictionary<string, int> Rates, IReadOnlyCollection<string> Sent, TaxCollector Collector)
{
    /// <summary>Where nothing is known of the buyer.</summary>
    public static TaxOf Nobody { get; } = new(null, false, "", new Dictionary<string, int>(), [], TaxCollector.Market);

    /// <param name="kind">Of the product.</param>
    /// <param name="gross">What is paid for the line, tax included.</param>
    public LineTax Line(string kind, Money gross)
    {
        LineTax None(TaxReason reason) => new(0, gross.Minor, 0, Country, reason);
        if (Country is null) return None(TaxReason.NotCollecting);
        var goods = Sent.Contains(kind, StringComparer.Ordinal);
        if (!Rates.TryGetValue(kind, out var rate) && !Rates.TryGetValue(goods ? TaxRate.Goods : TaxRate.Electronic, out rate))
            return None(goods && TaxTerms.InUnion(Home) && !TaxTerms.InUnion(Country) ? TaxReason.Export : TaxReason.NotCollecting);
        if (rate == 0) return None(TaxReason.Exempt);
        if (Business && Country != Home) return None(TaxReason.ReverseCharge);
        var tax = Money.Portion(gross.Minor, rate, 10_000 + rate);
        return new LineTax(rate, gross.Minor - tax, tax, Country, TaxReason.Standard);
    }
}
