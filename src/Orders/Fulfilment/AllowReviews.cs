using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>Who has received something may say what it is like.</summary>
internal sealed class AllowReviews(ICatalog catalog, TimeProvider clock) : IReaction<LineCompleted>
{
    public Task Handle(LineCompleted happened, CancellationToken stop) => catalog.AllowReview(happened.Item, happened.Product, happened.Buyer, clock.GetUtcNow());
}

/// <summary>What went back whole is not reviewed, and what was said of it counts no more.</summary>
internal sealed class WithdrawReviews(ICatalog catalog, TimeProvider clock) : IReaction<RefundProcessed>
{
    public Task Handle(RefundProcessed happened, CancellationToken stop) =>
        happened.Whole ? catalog.ReviewRefunded(happened.Item, happened.Product, happened.Buyer, clock.GetUtcNow()) : Task.CompletedTask;
}
