using Marketplace.Kernel;
using Marketplace.Orders;

namespace Marketplace.Notifications;

/// <summary>The buyer gets a receipt, and each seller hears what they sold. Who bought is not the seller's to know.</summary>
internal sealed class OnOrderPaid(Tell tell) : IReaction<OrderPaid>
{
    public Task Handle(OrderPaid happened, CancellationToken stop)
    {
        var cause = happened.Order.ToString();
        var receipt = new Notice(happened.Buyer, NoticeType.OrderPaid, cause,
            new Facts { Order = happened.Order, Number = happened.Number, Amount = happened.Total, Lines = happened.Lines.Select(l => new FactLine(l.Product, l.Gross)).ToList() },
            $"/orders/{happened.Order}") { Subject = ("order", happened.Order) };
        var sales = happened.Lines.GroupBy(l => l.Seller).Select(sold => new Notice(sold.Key, NoticeType.Sale, cause,
            new Facts
            {
                Number = happened.Number,
                Amount = sold.Aggregate(Money.Zero(happened.Total.Currency), (sum, line) => sum + line.SellerShare),
                Lines = sold.Select(l => new FactLine(l.Product, l.SellerShare)).ToList(),
            },
            "/sell/orders") { Subject = ("order", happened.Order) });
        return tell.Handle(happened.Renewal ? [.. sales] : [receipt, .. sales]);
    }
}
