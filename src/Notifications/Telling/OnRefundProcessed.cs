using Marketplace.Kernel;
using Marketplace.Orders;

namespace Marketplace.Notifications;

/// <summary>Both sides hear of a refund: the buyer of the money, the seller of the sale that was.</summary>
internal sealed class OnRefundProcessed(Tell tell) : IReaction<RefundProcessed>
{
    public Task Handle(RefundProcessed happened, CancellationToken stop)
    {
        var (cause, subject) = (happened.Refund.ToString(), ("order", happened.Order));
        var facts = new Facts { Number = happened.Number, Amount = happened.Amount, Product = happened.Product, Whole = happened.Whole };
        return tell.Handle(
            new Notice(happened.Buyer, NoticeType.Refund, cause, facts, $"/orders/{happened.Order}") { Subject = subject },
            new Notice(happened.Seller, NoticeType.SaleRefunded, cause, facts, "/sell/orders") { Subject = subject });
    }
}
