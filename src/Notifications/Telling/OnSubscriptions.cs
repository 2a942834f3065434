using Marketplace.Kernel;
using Marketplace.Orders;

namespace Marketplace.Notifications;

/// <summary>Nobody is charged for the first time without a word before.</summary>
internal sealed class OnTrialEnding(Tell tell) : IReaction<TrialEnding>
{
    public Task Handle(TrialEnding happened, CancellationToken stop) => tell.Handle(Subscriptions.Notice(
        happened.Account, NoticeType.TrialEnding, happened.Subscription, happened.Subscription.ToString(), new Facts { Product = happened.Product, Amount = happened.Amount, Until = happened.At }));
}

/// <summary>The receipt of a further period.</summary>
internal sealed class OnSubscriptionPaid(Tell tell) : IReaction<SubscriptionPaid>
{
    public Task Handle(SubscriptionPaid happened, CancellationToken stop) => tell.Handle(Subscriptions.Notice(
        happened.Account, NoticeType.SubscriptionRenewed, happened.Subscription, happened.Order.ToString(), new Facts { Product = happened.Product, Order = happened.Order, Amount = happened.Amount, Until = happened.Until }));
}

/// <summary>Each failure is told once, with what to do.</summary>
internal sealed class OnSubscriptionUnpaid(Tell tell) : IReaction<SubscriptionUnpaid>
{
    public Task Handle(SubscriptionUnpaid happened, CancellationToken stop) => tell.Handle(Subscriptions.Notice(
        happened.Account, NoticeType.SubscriptionUnpaid, happened.Subscription, $"{happened.Charge}:{happened.Try}",
        new Facts { Product = happened.Product, Amount = happened.Amount, Purpose = happened.FailureCode, ExpiresAt = happened.NextTry, Until = happened.AccessUntil }));
}

internal sealed class OnSubscriptionEnded(Tell tell) : IReaction<SubscriptionEnded>
{
    public Task Handle(SubscriptionEnded happened, CancellationToken stop) => tell.Handle(Subscriptions.Notice(
        happened.Account, NoticeType.SubscriptionEnded, happened.Subscription, happened.Subscription.ToString(), new Facts { Product = happened.Product, Verdict = happened.Reason }));
}

internal static class Subscriptions
{
    public static Notice Notice(Guid account, NoticeType type, Guid subscription, string cause, Facts facts) =>
        new(account, type, cause, facts, $"/subscriptions/{subscription}") { Subject = ("subscription", subscription) };
}
