using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>Who paid for a place hears that it is shown.</summary>
internal sealed class OnBoostStarted(Tell tell) : IReaction<BoostStarted>
{
    public Task Handle(BoostStarted happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Owner, NoticeType.BoostStarted, happened.Boost.ToString(), new Facts { Product = happened.Product, Until = happened.Until }, $"/sell/boosts/{happened.Boost}") { Subject = ("boost", happened.Boost) });
}

/// <summary>Who paid hears that it is over, and what came back; who ended it themselves knows.</summary>
internal sealed class OnBoostEnded(Tell tell) : IReaction<BoostEnded>
{
    public Task Handle(BoostEnded happened, CancellationToken stop) => happened.ByOwner ? Task.CompletedTask : tell.Handle(new Notice(
        happened.Owner, NoticeType.BoostEnded, happened.Boost.ToString(), new Facts { Product = happened.Product, Amount = happened.Refunded }, $"/sell/boosts/{happened.Boost}") { Subject = ("boost", happened.Boost) });
}
