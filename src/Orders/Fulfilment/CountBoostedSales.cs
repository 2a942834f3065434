using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>A seller who paid for a place wants to know what it sold.</summary>
internal sealed class CountBoostedSales(ICatalog catalog) : IReaction<OrderPaid>
{
    public Task Handle(OrderPaid happened, CancellationToken stop) =>
        catalog.RecordBoostedSales(happened.Buyer, happened.Lines.Select(l => new SoldUnit(l.Item, l.Product, l.Gross)).ToList());
}
