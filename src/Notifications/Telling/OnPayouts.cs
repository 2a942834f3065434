using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>Whoever may approve it hears that somebody wants their money; never the one whose money it is.</summary>
internal sealed class OnPayoutRequested(Tell tell, IUsers users) : IReaction<PayoutRequested>
{
    public async Task Handle(PayoutRequested happened, CancellationToken stop) => await tell.Handle((await users.Holders(Rights.Finance, stop)).Where(a => a != happened.Account).Select(account => new Notice(
        account, NoticeType.PayoutRequested, happened.Payout.ToString(), new Facts { Amount = happened.Amount }, $"/admin/payouts/{happened.Payout}") { Subject = ("payout", happened.Payout) }).ToList());
}

internal sealed class OnPayoutApproved(Tell tell) : IReaction<PayoutApproved>
{
    public Task Handle(PayoutApproved happened, CancellationToken stop) => tell.Handle(PayoutNotice.Of(NoticeType.PayoutApproved, happened.Payout, happened.Account, happened.Amount));
}

internal sealed class OnPayoutSent(Tell tell) : IReaction<PayoutSent>
{
    public Task Handle(PayoutSent happened, CancellationToken stop) => tell.Handle(PayoutNotice.Of(NoticeType.PayoutSent, happened.Payout, happened.Account, happened.Net));
}

internal sealed class OnPayoutPaid(Tell tell) : IReaction<PayoutPaid>
{
    public Task Handle(PayoutPaid happened, CancellationToken stop) => tell.Handle(PayoutNotice.Of(NoticeType.PayoutPaid, happened.Payout, happened.Account, happened.Net));
}

internal sealed class OnPayoutRejected(Tell tell) : IReaction<PayoutRejected>
{
    public Task Handle(PayoutRejected happened, CancellationToken stop) => tell.Handle(PayoutNotice.Of(NoticeType.PayoutRejected, happened.Payout, happened.Account, happened.Amount));
}

internal sealed class OnPayoutFailed(Tell tell) : IReaction<PayoutFailed>
{
    public Task Handle(PayoutFailed happened, CancellationToken stop) => tell.Handle(PayoutNotice.Of(NoticeType.PayoutFailed, happened.Payout, happened.Account, happened.Amount));
}

/// <summary>Whoever named a new place for the money, the owner hears of it, long before anything can go there.</summary>
internal sealed class OnPayoutDestinationAdded(Tell tell) : IReaction<PayoutDestinationAdded>
{
    public Task Handle(PayoutDestinationAdded happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.DestinationAdded, happened.Destination.ToString(), new Facts { Until = happened.UsableFrom }, "/wallet/payouts/destinations"));
}

internal sealed class OnPayoutDestinationDecided(Tell tell) : IReaction<PayoutDestinationDecided>
{
    public Task Handle(PayoutDestinationDecided happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, happened.Verified ? NoticeType.DestinationVerified : NoticeType.DestinationRefused, happened.Destination.ToString(), new Facts(), "/wallet/payouts/destinations"));
}

internal sealed class OnWalletAdjusted(Tell tell) : IReaction<WalletAdjusted>
{
    public Task Handle(WalletAdjusted happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.WalletAdjusted, happened.Adjustment.ToString(), new Facts { Amount = happened.Amount }, "/wallet/payouts#adjustments"));
}

internal sealed class OnDebtWrittenOff(Tell tell) : IReaction<DebtWrittenOff>
{
    public Task Handle(DebtWrittenOff happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.DebtWrittenOff, happened.WriteOff.ToString(), new Facts { Amount = happened.Amount }, "/wallet"));
}

internal static class PayoutNotice
{
    public static Notice Of(NoticeType type, Guid payout, Guid account, Money amount) =>
        new(account, type, payout.ToString(), new Facts { Amount = amount }, $"/wallet/payouts/{payout}") { Subject = ("payout", payout) };
}
