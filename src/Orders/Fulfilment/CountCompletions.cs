using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What buyers have received earns their seller's shop trust.</summary>
internal sealed class CountCompletions(ICatalog catalog) : IReaction<LineCompleted>
{
    public Task Handle(LineCompleted happened, CancellationToken stop) => catalog.RecordCompletion(happened.Product);
}
