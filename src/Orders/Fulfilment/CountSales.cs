using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>Bestsellers may lag behind: counted here, a busy product's counter is no lock in anybody's checkout.</summary>
internal sealed class CountSales(ICatalog catalog) : IReaction<OrderPaid>
{
    public Task Handle(OrderPaid happened, CancellationToken stop) => catalog.RecordSale(happened.Lines.Select(l => l.Product).Order().ToList());
}
