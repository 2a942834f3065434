using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>Who is spoken of hears of it: they may answer.</summary>
internal sealed class OnReviewPublished(Tell tell) : IReaction<ReviewPublished>
{
    public Task Handle(ReviewPublished happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Owner, NoticeType.ReviewPublished, happened.Review.ToString(), new Facts { Product = happened.Product, Count = happened.Stars, Purpose = happened.OfPerson ? "profile" : null },
        $"/sell/reviews?state=all#{happened.Review}") { Subject = ("review", happened.Review), Actor = happened.Author });
}

/// <summary>The other side of a service is asked for its word.</summary>
internal sealed class OnReviewAwaited(Tell tell) : IReaction<ReviewAwaited>
{
    public Task Handle(ReviewAwaited happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Other, NoticeType.ReviewAwaited, happened.Line.ToString(), new Facts { Product = happened.Product, Until = happened.Until },
        $"/reviews/{happened.Line}{(happened.ByBuyer ? "?about=profile" : "")}") { Subject = ("product", happened.Product), Actor = happened.Author });
}

/// <summary>Who wrote hears that they were answered.</summary>
internal sealed class OnReviewAnswered(Tell tell) : IReaction<ReviewAnswered>
{
    public Task Handle(ReviewAnswered happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Author, NoticeType.ReviewAnswered, happened.Review.ToString(), new Facts { Product = happened.Product }, "/account/reviews?state=written") { Subject = ("review", happened.Review), Actor = happened.Owner });
}

/// <summary>Who wrote hears that staff took it down, and where it says why.</summary>
internal sealed class OnReviewHidden(Tell tell, Hearing hearing) : IReaction<ReviewHidden>
{
    public async Task Handle(ReviewHidden happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Author, NoticeType.ReviewHidden, await hearing.Event<OnReviewHidden>(happened.Key, stop), new Facts { Product = happened.Product }, "/account/reviews?state=written") { Subject = ("review", happened.Review) });
}
