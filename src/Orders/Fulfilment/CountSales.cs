using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>Bestsellers may lag behind: no checkout waits for a busy product's counter.</summary>
internal sealed class CountSales(ICatalog catalog) : IReaction<OrderPaid>
{
    public Task Handle(OrderPaid happened, CancellationToken stop) => catalog.RecordSale(happened.Lines.Select(l => l.Product).ToList());
}
