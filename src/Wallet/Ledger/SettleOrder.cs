namespace Marketplace.Wallet;

/// <summary>The postings of a paid order: its funding, then each line's split. The seller's share stays pending until the hold ends.</summary>
internal static class SettleOrder
{
    public static IEnumerable<Posting> Postings(Settlement order)
    {
        if (order.FromWallet is { } paid)
        {
            yield return new Posting($"fund:{order.Order}", "fund", order.Order,
                Account.Available(order.Buyer).Minus(paid), Account.OrderFunding(order.Order).Plus(paid));
        }

        foreach (var sale in order.Sales) yield return Split(order.Order, sale);
    }

    private static Posting Split(Guid order, Sale sale)
    {
        if (sale.Tax < 0 || sale.Commission < 0 || sale.Fee < 0 || sale.SellerShare < 0 || sale.Coupon < 0
            || (Int128)sale.Gross.Minor + sale.Coupon != (Int128)sale.Tax + sale.Commission + sale.Fee + sale.SellerShare)
            throw new ArgumentException($"The split of item {sale.Item} does not add up.");
        if (sale.Tax > 0 && sale.TaxPlace is null) throw new ArgumentException($"The tax of item {sale.Item} has no place.");

        return new Posting($"sale:{sale.Item}", "sale", order,
            Account.OrderFunding(order).Minus(sale.Gross),
            Account.CouponExpense.Minus(sale.Gross with { Minor = sale.Coupon }),
            Account.Pending(sale.Seller).Plus(sale.Gross with { Minor = sale.SellerShare }),
            Account.Commission.Plus(sale.Gross with { Minor = sale.Commission }),
            Account.FeeRecovered.Plus(sale.Gross with { Minor = sale.Fee }),
            Account.TaxPayable(sale.TaxPlace ?? "-").Plus(sale.Gross with { Minor = sale.Tax }));
    }
}
